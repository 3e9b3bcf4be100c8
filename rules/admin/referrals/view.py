"""A referral as its page shows it: what the person may do with it now, and what happened so far."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from audit.models import User
from rules.admin.queue import days_overdue
from rules.admin.resolution_words import resolution_view, terms_words
from rules.models import Referral, ReferralStep
from rules.services.referrals.authorities import authority_of
from rules.services.referrals.case import ReferralCase, case_open, note_read
from rules.services.referrals.errors import ReferralErased
from rules.services.referrals.work import TAKE_OVER_AFTER
from rules.services.referrals.writing import WORK_PERMISSION, proposal_waiting
from rules.words import Language, money_words, value_words

State = Referral.State
TONES = {State.OPEN: "info", State.CLAIMED: "warn", State.PROPOSED: "warn", State.DECIDED: "good"}


@dataclass
class ReferralView:
    """One referral as one person may handle it at one moment."""

    referral: Referral
    user: User
    at: datetime
    language: Language

    @cached_property
    def case(self) -> ReferralCase | None:
        """The case opened; None where the customer is erased."""
        try:
            return case_open(self.referral)
        except ReferralErased:
            return None

    @property
    def tone(self) -> str:
        """Colour of the state's badge."""
        return TONES[State(self.referral.state)]

    @property
    def days_overdue(self) -> int:
        """Begun days past due."""
        return (
            0
            if self.referral.state == State.DECIDED
            else days_overdue(self.referral.due_at, self.at, self.referral.product.timezone)
        )

    @cached_property
    def authority(self) -> int | None:
        return authority_of(user=self.user, product=self.referral.product)

    @property
    def authority_words(self) -> str:
        """How much this person may decide alone."""
        return "" if self.authority is None else money_words(self.authority, self.referral.product.currency)

    @cached_property
    def proposed(self) -> ReferralStep | None:
        """The proposal that waits for a second person."""
        return proposal_waiting(self.referral)

    @cached_property
    def may(self) -> dict[str, bool]:
        """What this person may do now."""
        referral, state = self.referral, State(self.referral.state)
        works = self.user.has_perm(WORK_PERMISSION) and self.case is not None
        is_mine = referral.claimed_by_id == self.user.pk
        is_second = works and state == State.PROPOSED and not is_mine
        weight = (self.proposed.proposal or {}).get("weight_minor") if self.proposed else None
        is_stale = referral.claimed_at is not None and referral.claimed_at <= self.at - TAKE_OVER_AFTER
        return {
            "claim": works and state == State.OPEN,
            "decide": works and state == State.CLAIMED and is_mine,
            "take_over": works and state == State.CLAIMED and not is_mine and is_stale,
            "wait": works and state == State.CLAIMED and not is_mine and not is_stale,
            "return": is_second,
            "confirm": is_second and self.authority is not None and (weight is None or weight <= self.authority),
        }

    @cached_property
    def proposal(self) -> dict[str, Any] | None:
        """The waiting proposal in words."""
        if self.proposed is None or self.proposed.proposal is None:
            return None
        terms = self.proposed.proposal
        words = terms_words(terms, self.referral.product.currency, self.language)
        return {**terms, "terms": words, "note": self._words(self.proposed), "step": self.proposed}

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """What happened, oldest first."""
        steps = self.referral.steps.select_related("by").order_by("pk")
        return [{"step": step, "words": self._words(step)} for step in steps]

    @cached_property
    def resolution(self) -> dict[str, Any] | None:
        """What was decided, in words."""
        found = self.referral.resolution
        return None if found is None else resolution_view(found, self.language)

    @cached_property
    def asked(self) -> dict[str, str]:
        """What the applicant asked for, and the most the offer table gives, in words."""
        case, currency = self.case, self.referral.product.currency
        if case is None or not case.has_offer:
            return {}
        words = {}
        if case.asked.amount_minor is not None:
            words["amount"] = money_words(case.asked.amount_minor, currency)
        if case.asked.term_months is not None:
            words["term"] = value_words(case.asked.term_months, "months", self.language)
        if case.offer is not None:
            words["most"] = money_words(case.offer.amount_offered_minor, currency)
            words["rate"] = value_words(case.offer.annual_rate, "share", self.language)
            words["longest"] = value_words(case.offer.term_months, "months", self.language)
        return words

    def _words(self, step: ReferralStep) -> str:
        key = self.case.key if self.case else None
        return note_read(key, self.referral.decision_id, bytes(step.note))
