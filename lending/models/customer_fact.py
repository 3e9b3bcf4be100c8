"""What is known of a customer beside applications, loans and events: one typed fact a row, its value sealed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer


class CustomerFact(models.Model):
    """A catalogued variable of a customer as somebody stated it. Rows are frozen; a correction is a later row."""

    class Provenance(models.TextChoices):
        SELF_DECLARED = "SELF_DECLARED", _("Declared by the customer")
        THIRD_PARTY = "THIRD_PARTY", _("Told by a third party")
        OBSERVED = "OBSERVED", _("Observed by us")
        DERIVED = "DERIVED", _("Worked out from other facts")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="facts", verbose_name=_("customer"))
    variable = models.CharField(_("variable"), max_length=64)
    sealed = models.BinaryField(_("sealed value"))
    event_at = models.DateTimeField(_("true from"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=40)
    provenance = models.CharField(_("provenance"), max_length=13, choices=Provenance)
    is_verified = models.BooleanField(_("verified"), default=False)
    confirmed_by = models.CharField(
        _("confirmed by"), max_length=40, blank=True, help_text=_("An independent source that says the same")
    )

    class Meta:
        verbose_name = _("customer fact")
        verbose_name_plural = _("customer facts")
        constraints = [
            # One report is one fact: what corrects it was known later.
            models.UniqueConstraint(
                name="customer_fact_once", fields=["customer", "variable", "event_at", "known_at", "source"]
            ),
            # Nothing is known before it is so, nor written down before it is known.
            models.CheckConstraint(
                name="customer_fact_times_in_order",
                condition=models.Q(event_at__lte=models.F("known_at"), known_at__lte=models.F("recorded_at")),
            ),
            # A source does not confirm itself.
            models.CheckConstraint(
                name="customer_fact_confirmed_by_another",
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("source")),
            ),
        ]
        indexes = [models.Index(fields=["customer", "variable", "-event_at", "-known_at"], name="customer_fact_latest")]

    def __str__(self) -> str:
        return f"{self.variable} of C{self.customer_id:08d}"
