"""The work on early warnings: one case each in a queue, and its steps."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Product
from monitoring.models.early_warning import EarlyWarning


class WarningCase(models.Model):
    """A warning on a loan as work: opened by the review that raises it, taken by one person, closed with an outcome.

    Level and expected loss are the warning's, kept here by reviews for the order of the queue.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Free")
        CLAIMED = "CLAIMED", _("In work")
        CLOSING = "CLOSING", _("Waits for a second person")
        CLOSED = "CLOSED", _("Closed")

    class Outcome(models.TextChoices):
        TRUE_TROUBLE = "TRUE_TROUBLE", _("True trouble")
        FALSE_ALARM = "FALSE_ALARM", _("False alarm")
        CURED = "CURED", _("Cured")
        DUPLICATE = "DUPLICATE", _("Duplicate")

    warning = models.OneToOneField(
        EarlyWarning, models.PROTECT, related_name="case", verbose_name=_("early warning"), editable=False
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    level_rank = models.PositiveSmallIntegerField(_("level, 1 to 4"))
    exposure_minor = models.BigIntegerField(_("owed, minor units"))
    expected_loss_minor = models.BigIntegerField(
        _("expected loss, minor units"), null=True, blank=True, help_text=_("Empty where the PD is not known")
    )
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"))
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="warning_cases",
        null=True,
        blank=True,
        verbose_name=_("in work with"),
    )
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    grx = models.FloatField(_("GRx"), null=True, blank=True, help_text=_("Empty: not assessed"))
    ds = models.FloatField(_("threshold DS"), null=True, blank=True)
    assessed_at = models.DateTimeField(_("GRx held against DS"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("closed by")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    approval = models.ForeignKey(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )

    class Meta:
        verbose_name = _("case of a warning")
        verbose_name_plural = _("cases of warnings")
        permissions = [("work_warningcase", _("Work on the cases of early warnings"))]
        constraints = [
            # A free case is nobody's; one in work is somebody's, since a time.
            models.CheckConstraint(
                name="warning_case_claimed_by_somebody",
                condition=models.Q(state="OPEN", claimed_by__isnull=True, claimed_at__isnull=True)
                | (~models.Q(state="OPEN") & models.Q(claimed_by__isnull=False, claimed_at__isnull=False)),
            ),
            # Closed is an outcome that somebody stands for; before that there is at most a proposal of one.
            models.CheckConstraint(
                name="warning_case_closed_has_outcome",
                condition=(
                    models.Q(state="CLOSED", closed_by__isnull=False, closed_at__isnull=False) & ~models.Q(outcome="")
                )
                | (models.Q(state="CLOSING", closed_at__isnull=True) & ~models.Q(outcome=""))
                | models.Q(state__in=["OPEN", "CLAIMED"], outcome="", closed_by__isnull=True, closed_at__isnull=True),
            ),
            # A severe warning is not called false by one person (the trigger holds the approval to this very case).
            models.CheckConstraint(
                name="warning_case_severe_false_has_second",
                condition=~models.Q(state="CLOSED", outcome="FALSE_ALARM", level_rank__gte=3)
                | models.Q(approval__isnull=False),
            ),
            models.CheckConstraint(name="warning_case_level", condition=models.Q(level_rank__gte=1, level_rank__lte=4)),
        ]
        indexes = [
            # The queue and "Next case": the most severe, then the largest loss (unknown first), then the oldest.
            models.Index(
                F("level_rank").desc(),
                F("expected_loss_minor").desc(),
                "opened_at",
                "id",
                name="warning_case_queue",
                condition=~models.Q(state="CLOSED"),
            ),
            models.Index(fields=["closed_at"], name="warning_case_closed", condition=models.Q(state="CLOSED")),
        ]

    def __str__(self) -> str:
        return f"{self.warning}"


class WarningCaseStep(models.Model):
    """Something somebody did with a case (trigger: never changes); what they wrote is sealed."""

    class Kind(models.TextChoices):
        CLAIMED = "CLAIMED", _("took it")
        RELEASED = "RELEASED", _("gave it back to the queue")
        TAKEN_OVER = "TAKEN_OVER", _("took it over")
        NOTED = "NOTED", _("noted")
        SNOOZE_ASKED = "SNOOZE_ASKED", _("asked to snooze it")
        SNOOZED = "SNOOZED", _("snoozed it")
        SNOOZE_REFUSED = "SNOOZE_REFUSED", _("refused to snooze it")
        SNOOZE_ENDED = "SNOOZE_ENDED", _("ended the snooze")
        MEASURE_ASKED = "MEASURE_ASKED", _("asked for a measure")
        MEASURE_ACCEPTED = "MEASURE_ACCEPTED", _("accepted a measure")
        MEASURE_REFUSED = "MEASURE_REFUSED", _("refused a measure")
        MEASURE_DECLINED = "MEASURE_DECLINED", _("declined a measure")
        MEASURE_DONE = "MEASURE_DONE", _("carried a measure out")
        CLOSING_ASKED = "CLOSING_ASKED", _("asked to close it")
        RETURNED = "RETURNED", _("did not agree to close it")
        CLOSED = "CLOSED", _("closed it")
        REOPENED = "REOPENED", _("opened it again")

    case = models.ForeignKey(WarningCase, models.PROTECT, related_name="steps", verbose_name=_("case"))
    kind = models.CharField(_("step"), max_length=16, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    facts = models.JSONField(_("facts"), default=dict, blank=True, help_text=_("Outcome, level, measure; no words"))
    note = models.BinaryField(_("words"), default=b"", help_text=_("Sealed under the customer's key"))

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        indexes = [models.Index(fields=["case", "at"], name="warning_case_step_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
