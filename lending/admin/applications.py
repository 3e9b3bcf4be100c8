"""Applications in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lending.admin.read_only import ReadOnlyAdmin
from lending.models import Application


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """What was asked for, under the lending system's own number."""

    list_display = ["external_id", "product", "client", "customer", "created_at"]
    list_filter = ["product", "client", "created_at"]
    list_select_related = ["product", "client", "customer"]
    search_fields = ["external_id", "=customer__id"]
    search_help_text = _("Application number or customer number")
    date_hierarchy = "created_at"
    ordering = ["-created_at"]
