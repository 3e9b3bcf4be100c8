"""What the scheme proposes to do about a warning: nothing until a person accepts it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval
from lending.models import CustomerStanding
from monitoring.models.warning_case import WarningCase

_TAKEN = ["ACCEPTED", "DONE"]


class ProposedMeasure(models.Model):
    """One measure proposed on a case, with the wording of the scheme as it was then."""

    class Measure(models.TextChoices):
        ADVICE = "ADVICE", _("Advice and notice to the customer")
        CALL = "CALL", _("Call")
        LIMIT_FREEZE = "LIMIT_FREEZE", _("Limit freeze")
        EXTRA_COLLATERAL = "EXTRA_COLLATERAL", _("Extra collateral")
        RESTRUCTURING = "RESTRUCTURING", _("Restructuring offer")
        COLLECTION = "COLLECTION", _("Collection")

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Proposed")
        WAITING = "WAITING", _("Waits for a second person")
        ACCEPTED = "ACCEPTED", _("Accepted")
        DONE = "DONE", _("Done")
        DECLINED = "DECLINED", _("Declined")

    case = models.ForeignKey(WarningCase, models.PROTECT, related_name="measures", verbose_name=_("case"))
    measure = models.CharField(_("measure"), max_length=16, choices=Measure)
    level = models.CharField(_("level"), max_length=8, choices=CustomerStanding.Level)
    grx = models.FloatField(_("GRx"), null=True, blank=True, help_text=_("Empty: not assessed"))
    ds = models.FloatField(_("threshold DS"))
    is_adverse = models.BooleanField(_("adverse to the customer"))
    needs_second = models.BooleanField(_("needs a second person"))
    basis_en = models.TextField(_("contract basis, English"), blank=True)
    basis_zh = models.TextField(_("contract basis, Chinese"), blank=True)
    notice_en = models.TextField(_("notice, English"), blank=True)
    notice_zh = models.TextField(_("notice, Chinese"), blank=True)
    scheme_hash = models.CharField(_("scheme"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    clause = models.CharField(
        _("clause of the contract"), max_length=120, blank=True, help_text=_("On which an adverse measure rests")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    approval = models.OneToOneField(
        Approval, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("approval")
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("done by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed measure")
        verbose_name_plural = _("proposed measures")
        constraints = [
            # Nothing is taken or refused without a person.
            models.CheckConstraint(
                name="proposed_measure_decided_by_somebody",
                condition=models.Q(state="PROPOSED", decided_by__isnull=True, decided_at__isnull=True)
                | (~models.Q(state="PROPOSED") & models.Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            # Nothing adverse without a contract basis in words and by clause, and a notice in both languages.
            models.CheckConstraint(
                name="proposed_measure_adverse_has_basis",
                condition=models.Q(is_adverse=False)
                | ~models.Q(state__in=[*_TAKEN, "WAITING"])
                | ~(
                    models.Q(basis_en="")
                    | models.Q(basis_zh="")
                    | models.Q(notice_en="")
                    | models.Q(notice_zh="")
                    | models.Q(clause="")
                ),
            ),
            # Nothing adverse on somebody who is not assessed, or assessed below the threshold.
            models.CheckConstraint(
                name="proposed_measure_adverse_is_risky",
                condition=models.Q(is_adverse=False)
                | models.Q(grx__isnull=False, grx__gte=models.F("ds")),  # an unknown comparison would pass
            ),
            models.CheckConstraint(
                name="proposed_measure_second_where_needed",
                condition=models.Q(needs_second=False) | ~models.Q(state__in=_TAKEN) | models.Q(approval__isnull=False),
            ),
            models.CheckConstraint(
                name="proposed_measure_done_by_somebody",
                condition=(models.Q(state="DONE", done_by__isnull=False, done_at__isnull=False))
                | (~models.Q(state="DONE") & models.Q(done_by__isnull=True, done_at__isnull=True)),
            ),
            # The same thing is not proposed twice at once.
            models.UniqueConstraint(
                name="proposed_measure_once",
                fields=["case", "measure"],
                condition=models.Q(state__in=["PROPOSED", "WAITING", "ACCEPTED"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.case}"
