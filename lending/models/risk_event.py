"""What happened to a customer that may matter: typed facts with three times."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.application import Application
from lending.models.customer import Customer
from lending.models.loan import Loan

CATEGORY_WORDS = {
    "broker": _("Securities broker"),
    "bank": _("Bank"),
    "merchant": _("Merchant"),
    "property": _("Property"),
    "lender": _("Lender"),
    "consumer_lender": _("Consumer lender"),
}
SOURCE_WORDS = {
    "decision": _("This system"),
    "monitoring.diversion": _("Use of loans"),
    "synthetic-demo": _("Demo"),
    "synthetic": _("Made-up book"),
    "delinquency": _("Delinquency"),
    "system:delinquency": _("Delinquency"),
    "system:loans": _("Changes of loans"),
    "triggers": _("Triggers"),
}
"""Those of our own; others are shown as they came."""


def category_words(category: str) -> str:
    """A category in the reader's language; one that is not ours stands as it came."""
    return str(CATEGORY_WORDS.get(category, category))


def source_words(source: str) -> str:
    """Where a fact came from, in the reader's language; a lender's own name stands as it came."""
    return str(SOURCE_WORDS.get(source, source.removeprefix("file:")))


class RiskEvent(models.Model):
    """A typed fact for patterns. `keys` hold blind indexes (hex) of what it shares with other facts."""

    class Kind(models.TextChoices):
        APPLICATION = "application", _("Application received")
        DECLINE = "decline", _("Application declined here")
        DECLINE_ELSEWHERE = "decline_elsewhere", _("Application declined elsewhere")
        LOAN_ELSEWHERE = "loan_elsewhere", _("New loan elsewhere")
        ENQUIRY_ELSEWHERE = "enquiry_elsewhere", _("Enquiry by another lender")
        INSTALMENT_MISSED = "instalment_missed", _("Instalment missed")
        INSTALMENT_PAID = "instalment_paid", _("Instalment paid")
        TRANSFER_IN = "transfer_in", _("Transfer received")
        TRANSFER_OUT = "transfer_out", _("Transfer sent")
        CASH_OUT = "cash_out", _("Cash withdrawn")
        CONTACT_LOST = "contact_lost", _("Contact lost")
        DISBURSEMENT = "disbursement", _("Loan paid out")
        MISSED_ELSEWHERE = "missed_elsewhere", _("Instalment missed elsewhere")
        LENDER_INFLOW = "lender_inflow", _("Money received from a lender")
        INCOME_STOPPED = "income_stopped", _("Income stopped")
        INCOME_FELL = "income_fell", _("Income fell")
        NEGATIVE_BALANCE = "negative_balance", _("Negative balance")
        GAMBLING_SPEND = "gambling_spend", _("Gambling-like spending")
        EMPLOYER_SHOCK = "employer_shock", _("Shock at the employer")
        REGION_SHOCK = "region_shock", _("Shock in the region")
        GUARANTOR_TROUBLE = "guarantor_trouble", _("Guarantor in trouble")
        LINKED_CUSTOMER_TROUBLE = "linked_customer_trouble", _("Linked customer in trouble")
        DIVERSION_SUSPECTED = "diversion_suspected", _("Diversion suspected")
        DIVERSION_CONFIRMED = "diversion_confirmed", _("Diversion confirmed")
        EVERGREENING = "evergreening", _("New loan as arrears of an old one were cleared")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="risk_events", null=True, blank=True, verbose_name=_("customer")
    )
    loan = models.ForeignKey(
        Loan, models.CASCADE, related_name="risk_events", null=True, blank=True, verbose_name=_("loan")
    )
    # Of an event of our own making: what an application caused is not counted against itself. Never looked up by.
    application = models.ForeignKey(
        Application,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("application"),
    )
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    event_at = models.DateTimeField(_("happened"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    source = models.CharField(_("source"), max_length=40)
    external_id = models.CharField(_("event number"), max_length=80, blank=True, db_default="", default="")
    phone_key = models.CharField(_("phone key"), max_length=32, blank=True)
    device_key = models.CharField(_("device key"), max_length=32, blank=True)
    address_key = models.CharField(_("address key"), max_length=32, blank=True)
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    category = models.CharField(
        _("category"), max_length=40, blank=True, help_text=_("Such as broker, property or lender, for transfers")
    )

    class Meta:
        verbose_name = _("risk event")
        verbose_name_plural = _("risk events")
        constraints = [
            # Told twice by one source, it happened once.
            models.UniqueConstraint(
                name="risk_event_once", fields=["source", "external_id"], condition=~models.Q(external_id="")
            )
        ]
        indexes = [
            models.Index(fields=["customer", "event_at"], name="risk_event_customer"),
            *(
                models.Index(fields=[key, "event_at"], name=f"risk_event_{key}", condition=~models.Q(**{key: ""}))
                for key in ("phone_key", "device_key", "address_key")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.event_at:%Y-%m-%d}"

    @property
    def category_words(self) -> str:
        """The category in the reader's language."""
        return category_words(self.category)

    @property
    def source_words(self) -> str:
        """Where it came from, in the reader's language."""
        return source_words(self.source)
