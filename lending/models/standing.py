"""What post-loan knows about a customer, for pre-loan to read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer
from lending.models.product import Product


class CustomerStanding(models.Model):
    """Written by monitoring, read by variables: the only road from post-loan back to pre-loan.

    It speaks of the customer's loans of one product and holds from `as_of` on, as known from `known_at` on, until the
    next one of that product. Readers take the worst over products (`lending.standing_worst`).
    """

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
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        verbose_name=_("product"),
        help_text=_("Empty: written before standings were kept by product"),
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
    category_severity = models.PositiveSmallIntegerField(
        _("severity of the category"), null=True, blank=True, help_text=_("Place on the product's scale, 0 the best")
    )
    has_confirmed_diversion = models.BooleanField(_("diversion confirmed"), default=False, db_default=False)
    grx = models.FloatField(
        _("risk coefficient"),
        null=True,
        blank=True,
        help_text=_("0 to 1 on the portrait policy's scale, 1 the riskiest"),
    )

    class Meta:
        verbose_name = _("customer standing")
        verbose_name_plural = _("customer standings")
        # Read backwards it gives the newest of each product: no other index is written.
        constraints = [
            models.UniqueConstraint(name="standing_once", fields=["customer", "product", "as_of", "known_at"])
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.as_of:%Y-%m-%d}"
