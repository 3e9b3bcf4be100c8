"""Risk events in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin.words_filter import words_filter
from lending.admin.read_only import ReadOnlyAdmin
from lending.models import RiskEvent
from lending.models.risk_event import category_words, source_words
from lending.money import money_text


@admin.register(RiskEvent)
class RiskEventAdmin(ReadOnlyAdmin):
    """What happened, as patterns read it. Shared keys are blind: equal means shared, nothing more can be read."""

    list_display = ["kind", "event_at", "known_at", "customer", "loan", "amount", "category_shown", "source_shown"]
    list_filter = [
        "kind",
        ("source", words_filter(source_words)),
        ("category", words_filter(category_words)),
        "event_at",
    ]
    list_select_related = ["customer", "loan__product"]
    search_fields = ["=customer__id", "loan__external_id", "phone_key", "device_key", "address_key"]
    search_help_text = _("Customer number, contract number or a shared key")
    date_hierarchy = "event_at"
    ordering = ["-event_at"]
    fields = [
        *["kind", "customer", "loan", "event_at", "known_at", "recorded_at", "source_shown"],
        *["amount", "category_shown", "phone_key", "device_key", "address_key"],
    ]
    readonly_fields = ["amount", "category_shown", "source_shown"]

    @admin.display(description=_("amount"), ordering="amount_minor")
    def amount(self, event: RiskEvent) -> str:
        currency = event.loan.product.currency if event.loan else ""
        return money_text(event.amount_minor, currency).strip()

    @admin.display(description=_("category"), ordering="category")
    def category_shown(self, event: RiskEvent) -> str:
        return event.category_words or "—"

    @admin.display(description=_("source"), ordering="source")
    def source_shown(self, event: RiskEvent) -> str:
        return event.source_words
