"""How good the triggers of early warnings were on known outcomes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Product


class TriggerReport(models.Model):
    """One report on a product's triggers as of a day. Written once (trigger)."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="trigger_reports", verbose_name=_("product"))
    as_of = models.DateField(_("as of"))
    bundle_hash = models.CharField(_("bundle hash"), max_length=64)
    accounts = models.PositiveIntegerField(_("accounts"))
    defaults = models.PositiveIntegerField(_("defaults"))
    document = models.JSONField(_("report"), help_text=_("Figures per level and trigger"))
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("report on triggers")
        verbose_name_plural = _("reports on triggers")
        indexes = [models.Index(fields=["product", "-created_at"], name="trigger_report_latest")]

    def __str__(self) -> str:
        return f"{self.product} {self.as_of}"
