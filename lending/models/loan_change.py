"""What became of a contract: restructured, closed, or open again."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models.loan import Loan


class LoanChange(models.Model):
    """A change of a contract, only ever added to; the loan carries what the one known last says."""

    class Kind(models.TextChoices):
        CLOSED = "CLOSED", _("Closed")
        REOPENED = "REOPENED", _("Open again")
        RESTRUCTURED = "RESTRUCTURED", _("Restructured")

    class Cause(models.TextChoices):
        REPAID = "REPAID", _("Repaid")
        WRITTEN_OFF = "WRITTEN_OFF", _("Written off")
        SOLD = "SOLD", _("Sold")
        REFINANCED = "REFINANCED", _("Replaced by another loan")
        OTHER = "OTHER", _("Other")

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="changes", db_index=False, verbose_name=_("loan"))
    external_id = models.CharField(_("number of the change"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    changed_on = models.DateField(_("changed on"), help_text=_("Business date"))
    cause = models.CharField(_("cause"), max_length=16, choices=Cause, blank=True, default="")
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("change of a loan")
        verbose_name_plural = _("changes of loans")
        constraints = [
            models.UniqueConstraint(name="loan_change_once", fields=["loan", "external_id"]),
            models.CheckConstraint(
                name="loan_change_closed_with_cause",
                condition=models.Q(kind="CLOSED") ^ models.Q(cause=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.changed_on}"


class LoanChangeRequest(models.Model):
    """A change of a contract that one person asks for and another decides on; approved, it is a `LoanChange`."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="change_requests", verbose_name=_("loan"))
    kind = models.CharField(_("kind"), max_length=16, choices=LoanChange.Kind)
    changed_on = models.DateField(_("changed on"), help_text=_("Business date"))
    cause = models.CharField(_("cause"), max_length=16, choices=LoanChange.Cause, blank=True, default="")
    reason = models.BinaryField(_("why"), help_text=_("Sealed under the customer's key"))
    schedule = models.JSONField(
        _("new schedule"), default=list, help_text=_("The whole of it: number, due_on, principal, interest and fees")
    )
    stands_on = models.JSONField(
        _("stands on"), default=dict, help_text=_("The loan's last change and schedule when this was asked for")
    )
    content_hash = models.CharField(_("content hash"), max_length=64)
    made_at = models.DateTimeField(_("asked for"))
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    change = models.OneToOneField(
        LoanChange, models.PROTECT, related_name="request", null=True, blank=True, verbose_name=_("change")
    )

    class Meta:
        verbose_name = _("asked change of a loan")
        verbose_name_plural = _("asked changes of loans")
        constraints = [
            models.CheckConstraint(name="loan_change_request_has_reason", condition=~models.Q(reason=b"")),
            models.CheckConstraint(
                name="loan_change_request_cause", condition=models.Q(kind="CLOSED") ^ models.Q(cause="")
            ),
            # Nothing becomes of a loan unapproved, nor is anything approved of which nothing becomes.
            models.CheckConstraint(
                name="loan_change_request_whole",
                condition=models.Q(approval__isnull=True, change__isnull=True)
                | models.Q(approval__isnull=False, change__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.get_kind_display()} {self.changed_on}"
