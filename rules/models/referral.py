"""What a person decides where the policy could not: referrals, their steps and their resolutions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import Product
from rules.models.decision import Decision


class ReferralResolution(models.Model):
    """What people decided on a referred application, once (trigger: never changes).

    The decision's own document stays as it is; this stands beside it. The written reason may name a person, so it is
    sealed under the customer's key and goes with it.
    """

    class Outcome(models.TextChoices):
        APPROVE = "APPROVE", _("Approve")
        DECLINE = "DECLINE", _("Decline")

    decision = models.OneToOneField(
        Decision, models.PROTECT, related_name="resolution", verbose_name=_("decision"), editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reasons = models.JSONField(
        _("reasons"), default=list, help_text=_("As the applicant is told them, at most four: code, zh, en")
    )
    amount_minor = models.BigIntegerField(_("amount, minor units"), null=True, blank=True)
    annual_rate = models.FloatField(_("annual rate"), null=True, blank=True)
    term_months = models.PositiveIntegerField(_("term, months"), null=True, blank=True)
    is_counter_offer = models.BooleanField(_("counter-offer"), default=False)
    note = models.BinaryField(_("written reason"), help_text=_("Sealed under the customer's key"))
    needs_second = models.BooleanField(_("needed a second person"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="resolutions", verbose_name=_("decided by")
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="resolutions_confirmed",
        null=True,
        blank=True,
        verbose_name=_("confirmed by"),
    )
    proposed_at = models.DateTimeField(_("proposed"))
    resolved_at = models.DateTimeField(_("decided"))
    content_hash = models.CharField(_("content hash"), max_length=64)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        constraints = [
            # Above a person's authority nobody decides alone, whatever path they take.
            models.CheckConstraint(
                name="resolution_second_where_needed",
                condition=models.Q(needs_second=False) | models.Q(confirmed_by__isnull=False),
            ),
            # The second person is another one.
            models.CheckConstraint(
                name="resolution_second_is_another",
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("decided_by")),
            ),
            # A decline owes true, specific reasons; so does an offer of less than was asked for.
            models.CheckConstraint(
                name="resolution_states_its_reasons",
                condition=models.Q(outcome="APPROVE", is_counter_offer=False) | ~models.Q(reasons=[]),
            ),
            # An offer is whole and lends something, or the product has no offer at all; a decline offers nothing.
            models.CheckConstraint(
                name="resolution_offer_is_whole",
                condition=models.Q(
                    amount_minor__isnull=True,
                    annual_rate__isnull=True,
                    term_months__isnull=True,
                    is_counter_offer=False,
                )
                | models.Q(
                    outcome="APPROVE",
                    amount_minor__gt=0,
                    amount_minor__isnull=False,  # an unknown comparison would pass
                    annual_rate__gte=0,
                    annual_rate__isnull=False,
                    term_months__gt=0,
                    term_months__isnull=False,
                ),
            ),
            # It cannot have been confirmed before it was proposed.
            models.CheckConstraint(
                name="resolution_after_proposal", condition=models.Q(resolved_at__gte=models.F("proposed_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {str(self.decision_id)[:8]}"


class Referral(models.Model):
    """A referred application in the queue; opened in the decision's own transaction, frozen (trigger) once decided."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Free")
        CLAIMED = "CLAIMED", _("In work")
        PROPOSED = "PROPOSED", _("Waits for a second person")
        DECIDED = "DECIDED", _("Decided")

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="referral", verbose_name=_("decision"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="referrals", verbose_name=_("product"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    amount_minor = models.BigIntegerField(
        _("amount asked for"), null=True, blank=True, help_text=_("Minor units; empty where the request holds none")
    )
    opened_at = models.DateTimeField(_("opened"))
    due_at = models.DateTimeField(_("due"))
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="referrals",
        null=True,
        blank=True,
        verbose_name=_("in work with"),
    )
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    resolution = models.OneToOneField(
        ReferralResolution,
        models.PROTECT,
        related_name="referral",
        null=True,
        blank=True,
        verbose_name=_("resolution"),
    )

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        permissions = [("work_referral", _("Decide referred applications within an authority"))]
        constraints = [
            # A free case is nobody's; every other one is somebody's, since a time.
            models.CheckConstraint(
                name="referral_claimed_by_somebody",
                condition=models.Q(state="OPEN", claimed_by__isnull=True, claimed_at__isnull=True)
                | (~models.Q(state="OPEN") & models.Q(claimed_by__isnull=False, claimed_at__isnull=False)),
            ),
            # Decided without a resolution would be an outcome nobody stands for; a resolution ends the work.
            models.CheckConstraint(
                name="referral_decided_has_resolution",
                condition=models.Q(state="DECIDED", resolution__isnull=False)
                | (~models.Q(state="DECIDED") & models.Q(resolution__isnull=True)),
            ),
            # One resolution cannot serve another's decision twice; see also the trigger `referral_guard`.
            models.CheckConstraint(
                name="referral_due_after_opening", condition=models.Q(due_at__gt=models.F("opened_at"))
            ),
        ]
        indexes = [
            # The queue and its "Next": what is not decided, the most urgent first.
            models.Index(fields=["due_at", "id"], name="referral_waiting", condition=~models.Q(state="DECIDED"))
        ]

    def __str__(self) -> str:
        return f"{self.state} {str(self.decision_id)[:8]}"


class ReferralStep(models.Model):
    """Something somebody did with a referral (trigger: never changes); the last proposal is the one that waits."""

    class Kind(models.TextChoices):
        CLAIMED = "CLAIMED", _("took it")
        RELEASED = "RELEASED", _("gave it back to the queue")
        TAKEN_OVER = "TAKEN_OVER", _("took it over")
        PROPOSED = "PROPOSED", _("proposed")
        RETURNED = "RETURNED", _("returned the proposal")
        DECIDED = "DECIDED", _("decided")
        CONFIRMED = "CONFIRMED", _("confirmed the proposal")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="steps", verbose_name=_("referral"))
    kind = models.CharField(_("step"), max_length=10, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    proposal = models.JSONField(_("proposal"), null=True, blank=True, help_text=_("Outcome, reasons and terms"))
    note = models.BinaryField(_("words"), default=b"", help_text=_("Sealed under the customer's key"))

    class Meta:
        verbose_name = _("step of a referral")
        verbose_name_plural = _("steps of referrals")
        constraints = [
            # What a second person is to confirm must be there to be read.
            models.CheckConstraint(
                name="referral_step_proposal",
                condition=models.Q(kind="PROPOSED", proposal__isnull=False)
                | (~models.Q(kind="PROPOSED") & models.Q(proposal__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.referral_id}"
