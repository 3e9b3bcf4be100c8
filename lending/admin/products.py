"""Products in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from lending.models import Product


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    """What is lent. Code and currency stay once given: amounts on record are in its minor unit."""

    list_display = ["code", "name", "currency", "timezone", "grace_days", "is_active"]
    list_filter = ["is_active", "currency"]
    search_fields = ["code", "name_en", "name_zh"]

    @admin.display(description=_("name"), ordering="name_en")
    def name(self, product: Product) -> str:
        return product.name_zh if (get_language() or "").startswith("zh") else product.name_en

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "currency"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
