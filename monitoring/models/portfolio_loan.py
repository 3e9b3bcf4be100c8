"""The loans as the portfolio was counted from them, so that every number opens the very loans it counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Customer, CustomerStanding, Loan, Region
from monitoring.models.early_warning import EarlyWarning
from monitoring.models.health_code import HealthColour
from monitoring.models.review import ReviewRun


class PortfolioLoan(models.Model):
    """One loan as one review left it. Kept of the last review of each month; derived, counted anew at will.

    A million rows are written at once after a review, from rows that were just read: the database checks no keys, and
    the primary key is the only index.
    """

    pk = models.CompositePrimaryKey("run_id", "loan_id")
    run = models.ForeignKey(ReviewRun, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    loan = models.ForeignKey(Loan, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    customer = models.ForeignKey(Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    region = models.ForeignKey(
        Region, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    warning = models.ForeignKey(
        EarlyWarning, models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    owed_minor = models.BigIntegerField(_("owed"))
    pd = models.FloatField(_("PD"), null=True)
    days_late = models.IntegerField(_("days past due"), null=True)
    is_serious = models.BooleanField(_("seriously late"))
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    bucket = models.CharField(_("bucket"), max_length=40, blank=True)
    bucket_before = models.CharField(_("bucket before"), max_length=40, blank=True, help_text=_("Where both are known"))
    category = models.CharField(_("category"), max_length=40, blank=True)
    opened = models.CharField(_("month of opening"), max_length=7)
    warning_level = models.CharField(_("level of the open warning"), max_length=8, blank=True)
    warning_age = models.CharField(_("days that it is open"), max_length=8, blank=True)
    health = models.CharField(
        _("health code"),
        max_length=12,
        blank=True,
        choices=HealthColour,
        help_text=_("On the first loan of a customer only"),
    )

    class Meta:
        verbose_name = _("loan of a counted portfolio")
        verbose_name_plural = _("loans of counted portfolios")

    def __str__(self) -> str:
        return f"{self.run_id} {self.loan_id}"
