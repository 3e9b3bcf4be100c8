"""Products in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.admin.base import ServiceAdmin, staff
from audit.services.log import actor_user
from lending.models import Product
from lending.services.products import product_save


@admin.register(Product)
class ProductAdmin(ServiceAdmin):
    """What is lent. Code and currency stay once given: amounts on record are in its minor unit."""

    list_display = ["code", "name", "currency", "timezone", "grace_days", "is_active"]
    list_filter = ["is_active", "currency"]
    search_fields = ["code", "name_en", "name_zh"]

    @admin.display(description=_("name"), ordering="name_en")
    def name(self, product: Product) -> str:
        return str(product)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "currency"] if obj else []

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> Product:
        return product_save(product=form.instance, at=timezone.now(), actor=actor_user(staff(request)))
