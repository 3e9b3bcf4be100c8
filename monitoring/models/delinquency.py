"""How late a loan was at each look, what stopped the count, and the requests to let its category rise again."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Loan
from monitoring.models.review import ReviewRun

CATEGORY_LENGTH: Final = 20


class DelinquencyState(models.Model):
    """A loan at the end of a business date, as known by an instant. Rows are frozen: the history is the rows.

    The database refuses one whose category is better than the last one's unless an approved upgrade lies between.
    """

    loan = models.ForeignKey(
        Loan,
        models.PROTECT,
        related_name="delinquency_states",
        db_index=False,
        db_constraint=False,  # written by reviews from the loans themselves, not checked row by row
        verbose_name=_("loan"),
    )
    run = models.ForeignKey(
        ReviewRun,
        models.PROTECT,
        related_name="delinquency_states",
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("review"),
        help_text=_("Empty: seen between reviews"),
    )
    business_date = models.DateField(_("business date"))
    as_of = models.DateTimeField(_("as of"))
    dpd = models.IntegerField(_("days past due"))
    bucket = models.CharField(_("bucket"), max_length=12, blank=True)
    category = models.CharField(_("category"), max_length=CATEGORY_LENGTH, blank=True)
    severity = models.SmallIntegerField(_("severity"), help_text=_("Place of the category, the best is 0"))
    causes = models.CharField(_("why"), max_length=80, blank=True)
    arrears_minor = models.BigIntegerField(_("in arrears"))
    mob = models.SmallIntegerField(_("months on book"))
    is_derived = models.BooleanField(_("from monthly status"))

    class Meta:
        verbose_name = _("delinquency of a loan")
        verbose_name_plural = _("delinquency of loans")
        constraints = [
            # One look says one thing of a loan.
            models.UniqueConstraint(
                name="delinquency_state_once", fields=["loan", "as_of", "run"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="delinquency_state_not_negative",
                condition=models.Q(dpd__gte=0, severity__gte=0, arrears_minor__gte=0, mob__gte=0),
            ),
        ]
        # The last category that was not the best is looked up for every loan in every review; few have any.
        indexes = [
            models.Index(fields=["loan", "-as_of"], name="delinquency_severe", condition=models.Q(severity__gt=0)),
            # Vintages ask when each was first so late; read alone, without the rows of those in time.
            models.Index(fields=["loan", "mob", "dpd"], name="delinquency_late", condition=models.Q(dpd__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.business_date}"


class LoanPause(models.Model):
    """Days that do not count for a loan, or an overdue confirmed to be technical: both only once another approved."""

    class Kind(models.TextChoices):
        PAUSE = "PAUSE", _("Pause: its days do not count")
        TECHNICAL = "TECHNICAL", _("Technical overdue: the category stays within the days allowed")

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="pauses", verbose_name=_("loan"))
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, default=Kind.PAUSE)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    reason = models.BinaryField(_("why"), help_text=_("Sealed under the customer's key"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    asked_hash = models.CharField(
        _("content asked for"),
        max_length=64,
        default="",
        db_default="",
        blank=True,
        help_text=_("From before reasons were sealed: the content that the approval names"),
    )
    made_at = models.DateTimeField(_("asked for"))
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    cut_on = models.DateField(_("cut short after"), null=True, blank=True)

    class Meta:
        verbose_name = _("pause of a loan")
        verbose_name_plural = _("pauses of loans")
        constraints = [
            models.CheckConstraint(name="loan_pause_in_order", condition=models.Q(last_on__gte=models.F("first_on"))),
            # It may only become shorter.
            models.CheckConstraint(
                name="loan_pause_cut_within",
                condition=models.Q(cut_on__isnull=True) | models.Q(cut_on__lt=models.F("last_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.first_on} – {self.last_on}"


class CategoryUpgrade(models.Model):
    """A better category that the system proposes when the cure is met, a person asks for and another one approves."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed by the system")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        LAPSED = "LAPSED", _("Lapsed: the conditions hold no longer")

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="category_upgrades", verbose_name=_("loan"))
    from_severity = models.SmallIntegerField(_("from severity"))
    from_category = models.CharField(_("from"), max_length=CATEGORY_LENGTH)
    to_severity = models.SmallIntegerField(_("to severity"))
    to_category = models.CharField(_("to"), max_length=CATEGORY_LENGTH)
    basis = models.JSONField(_("basis"), help_text=_("What the cure was told from"))
    business_date = models.DateField(_("business date"))
    proposed_at = models.DateTimeField(_("proposed"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.PROPOSED)
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    effective_as_of = models.DateTimeField(
        _("counts after"), null=True, blank=True, help_text=_("The loan's last look before the approval")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("upgrade of a category")
        verbose_name_plural = _("upgrades of categories")
        constraints = [
            models.CheckConstraint(
                name="category_upgrade_is_better", condition=models.Q(to_severity__lt=models.F("from_severity"))
            ),
            # Two at once would be decided on one another's content.
            models.UniqueConstraint(
                name="category_upgrade_one_open",
                fields=["loan"],
                condition=models.Q(state__in=["PROPOSED", "SUBMITTED"]),
            ),
            # Nothing rises unapproved, nor without a look that it counts after.
            models.CheckConstraint(
                name="category_upgrade_approved_whole",
                condition=models.Q(state="APPROVED", approval__isnull=False, effective_as_of__isnull=False)
                | ~models.Q(state="APPROVED") & models.Q(approval__isnull=True, effective_as_of__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.from_category} → {self.to_category}"
