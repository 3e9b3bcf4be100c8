"""Early warnings."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Customer, CustomerStanding, Loan, Product
from monitoring.models.drift import DriftReport
from monitoring.models.review import ReviewRun

_LOAN = ("loan", "customer", "first_run", "last_run")
_DRIFT = ("product", "first_report", "last_report")


def _given(fields: tuple[str, ...]) -> dict[str, bool]:
    return {f"{field}__isnull": False for field in fields}


def _absent(fields: tuple[str, ...]) -> dict[str, bool]:
    return {f"{field}__isnull": True for field in fields}


class EarlyWarning(models.Model):
    """Trouble seen ahead, for a person to look at; repeated hits merge into it.

    It stands on one loan, found by reviews, or on a product whose model or rules drift, found by drift reports.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        CLOSED = "CLOSED", _("Closed")

    # Of loans that the review read in the same transaction, as its results are: no look-up a row.
    loan = models.ForeignKey(
        Loan,
        models.CASCADE,
        related_name="early_warnings",
        null=True,
        blank=True,
        db_constraint=False,
        verbose_name=_("loan"),
    )
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="early_warnings",
        null=True,
        blank=True,
        db_constraint=False,
        verbose_name=_("customer"),
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("drifting product"),
    )
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    reasons = models.JSONField(_("reasons"), help_text=_("At most four: code, zh, en"))
    pd = models.FloatField(_("PD"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    first_run = models.ForeignKey(
        ReviewRun,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        verbose_name=_("first seen in"),
    )
    # Written anew every day, by the review itself: an index on it and a look-up a row were half of what that cost.
    last_run = models.ForeignKey(
        ReviewRun,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        verbose_name=_("last seen in"),
    )
    first_report = models.ForeignKey(
        DriftReport,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("first seen in report"),
    )
    last_report = models.ForeignKey(
        DriftReport,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("last seen in report"),
    )
    hit_count = models.PositiveIntegerField(_("hits"), default=1)
    # Days in a row on which reviews found less, the worst of what they found, and when that was counted last.
    lower_count = models.PositiveSmallIntegerField(_("reviews in a row that found less"), default=0)
    lower_level = models.CharField(_("the worst they found"), max_length=8, blank=True)
    lower_as_of = models.DateTimeField(_("counted last"), null=True, blank=True)
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
            ),
            # And those on one product's drift.
            models.UniqueConstraint(
                name="early_warning_one_open_per_product",
                fields=["product"],
                condition=models.Q(state="OPEN", product__isnull=False),
            ),
            # On a loan, seen in reviews, or on a product, seen in drift reports; never half of each.
            models.CheckConstraint(
                name="early_warning_on_loan_or_product",
                condition=models.Q(**_given(_LOAN), **_absent(_DRIFT)) | models.Q(**_given(_DRIFT), **_absent(_LOAN)),
            ),
        ]
        indexes = [
            # Few: those on loans have none.
            models.Index(
                fields=["product"], condition=models.Q(product__isnull=False), name="early_warning_of_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.loan_id or self.product}"
