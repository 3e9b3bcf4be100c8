"""Applications in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.moments import moment_words
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
    fields = ["external_id", "product", "client", "customer_page", "decisions_made", "created_at"]
    readonly_fields = ["customer_page", "decisions_made"]

    @admin.display(description=_("customer"))
    def customer_page(self, application: Application) -> SafeString:
        return _link("lending_customer", application.customer_id, application.customer)

    @admin.display(description=_("decisions"))
    def decisions_made(self, application: Application) -> SafeString | str:
        """Every decision on it, the latest first; decisions are known here only as what points at an application."""
        decisions: QuerySet[Any] = application.decisions.defer("document").order_by("-decided_at")  # type: ignore[attr-defined]
        links = [
            (_link("rules_decision", made.pk, moment_words(made.decided_at)), made.get_outcome_display())
            for made in decisions
        ]
        return format_html_join(SafeString("<br>"), "{} {}", links) if links else "—"


def _link(page: str, key: Any, words: Any) -> SafeString:
    url = reverse(f"admin:{page}_change", args=[key])
    return format_html('<a class="rk-link" href="{}">{}</a>', url, words)
