"""Who stands beside a customer: guarantors, co-borrowers and others whose trouble may become theirs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.customer import Customer


class CustomerLink(models.Model):
    """`other` stands in this relation to `customer`. A later row of the same start says what is known since."""

    class Kind(models.TextChoices):
        GUARANTOR = "GUARANTOR", _("Guarantor")
        CO_BORROWER = "CO_BORROWER", _("Co-borrower")
        FAMILY = "FAMILY", _("Family")
        EMPLOYER_MATE = "EMPLOYER_MATE", _("Same employer")
        SHARED_DEVICE = "SHARED_DEVICE", _("Same device")
        SAME_PERSON = "SAME_PERSON", _("Same person")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="links", db_index=False, verbose_name=_("customer")
    )
    other = models.ForeignKey(Customer, models.CASCADE, related_name="linked_by", verbose_name=_("linked customer"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    is_liable = models.BooleanField(_("liable"), default=False)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    known_at = models.DateTimeField(_("known"))
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("link between customers")
        verbose_name_plural = _("links between customers")
        constraints = [
            models.UniqueConstraint(
                name="customer_link_once", fields=["customer", "other", "kind", "since", "known_at"]
            ),
            models.CheckConstraint(name="customer_link_to_another", condition=~models.Q(customer=models.F("other"))),
            models.CheckConstraint(
                name="customer_link_days_in_order",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"C{self.customer_id:08d} {self.get_kind_display()} C{self.other_id:08d}"
