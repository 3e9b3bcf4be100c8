"""The emergency stop of a rule set: one person sends every decision to people, at once."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from rules.models.rule_set import RuleSet


class EmergencyStop(models.Model):
    """From `declared_at` to `lifted_at` every application of the rule set is REFER, whatever its rules say.

    Stopping is the safe direction, so one person may do it; a second one confirms it by `deadline_at` or ends it. It
    never ends by itself: lifting it takes two persons (trigger).
    """

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="emergency_stops", verbose_name=_("rule set"))
    reason = models.TextField(_("reason"), help_text=_("What is wrong, for those who must confirm the stop."))
    content_hash = models.CharField(_("content hash"), max_length=64)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="emergency_stops", verbose_name=_("declared by")
    )
    declared_at = models.DateTimeField(_("declared"))
    deadline_at = models.DateTimeField(_("to be confirmed by"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_on = models.ForeignKey(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lifted on")
    )

    class Meta:
        verbose_name = _("emergency stop")
        verbose_name_plural = _("emergency stops")
        constraints = [
            # A rule set is stopped or it is not: two stops at once could be lifted one by one.
            models.UniqueConstraint(
                name="emergency_stop_one_per_rule_set",
                fields=["rule_set"],
                condition=models.Q(lifted_at__isnull=True),
            ),
            # Nothing resumes without the word of a second person.
            models.CheckConstraint(
                name="emergency_stop_lifted_on_approval",
                condition=models.Q(lifted_at__isnull=True, lifted_on__isnull=True)
                | models.Q(lifted_at__isnull=False, lifted_on__isnull=False),
            ),
            # Those who confirm it must know why.
            models.CheckConstraint(
                name="emergency_stop_has_reason",
                condition=~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_set} stopped {self.declared_at:%Y-%m-%d %H:%M}"
