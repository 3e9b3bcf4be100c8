"""Products by region and month, and what the region they lend in does to repayment: for marketing and concentration.

No decision, catalogue variable or coefficient of a person reads these tables (tests/regions/test_region_wall.py).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Product, Region


class ProductMonth(models.Model):
    """What a product did in one business month and region (none: not known). Counted anew while late facts come in."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", null=True, verbose_name=_("region"))
    month = models.DateField(_("month"), help_text=_("Its first day"))
    applications = models.PositiveIntegerField(_("applications"), default=0)
    decided = models.PositiveIntegerField(_("of them decided"), default=0)
    approved = models.PositiveIntegerField(_("of them approved"), default=0)
    taken_up = models.PositiveIntegerField(_("of them taken up"), default=0)
    contracts = models.PositiveIntegerField(_("new contracts"), default=0)
    amount_minor = models.BigIntegerField(_("amount of new contracts"), default=0)
    rated = models.PositiveIntegerField(_("contracts with a rate"), default=0)
    rated_minor = models.BigIntegerField(_("their amount"), default=0)
    rate_amount = models.FloatField(_("their amount × annual rate"), default=0.0)
    term_amount = models.FloatField(_("their amount × months"), default=0.0)
    customers_due = models.PositiveIntegerField(_("customers with a due date"), default=0)
    customers_missed = models.PositiveIntegerField(_("of them missed one"), default=0)
    as_of = models.DateField(_("counted as of"))
    is_synthetic = models.BooleanField(_("made up"), default=False)

    class Meta:
        verbose_name = _("month of a product")
        verbose_name_plural = _("months of products")
        constraints = [
            models.UniqueConstraint(
                name="product_month_once", fields=["product", "month", "region"], nulls_distinct=False
            ),
            models.CheckConstraint(name="product_month_first_day", condition=models.Q(month__day=1)),
            # A part cannot exceed what it is part of.
            models.CheckConstraint(
                name="product_month_parts",
                condition=models.Q(
                    decided__lte=models.F("applications"),
                    approved__lte=models.F("decided"),
                    rated__lte=models.F("contracts"),
                    customers_missed__lte=models.F("customers_due"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.month:%Y-%m}"


class RegionInfluence(models.Model):
    """One fit of what regional features do to repayment, with its frozen reference. Written once (trigger)."""

    class State(models.TextChoices):
        ASSESSED = "ASSESSED", _("Assessed")
        NOT_ASSESSED = "NOT_ASSESSED", _("Not assessed")

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    as_of = models.DateField(_("as of"))
    policy_hash = models.CharField(_("policy hash"), max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=State)
    why = models.CharField(_("why not"), max_length=20, blank=True)
    loans = models.PositiveIntegerField(_("matured loans"))
    bads = models.PositiveIntegerField(_("of them bad"))
    document = models.JSONField(_("reference and effects"))
    is_synthetic = models.BooleanField(_("made up"), default=False)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("regional influence")
        verbose_name_plural = _("regional influences")
        constraints = [
            # Asked for again, the same day has the same answer.
            models.UniqueConstraint(name="region_influence_once", fields=["product", "as_of", "policy_hash"])
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.as_of}"


class RegionFigure(models.Model):
    """Yxtz of one region under one fit, with the features it came from. Null is not assessed, never 0 (trigger)."""

    influence = models.ForeignKey(RegionInfluence, models.PROTECT, related_name="figures", verbose_name=_("fit"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="figures", verbose_name=_("region"))
    yxtz = models.FloatField(_("Yxtz"), null=True, help_text=_("0 to 1, higher is riskier"))
    features = models.JSONField(_("features"))
    parts = models.JSONField(_("what each adds"))
    missing = models.JSONField(_("unknown features"))
    loans = models.PositiveIntegerField(_("matured loans"))

    class Meta:
        verbose_name = _("figure of a region")
        verbose_name_plural = _("figures of regions")
        constraints = [
            models.UniqueConstraint(name="region_figure_once", fields=["influence", "region"]),
            models.CheckConstraint(
                name="region_figure_range",
                condition=models.Q(yxtz__isnull=True) | models.Q(yxtz__gte=0.0, yxtz__lte=1.0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.influence}"
