"""Where the money of a loan went, as far as it could be followed, and what people said of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Loan


class DiversionFinding(models.Model):
    """What was found of a loan, as known by an instant. Rows are frozen: the last one holds, the others are history.

    Tracing never confirms: a row of a person (`decided_by`) does, or lifts what was suspected or confirmed. What is
    confirmed, or lifted after it was, stands on a `proposal` that another person approved (trigger).
    `path` holds ids, instants, amounts and classes only.
    """

    class State(models.TextChoices):
        CONSISTENT = "CONSISTENT", _("Consistent with the purpose")
        SUSPECTED = "SUSPECTED", _("Diversion suspected")
        CONFIRMED = "CONFIRMED", _("Diversion confirmed")
        UNTRACEABLE = "UNTRACEABLE", _("Not to be told")

    class Method(models.TextChoices):
        HAIRCUT = "HAIRCUT", _("Haircut (in proportion)")
        FIFO = "FIFO", _("First in, first out")

    loan = models.ForeignKey(
        Loan, models.PROTECT, related_name="diversion_findings", db_index=False, verbose_name=_("loan")
    )
    as_of = models.DateTimeField(_("as of"))
    known_at = models.DateTimeField(_("found"))
    state = models.CharField(_("state"), max_length=11, choices=State)
    purpose = models.CharField(_("declared purpose"), max_length=40, blank=True)
    method = models.CharField(_("method"), max_length=7, choices=Method)
    disbursed_minor = models.BigIntegerField(_("paid out"))
    diverted_minor = models.BigIntegerField(_("in prohibited uses"))
    untraceable_minor = models.BigIntegerField(_("cannot be followed"))
    off_purpose_minor = models.BigIntegerField(_("in other than the declared uses"))
    circular_minor = models.BigIntegerField(_("came back"))
    diverted_share = models.FloatField(_("diverted share"))
    untraceable_share = models.FloatField(_("untraceable share"))
    other_method_share = models.FloatField(_("diverted share by the other method"))
    causes = models.JSONField(_("causes"), default=list)
    path = models.JSONField(_("path"), default=dict)
    policy_hash = models.CharField(_("loan use policy"), max_length=64)
    follows = models.ForeignKey(
        "self", models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("follows")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    note = models.BinaryField(_("sealed note"), null=True, editable=False)
    proposal = models.OneToOneField(
        "DiversionProposal", models.PROTECT, related_name="result", null=True, blank=True, verbose_name=_("proposal")
    )

    class Meta:
        verbose_name = _("use of a loan")
        verbose_name_plural = _("use of loans")
        constraints = [
            # Only a person confirms, on a finding, and says why; what a machine found carries nobody's word.
            models.CheckConstraint(
                name="diversion_confirmed_by_a_person",
                condition=models.Q(decided_by__isnull=False, note__isnull=False, follows__isnull=False)
                | models.Q(decided_by__isnull=True, note__isnull=True) & ~models.Q(state="CONFIRMED"),
            ),
            # Two rows on one would leave open which holds.
            models.UniqueConstraint(name="diversion_finding_followed_once", fields=["follows"]),
            models.UniqueConstraint(
                name="diversion_finding_one_first", fields=["loan"], condition=models.Q(follows__isnull=True)
            ),
            models.CheckConstraint(
                name="diversion_shares_in_range",
                condition=models.Q(diverted_share__gte=0, diverted_share__lte=1)
                & models.Q(untraceable_share__gte=0, untraceable_share__lte=1, disbursed_minor__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["loan", "-known_at", "-id"], name="diversion_finding_latest")]
        permissions = [("decide_diversion", _("Confirm or lift diversion of loan money"))]

    def __str__(self) -> str:
        return f"{self.loan.external_id} {self.known_at:%Y-%m-%d}"


class DiversionProposal(models.Model):
    """What a person proposes to say of a finding, for another to approve. Frozen: see its approval."""

    class Outcome(models.TextChoices):
        CONFIRMED = "CONFIRMED", _("Confirm diversion")
        CONSISTENT = "CONSISTENT", _("Lift the confirmation")

    finding = models.ForeignKey(
        DiversionFinding, models.PROTECT, related_name="proposals", verbose_name=_("use of a loan")
    )
    outcome = models.CharField(_("proposed"), max_length=11, choices=Outcome)
    note = models.BinaryField(_("sealed note"), editable=False)
    approval = models.OneToOneField(Approval, models.PROTECT, related_name="+", verbose_name=_("approval"))

    class Meta:
        verbose_name = _("proposed decision on the use of a loan")
        verbose_name_plural = _("proposed decisions on the use of loans")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.finding} {self.get_outcome_display()}"


class DiversionWatch(models.Model):
    """When the money of a loan was last followed, until when it is, and how often in a row that has failed."""

    loan = models.OneToOneField(Loan, models.CASCADE, related_name="diversion_watch", verbose_name=_("loan"))
    traced_at = models.DateTimeField(_("followed"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed"), default=0, db_default=0)

    class Meta:
        verbose_name = _("watch on the use of a loan")
        verbose_name_plural = _("watches on the use of loans")

    def __str__(self) -> str:
        return f"{self.loan_id}"
