"""Early warnings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Customer, CustomerStanding, Loan
from monitoring.models.review import ReviewRun


class EarlyWarning(models.Model):
    """Trouble seen ahead on one loan, for a person to look at; repeated hits merge into it."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        CLOSED = "CLOSED", _("Closed")

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="early_warnings", verbose_name=_("loan"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="early_warnings", verbose_name=_("customer"))
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    reasons = models.JSONField(_("reasons"), help_text=_("At most four: code, zh, en"))
    pd = models.FloatField(_("PD"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    first_run = models.ForeignKey(ReviewRun, models.PROTECT, related_name="+", verbose_name=_("first seen in"))
    last_run = models.ForeignKey(ReviewRun, models.PROTECT, related_name="+", verbose_name=_("last seen in"))
    hit_count = models.PositiveIntegerField(_("hits"), default=1)
    raised_at = models.DateTimeField(_("raised"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closing_note = models.TextField(_("closing note"), blank=True)

    class Meta:
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        constraints = [
            # Hits on one loan merge into one open warning.
            models.UniqueConstraint(
                name="early_warning_one_open_per_loan", fields=["loan"], condition=models.Q(state="OPEN")
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.loan_id}"
