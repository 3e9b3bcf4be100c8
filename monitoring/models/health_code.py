"""The financial health code: its history, overrides under four eyes, disputes and appeals, and re-reviews due."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import Customer
from monitoring.models.review import ReviewRun


class HealthColour(models.TextChoices):
    """What a health code says."""

    GREEN = "GREEN", _("Green")
    AMBER = "AMBER", _("Amber")
    RED = "RED", _("Red")
    NOT_ASSESSED = "NOT_ASSESSED", _("Not assessed")


class HealthDispute(models.Model):
    """What the holder says against the data or the colour, and the answer; both sealed under their key."""

    class Kind(models.TextChoices):
        DISPUTE = "DISPUTE", _("Data disputed")
        APPEAL = "APPEAL", _("Appeal against the colour")

    class Subject(models.TextChoices):
        RISK = "RISK", _("Risk coefficient")
        WARNINGS = "WARNINGS", _("Early warnings")
        DELINQUENCY = "DELINQUENCY", _("Payments past due")
        DIVERSION = "DIVERSION", _("Use of the loan")
        OTHER = "OTHER", _("Something else")

    class Channel(models.TextChoices):
        PAGE = "PAGE", _("Holder's page")
        API = "API", _("API")

    class State(models.TextChoices):
        OPEN = "OPEN", _("Open")
        PROPOSED = "PROPOSED", _("Answer waits for approval")
        ANSWERED = "ANSWERED", _("Answered")

    class Outcome(models.TextChoices):
        UPHELD = "UPHELD", _("Upheld")
        REFUSED = "REFUSED", _("Refused")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="health_disputes", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    subject = models.CharField(_("about"), max_length=12, choices=Subject)
    channel = models.CharField(_("came by"), max_length=8, choices=Channel)
    sealed = models.BinaryField(_("what the holder wrote (sealed)"))
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    answer_sealed = models.BinaryField(_("answer (sealed)"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )

    class Meta:
        verbose_name = _("dispute or appeal")
        verbose_name_plural = _("disputes and appeals")
        constraints = [
            # One voice at a time: a second one would keep a code from ever being assessed again.
            models.UniqueConstraint(
                name="health_dispute_one_open",
                fields=["customer", "kind"],
                condition=~models.Q(state="ANSWERED"),
            ),
            models.CheckConstraint(
                name="health_dispute_answered_says_so",
                condition=models.Q(state="OPEN", outcome="", answered_at__isnull=True)
                | models.Q(~models.Q(state="OPEN"), ~models.Q(outcome=""), answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_kind_display()}"


class HealthOverride(models.Model):
    """A colour that a person asks for, with a reason and an end; it counts once another person approved it."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="health_overrides", verbose_name=_("customer"))
    colour = models.CharField(_("colour"), max_length=12, choices=HealthColour)
    reason = models.TextField(_("reason"))
    until = models.DateTimeField(_("until"))
    made_at = models.DateTimeField(_("asked for"))
    dispute = models.ForeignKey(
        HealthDispute, models.PROTECT, null=True, blank=True, related_name="overrides", verbose_name=_("appeal")
    )
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    basis = models.JSONField(_("red findings known then"), null=True, blank=True)
    ended_for = models.JSONField(_("red findings that ended it"), default=list, blank=True)

    class Meta:
        verbose_name = _("override of a health code")
        verbose_name_plural = _("overrides of health codes")
        constraints = [
            # Without an end it would be a code that no review ever touches.
            models.CheckConstraint(name="health_override_has_an_end", condition=models.Q(until__gt=models.F("made_at")))
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_colour_display()}"


class HealthCode(models.Model):
    """A colour of a customer from an instant on. Only added to (trigger); the newest is the current one."""

    class Cause(models.TextChoices):
        REVIEW = "REVIEW", _("Review")
        RE_REVIEW = "RE_REVIEW", _("Re-review of the customer")
        OVERRIDE = "OVERRIDE", _("Approved override")

    # Written of customers, and by reviews, that were read in the same transaction and are never deleted: a look-up a
    # row of each was half of what a first code costs. Its history is the index of its customer.
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="health_codes",
        db_constraint=False,
        db_index=False,
        verbose_name=_("customer"),
    )
    as_of = models.DateTimeField(_("as of"))
    written_at = models.DateTimeField(_("written"))
    colour = models.CharField(_("colour"), max_length=12, choices=HealthColour)
    reasons = models.JSONField(_("reasons"), default=list, help_text=_("Codes, at most three"))
    inputs = models.JSONField(_("read from"), default=dict, help_text=_("What the colour was worked out from"))
    policy_hash = models.CharField(_("policy hash"), max_length=64, blank=True)
    cause = models.CharField(_("by"), max_length=10, choices=Cause)
    run = models.ForeignKey(
        ReviewRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("review"),
    )
    override = models.ForeignKey(
        HealthOverride,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("override"),
    )
    is_current = models.BooleanField(_("current"), default=True)

    class Meta:
        verbose_name = _("health code")
        verbose_name_plural = _("health codes")
        constraints = [
            # One current code a customer, whoever writes at once.
            models.UniqueConstraint(
                name="health_code_one_current", fields=["customer"], condition=models.Q(is_current=True)
            ),
            # It changes by a review or by an override, never by both or by nothing.
            models.CheckConstraint(
                name="health_code_has_a_cause",
                condition=models.Q(cause="OVERRIDE", override__isnull=False, run__isnull=True)
                | models.Q(cause="RE_REVIEW", override__isnull=True, run__isnull=True)
                | models.Q(cause="REVIEW", override__isnull=True, run__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-as_of"], name="health_code_history"),
            models.Index(fields=["colour", "-as_of"], condition=models.Q(is_current=True), name="health_code_now"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_colour_display()}"


class HealthDue(models.Model):
    """A customer whose code is to be looked at again by the end of the next working day, and why."""

    class Cause(models.TextChoices):
        CURE = "CURE", _("Trouble ended")
        CORRECTION = "CORRECTION", _("Data changed")
        DISPUTE = "DISPUTE", _("Dispute or appeal")
        OVERRIDE_ENDED = "OVERRIDE_ENDED", _("Override ended")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="health_due", verbose_name=_("customer"))
    cause = models.CharField(_("cause"), max_length=16, choices=Cause)
    since = models.DateTimeField(_("since"))
    due_at = models.DateTimeField(_("due"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("health code to look at again")
        verbose_name_plural = _("health codes to look at again")
        constraints = [
            # Several causes are one look; the first of them sets the time.
            models.UniqueConstraint(
                name="health_due_one_open", fields=["customer"], condition=models.Q(done_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at__isnull=True), name="health_due_waiting")]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_cause_display()}"
