"""What is owed when, and what was paid."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.loan import Loan


class Instalment(models.Model):
    """One instalment of a schedule. A schedule known later replaces the earlier one from then on."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="instalments", db_index=False, verbose_name=_("loan"))
    number = models.PositiveSmallIntegerField(_("number"))
    due_on = models.DateField(_("due"))
    principal_minor = models.BigIntegerField(_("principal"))
    interest_minor = models.BigIntegerField(_("interest"), default=0, db_default=0)
    fee_minor = models.BigIntegerField(_("fees"), default=0, db_default=0)
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(name="instalment_once", fields=["loan", "number", "known_at"]),
            # What is waived is a schedule without it, not a negative one.
            models.CheckConstraint(
                name="instalment_not_negative",
                condition=models.Q(principal_minor__gte=0, interest_minor__gte=0, fee_minor__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.due_on}"

    @property
    def due_minor(self) -> int:
        """All of it, in minor units of the product's currency."""
        return self.principal_minor + self.interest_minor + self.fee_minor


class Repayment(models.Model):
    """Money received for a loan; a negative amount takes an earlier one back.

    A correction is two rows more, known since the correction: one takes the last version back, one is the new.
    """

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="repayments", db_index=False, verbose_name=_("loan"))
    external_id = models.CharField(_("payment number"), max_length=100)
    paid_on = models.DateField(_("paid on"), help_text=_("Business date"))
    event_at = models.DateTimeField(_("happened"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    amount_minor = models.BigIntegerField(_("amount"))
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        constraints = [
            models.UniqueConstraint(name="repayment_once", fields=["loan", "external_id"]),
            models.CheckConstraint(name="repayment_not_zero", condition=~models.Q(amount_minor=0)),
        ]

    def __str__(self) -> str:
        return self.external_id
