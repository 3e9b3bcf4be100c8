"""What keeps a warning quiet for a time, and the hits that went unheard meanwhile."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import CustomerStanding, Loan
from monitoring.models.early_warning import EarlyWarning
from monitoring.models.review import ReviewRun
from monitoring.models.warning_case import WarningCase


class WarningSnooze(models.Model):
    """An open warning, or a case without one, left alone until a time; a level worse than then wakes it."""

    class EndCause(models.TextChoices):
        WOKEN = "WOKEN", _("a worse level woke it")
        ENDED = "ENDED", _("somebody ended it")
        REFUSED = "REFUSED", _("not approved")
        CLOSED = "CLOSED", _("the case was closed")

    warning = models.ForeignKey(
        EarlyWarning,
        models.PROTECT,
        related_name="snoozes",
        null=True,
        blank=True,
        verbose_name=_("early warning"),
        editable=False,
    )
    case = models.ForeignKey(
        WarningCase,
        models.PROTECT,
        related_name="snoozes",
        null=True,
        blank=True,
        verbose_name=_("case"),
        editable=False,
        help_text=_("Empty where a warning names it"),
    )
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    until = models.DateTimeField(_("until"))
    needs_second = models.BooleanField(_("needs a second person"))
    reason = models.BinaryField(_("reason"), help_text=_("Sealed under the customer's key"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for"))
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    started_at = models.DateTimeField(_("since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_cause = models.CharField(_("why it ended"), max_length=8, choices=EndCause, blank=True)

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")
        constraints = [
            # Two at once would leave it open which level wakes. One that ran out is ended before the next begins.
            models.UniqueConstraint(
                name="warning_snooze_one_at_a_time", fields=["warning"], condition=models.Q(ended_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="warning_snooze_one_at_a_time_of_a_case",
                fields=["case"],
                condition=models.Q(ended_at__isnull=True),
            ),
            # A snooze of nothing, or of two things, would keep nobody knows what quiet.
            models.CheckConstraint(
                name="warning_snooze_of_one",
                condition=models.Q(warning__isnull=False, case__isnull=True)
                | models.Q(warning__isnull=True, case__isnull=False),
            ),
            models.CheckConstraint(
                name="warning_snooze_ends_after_asking", condition=models.Q(until__gt=models.F("asked_at"))
            ),
            # A long one is not begun by one person.
            models.CheckConstraint(
                name="warning_snooze_second_where_needed",
                condition=models.Q(needs_second=False)
                | models.Q(started_at__isnull=True)
                | models.Q(approval__isnull=False),
            ),
            models.CheckConstraint(
                name="warning_snooze_ended_has_cause",
                condition=models.Q(ended_at__isnull=True, end_cause="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(end_cause="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warning or self.case} {self.until:%Y-%m-%d}"

    @property
    def about_case(self) -> WarningCase:
        """The case that is left alone."""
        if self.warning is not None:
            return self.warning.case
        if self.case is None:
            raise ValueError(f"snooze {self.pk} is of nothing")
        return self.case


class WarningHit(models.Model):
    """A hit of a review that raised nothing: in the cooldown after a closing, or while a warning was snoozed."""

    class Cause(models.TextChoices):
        COOLDOWN = "COOLDOWN", _("cooldown after closing")
        SNOOZE = "SNOOZE", _("snoozed")

    warning = models.ForeignKey(
        EarlyWarning, models.CASCADE, related_name="quiet_hits", verbose_name=_("early warning")
    )
    loan = models.ForeignKey(Loan, models.CASCADE, related_name="+", verbose_name=_("loan"))
    run = models.ForeignKey(ReviewRun, models.CASCADE, related_name="+", verbose_name=_("review"))
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    cause = models.CharField(_("why it was quiet"), max_length=8, choices=Cause)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("hit that stayed quiet")
        verbose_name_plural = _("hits that stayed quiet")
        constraints = [
            # A part of a review that runs twice writes once.
            models.UniqueConstraint(name="warning_hit_once", fields=["run", "loan"])
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.loan_id}"
