"""What post-loan knows about a customer, for pre-loan to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer


class CustomerStanding(models.Model):
    """Written by monitoring, read by variables: the only road from post-loan back to pre-loan."""

    class Level(models.TextChoices):
        NONE = "NONE", _("None")
        BLUE = "BLUE", _("Blue")
        YELLOW = "YELLOW", _("Yellow")
        ORANGE = "ORANGE", _("Orange")
        RED = "RED", _("Red")

    # Written from the book itself, a million rows a review: neither checked row by row, nor indexed twice.
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="standings",
        db_constraint=False,
        db_index=False,
        verbose_name=_("customer"),
    )
    as_of = models.DateTimeField(_("as of"))
    known_at = models.DateTimeField(_("known"))
    warning_level = models.CharField(_("worst open warning"), max_length=8, choices=Level, default=Level.NONE)
    open_warnings = models.PositiveSmallIntegerField(_("open warnings"), default=0)
    months_late = models.PositiveSmallIntegerField(_("months late now"), default=0)
    dpd = models.PositiveIntegerField(_("most days past due"), null=True, blank=True)
    loan_category = models.CharField(
        _("worst category of a loan"), max_length=20, blank=True, default="", db_default=""
    )
    has_confirmed_diversion = models.BooleanField(_("diversion confirmed"), default=False, db_default=False)

    class Meta:
        verbose_name = _("customer standing")
        verbose_name_plural = _("customer standings")
        constraints = [models.UniqueConstraint(name="standing_once_per_as_of", fields=["customer", "as_of"])]
        indexes = [models.Index(fields=["customer", "-known_at"], name="standing_latest")]

    def __str__(self) -> str:
        return f"{self.customer} {self.as_of:%Y-%m-%d}"
