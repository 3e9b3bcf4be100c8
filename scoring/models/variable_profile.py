"""What variables were observed to be, per product."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Product


class VariableProfile(models.Model):
    """The profile of one variable of one product (`scoring.profiles.Profile` as JSON). Shown and checked against only:
    no decision reads it, so it is replaced without approval."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variable_profiles", verbose_name=_("product"))
    variable = models.CharField(_("variable"), max_length=64)
    figures = models.JSONField(_("figures"))
    as_of = models.DateField(_("as of"))

    class Meta:
        verbose_name = _("variable profile")
        verbose_name_plural = _("variable profiles")
        constraints = [
            # One picture of a variable at a time: the newest replaces the one before.
            models.UniqueConstraint(name="variable_profile_once", fields=["product", "variable"]),
        ]

    def __str__(self) -> str:
        return self.variable
