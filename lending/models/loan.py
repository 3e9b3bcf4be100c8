"""What was paid out, and how it runs."""

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from lending.models.application import Application
from lending.models.customer import Customer
from lending.models.product import Product
from lending.models.region import Region


class Loan(models.Model):
    """A contract paid out: an instalment loan or a card account."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="loans", db_index=False, verbose_name=_("product")
    )
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="loans", verbose_name=_("customer"))
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="loans", null=True, blank=True, verbose_name=_("application")
    )
    external_id = models.CharField(_("contract number"), max_length=80)
    limit_minor = models.BigIntegerField(_("limit or amount"), help_text=_("Minor units of the product's currency"))
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    known_at = models.DateTimeField(
        _("known"), null=True, blank=True, help_text=_("Empty: known since the day it was opened")
    )
    closed_known_at = models.DateTimeField(_("closing known"), null=True, blank=True)
    closed_cause = models.CharField(_("why closed"), max_length=16, blank=True, db_default="", default="")
    has_reopened = models.BooleanField(
        _("closed or opened more than once"),
        db_default=False,
        default=False,
        help_text=_("Whether it was open on a day is then told from its changes"),
    )
    attributes = models.JSONField(
        _("attributes"), default=dict, help_text=_("Catalogued variables fixed at opening, such as education")
    )
    purpose = models.CharField(
        _("purpose"),
        max_length=40,
        blank=True,
        db_default="",
        default="",
        help_text=_("A code such as education, house_renovation or refinance"),
    )
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="loans", null=True, blank=True, verbose_name=_("region")
    )
    annual_rate = models.FloatField(_("annual rate"), null=True, blank=True, help_text=_("A share: 0.12 is 12 %"))
    term_months = models.PositiveSmallIntegerField(_("term in months"), null=True, blank=True)
    disbursed_minor = models.BigIntegerField(_("disbursed"), null=True, blank=True)
    branch = models.CharField(_("branch"), max_length=40, blank=True, db_default="", default="")
    restructured_on = models.DateField(_("restructured"), null=True, blank=True)

    class Meta:
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = [models.UniqueConstraint(name="loan_number_once_per_product", fields=["product", "external_id"])]
        indexes = [
            # Searches by the beginning of a number, in either case.
            models.Index(OpClass(Upper("external_id"), name="text_pattern_ops"), name="loan_number_beginning"),
            # Cohorts by month of opening are counted from it alone; a loan's row is wide.
            models.Index(fields=["product", "opened_on"], include=["id"], name="loan_by_opening"),
            # The few that may have been written off by some day.
            models.Index(
                fields=["product"],
                name="loan_written_off",
                condition=models.Q(closed_cause="WRITTEN_OFF") | models.Q(has_reopened=True),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class LoanMonth(models.Model):
    """One month of a loan as its lender reported it. A correction stands beside what it replaces, known later."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="months", verbose_name=_("loan"))
    business_date = models.DateField(_("month end"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    payment_status = models.SmallIntegerField(
        _("payment status"), help_text=_("-2 not used, -1 paid in full, 0 revolving, n months late")
    )
    billed_minor = models.BigIntegerField(_("billed"))
    paid_minor = models.BigIntegerField(_("paid"))
    replaced_known_at = models.DateTimeField(
        _("corrected"), null=True, blank=True, help_text=_("Since when a correction is known; empty: it counts")
    )

    class Meta:
        verbose_name = _("month of a loan")
        verbose_name_plural = _("months of loans")
        constraints = [
            # At any instant one row of a date counts: that known by then and not replaced by then.
            models.UniqueConstraint(
                name="loan_month_known_once",
                fields=["loan", "business_date", "replaced_known_at"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_date}"
