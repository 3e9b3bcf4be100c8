"""What people work on after payout: one queue of cases, and their steps."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Customer, Loan, Product
from monitoring import case_topics
from monitoring.case_topics import LENIENT, ON_PRODUCT, SEVERE_RANK, Topic
from monitoring.levels import LEVELS
from monitoring.models.early_warning import EarlyWarning

_NO_WARNING = Q(warning__isnull=True, loan__isnull=True, customer__isnull=True) & ~Q(key="")


class WarningCase(models.Model):
    """Something a person is to look at: taken by one person, closed with an outcome.

    It stands on an early warning, a loan, a customer, or else on the product. A warning has its own level, reasons and
    hits, which reviews keep here for the order of the queue; of all others they are the case's own.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", _("Free")
        CLAIMED = "CLAIMED", _("In work")
        CLOSING = "CLOSING", _("Waits for a second person")
        CLOSED = "CLOSED", _("Closed")

    Outcome = case_topics.Outcome

    topic = models.CharField(_("about"), max_length=12, choices=Topic, default=Topic.WARNING, db_default=Topic.WARNING)
    key = models.CharField(
        _("key"), max_length=200, default="", db_default="", blank=True, help_text=_("Hits of the same key merge")
    )
    warning = models.OneToOneField(
        EarlyWarning,
        models.PROTECT,
        related_name="case",
        null=True,
        blank=True,
        verbose_name=_("early warning"),
        editable=False,
    )
    loan = models.ForeignKey(
        Loan,
        models.PROTECT,
        related_name="warning_cases",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("loan"),
        help_text=_("Empty where a warning names it"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="warning_cases",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("customer"),
    )
    reasons = models.JSONField(_("reasons"), null=True, blank=True, help_text=_("At most four: code, zh, en"))
    facts = models.JSONField(_("facts"), null=True, blank=True, help_text=_("What it was found in, by number"))
    hit_count = models.PositiveIntegerField(_("hits"), default=1, db_default=1)
    lower_count = models.PositiveSmallIntegerField(_("looks in a row that found less"), default=0, db_default=0)
    lower_rank = models.PositiveSmallIntegerField(_("the worst they found"), default=0, db_default=0)
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    level_rank = models.PositiveSmallIntegerField(_("level, 1 to 4"))
    exposure_minor = models.BigIntegerField(_("owed, minor units"), help_text=_("By the last review that found it"))
    opened_minor = models.BigIntegerField(
        _("owed when it was opened, minor units"), null=True, blank=True, help_text=_("Where it is another amount now")
    )
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
    outcome = models.CharField(_("outcome"), max_length=12, choices=case_topics.Outcome, blank=True)
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
        permissions = [
            ("work_warningcase", _("Work on the cases of loans and customers")),
            ("work_productcase", _("Work on the cases of models and rules")),
        ]
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
            # Something severe is not called false, nor accepted as it is, by one person (the trigger holds the approval
            # to this very case).
            models.CheckConstraint(
                name="warning_case_severe_has_second",
                condition=~Q(state="CLOSED", outcome__in=LENIENT, level_rank__gte=SEVERE_RANK)
                | Q(approval__isnull=False),
            ),
            # It stands on one thing, which its topic says: a warning, a loan, a customer, or the product alone.
            models.CheckConstraint(
                name="warning_case_stands_on_one",
                condition=Q(
                    topic=Topic.WARNING, warning__isnull=False, loan__isnull=True, customer__isnull=True, key=""
                )
                | Q(topic=Topic.PAYOUT, warning__isnull=True, loan__isnull=False, customer__isnull=True) & ~Q(key="")
                | Q(topic=Topic.OVERRIDE, warning__isnull=True, loan__isnull=True, customer__isnull=False) & ~Q(key="")
                | Q(_NO_WARNING, topic__in=ON_PRODUCT),
            ),
            # Hits of one matter merge into one open case.
            models.UniqueConstraint(
                name="warning_case_one_open_per_key", fields=["key"], condition=~Q(state="CLOSED") & ~Q(key="")
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
            # What was closed of a matter, and what stands on a loan or a customer: few cases have any of them.
            models.Index(fields=["key"], name="warning_case_key", condition=~Q(key="")),
            models.Index(fields=["loan"], name="warning_case_loan", condition=Q(loan__isnull=False)),
            models.Index(fields=["customer"], name="warning_case_customer", condition=Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.warning or self.key}"

    @property
    def level(self) -> str:
        """BLUE to RED."""
        return self.warning.level if self.warning else LEVELS[self.level_rank]

    @property
    def hits(self) -> int:
        """How often it was found."""
        return self.warning.hit_count if self.warning else self.hit_count

    @property
    def causes(self) -> list[dict[str, Any]]:
        """Why it stands, the most severe first."""
        found: list[dict[str, Any]] = self.warning.reasons if self.warning else (self.reasons or [])
        return found

    @property
    def about_loan(self) -> Loan | None:
        """The loan it is about, if it is about one."""
        return self.warning.loan if self.warning else self.loan

    @property
    def about_customer(self) -> Customer | None:
        """The customer it is about, if it is about one."""
        if self.warning:
            return self.warning.customer
        return self.loan.customer if self.loan else self.customer


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
    note = models.BinaryField(
        _("words"), default=b"", help_text=_("Sealed under the customer's key, where there is one")
    )

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        indexes = [models.Index(fields=["case", "at"], name="warning_case_step_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
