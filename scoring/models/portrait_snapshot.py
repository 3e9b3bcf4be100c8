"""Portraits as they were made, to compare a customer over time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Customer


class PortraitSnapshot(models.Model):
    """One portrait (`scoring.portraits.portrait`), sealed under the customer's key, and what it was made with.

    `content_hash` is an HMAC under that key: whoever does not hold it cannot guess values from the hash, and when the
    key is destroyed both are of nobody. Rows are frozen.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="portrait_snapshots", verbose_name=_("customer")
    )
    as_of = models.DateTimeField(_("as of"))
    taken_at = models.DateTimeField(_("taken"))
    sealed = models.BinaryField(_("sealed portrait"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    catalogue_hash = models.CharField(_("catalogue"), max_length=64)
    model_hash = models.CharField(_("model"), max_length=64, blank=True)
    policy_hash = models.CharField(_("policy"), max_length=64, blank=True)
    product_code = models.CharField(_("product"), max_length=40, blank=True)
    segment = models.CharField(_("segment"), max_length=40)

    class Meta:
        verbose_name = _("portrait")
        verbose_name_plural = _("portraits")
        constraints = [
            # The same portrait again is the one there is.
            models.UniqueConstraint(name="portrait_snapshot_once", fields=["customer", "as_of", "content_hash"]),
            # Nobody is portrayed before it is over.
            models.CheckConstraint(
                name="portrait_snapshot_is_past", condition=models.Q(as_of__lte=models.F("taken_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.as_of:%Y-%m-%d}"
