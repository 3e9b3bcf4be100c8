"""Up to which amount a person may decide a referred application."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Product


class ReviewAuthority(models.Model):
    """The most a person, or everybody in a role, may decide alone on one product; never raised, only replaced.

    It counts from the approval of exactly this content by a second person until it is ended.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="review_authorities",
        null=True,
        blank=True,
        verbose_name=_("person"),
    )
    group = models.ForeignKey(
        Group, models.PROTECT, related_name="review_authorities", null=True, blank=True, verbose_name=_("role")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="review_authorities", verbose_name=_("product"))
    maximum_minor = models.BigIntegerField(_("up to, minor units"))
    made_at = models.DateTimeField(_("asked for"))
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("review authority")
        verbose_name_plural = _("review authorities")
        constraints = [
            # An authority is one person's or one role's: with both or neither nobody could tell whose.
            models.CheckConstraint(
                name="review_authority_of_one",
                condition=models.Q(user__isnull=False, group__isnull=True)
                | models.Q(user__isnull=True, group__isnull=False),
            ),
            models.CheckConstraint(name="review_authority_is_an_amount", condition=models.Q(maximum_minor__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.group} {self.product} {self.maximum_minor}"
