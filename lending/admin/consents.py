"""Consents in the admin."""

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.admin.base import labelled
from lending.admin.read_only import ReadOnlyAdmin
from lending.models import Consent

STATES = {"live": _("In force"), "withdrawn": _("Withdrawn"), "expired": _("Expired")}
COLOURS = {"live": "success", "withdrawn": "danger", "expired": "warning"}


class LiveFilter(admin.SimpleListFilter):
    """In force now, or not."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, words in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consent]) -> QuerySet[Consent]:
        lapsed = Q(withdrawn_at__isnull=True, expires_at__lte=timezone.now())
        withdrawn = Q(withdrawn_at__isnull=False)
        chosen = {"live": ~lapsed & ~withdrawn, "withdrawn": withdrawn, "expired": lapsed}
        state = self.value()
        return queryset.filter(chosen[state]) if state in chosen else queryset


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """What applicants allowed; lending systems report it."""

    list_display = ["customer", "scope", "state", "granted_at", "expires_at", "withdrawn_at", "client"]
    list_filter = [LiveFilter, "scope", "client"]
    list_select_related = ["customer", "client"]
    search_fields = ["=customer__id", "=evidence"]
    search_help_text = _("Customer number or reference of the evidence")
    ordering = ["-granted_at"]
    fields = [
        *["customer", "scope", "state", "client"],
        *["granted_at", "expires_at", "withdrawn_at", "evidence", "recorded_at"],
    ]
    readonly_fields = ["state"]

    @labelled(_("state"), COLOURS)
    def state(self, consent: Consent) -> tuple[str, str]:
        is_expired = consent.expires_at is not None and consent.expires_at <= timezone.now()
        name = "withdrawn" if consent.withdrawn_at else "expired" if is_expired else "live"
        return name, str(STATES[name])
