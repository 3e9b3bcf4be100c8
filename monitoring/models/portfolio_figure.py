"""The portfolio counted once a review, so that its pictures are drawn from sums and never from a million loans."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Product, Region
from monitoring.models.review import ReviewRun


class PortfolioFigure(models.Model):
    """Loans of one product, region, segment and key, counted as one review left them. Derived: counted anew at will."""

    class Name(models.TextChoices):
        LEVEL = "LEVEL", _("Loans by warning level found")
        BUCKET = "BUCKET", _("Loans by delinquency bucket")
        CATEGORY = "CATEGORY", _("Loans by category")
        ROLL = "ROLL", _("Loans by bucket before and now")
        VINTAGE = "VINTAGE", _("Loans by month of opening: seriously late ones")
        WARNING = "WARNING", _("Open warnings by level and age")
        HEALTH = "HEALTH", _("Customers by health code")

    run = models.ForeignKey(ReviewRun, models.CASCADE, related_name="figures", verbose_name=_("review"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", db_index=False, verbose_name=_("product"))
    day = models.DateField(_("business date"))
    name = models.CharField(_("figure"), max_length=10, choices=Name)
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="+", null=True, db_index=False, verbose_name=_("region")
    )
    segment = models.CharField(_("segment"), max_length=40, blank=True)
    key = models.CharField(_("of what"), max_length=40)
    count = models.PositiveIntegerField(_("number"))
    bad_count = models.PositiveIntegerField(_("of them seriously late"), default=0)
    amount_minor = models.BigIntegerField(_("owed"), default=0)

    class Meta:
        verbose_name = _("figure of the portfolio")
        verbose_name_plural = _("figures of the portfolio")
        constraints = [
            models.UniqueConstraint(
                name="portfolio_figure_once",
                fields=["run", "name", "key", "segment", "region"],
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["product", "name", "day"], name="portfolio_figure_series")]

    def __str__(self) -> str:
        return f"{self.name} {self.key} {self.day}"
