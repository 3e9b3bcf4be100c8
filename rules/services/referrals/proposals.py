"""What a person wants to decide, held to the request, the offer table and the catalogue's reasons. Pure."""

from typing import Any, Literal

import msgspec

from rules.services.referrals.case import ReferralCase
from rules.services.referrals.errors import ProposalInvalid
from scoring.catalogue import Reason
from scoring.reasons import PRINCIPAL_REASONS

NOTE_LEAST, NOTE_MOST = 10, 4_000


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What the form says. Terms are read of an approval only, reasons of a decline."""

    outcome: str
    note: str
    reasons: list[str] = []
    amount_minor: int | None = None
    annual_rate: float | None = None
    term_months: int | None = None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that can be decided: what is kept of it, and what it takes."""

    outcome: Literal["APPROVE", "DECLINE"]
    reasons: list[dict[str, str]]
    amount_minor: int | None
    annual_rate: float | None
    term_months: int | None
    is_counter_offer: bool
    weight_minor: int | None
    """The amount an authority is held against: granted, or asked for where it is declined; None: not known."""
    is_beyond_table: bool
    """The offer table does not give these terms: a second person must agree whatever the amount."""

    def as_json(self) -> dict[str, Any]:
        """As a step of the referral keeps it."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]


def proposal_checked(case: ReferralCase, proposal: Proposal) -> Checked:
    """The proposal, whole and within its bounds. Raises ProposalInvalid with every problem, by field of the form."""
    problems = _note_problems(proposal.note)
    if proposal.outcome == "DECLINE":
        reasons, found = _reasons_of_decline(case, proposal.reasons)
        problems += found
        terms: tuple[int | None, float | None, int | None] = (None, None, None)
        cut: list[str] = []
    elif proposal.outcome == "APPROVE":
        terms, found = _terms(case, proposal)
        problems += found
        cut = [] if found else _cuts(case, terms)
        reasons = [_wording(case, code) for code in cut]
    else:
        problems.append(("outcome", "missing", "Choose to approve or to decline."))
    if problems:
        raise ProposalInvalid(
            "The decision cannot be taken as it stands.",
            problems=[{"field": field, "code": code, "message": message} for field, code, message in problems],
        )
    is_approval = proposal.outcome == "APPROVE"
    return Checked(
        outcome="APPROVE" if is_approval else "DECLINE",
        reasons=[{"code": reason.code, "zh": reason.zh, "en": reason.en} for reason in reasons],
        amount_minor=terms[0],
        annual_rate=terms[1],
        term_months=terms[2],
        is_counter_offer=bool(cut),
        weight_minor=terms[0] if is_approval else case.asked.amount_minor,
        is_beyond_table=is_approval and case.has_offer and case.offer is None,
    )


Problem = tuple[str, str, str]


def _note_problems(note: str) -> list[Problem]:
    length = len(note.strip())
    if NOTE_LEAST <= length <= NOTE_MOST:
        return []
    return [("note", "length", f"Say in {NOTE_LEAST} to {NOTE_MOST:,} characters why.")]


def _reasons_of_decline(case: ReferralCase, codes: list[str]) -> tuple[list[Reason], list[Problem]]:
    """The catalogue's wordings for the applicant, in the order of the case."""
    chosen = set(codes)
    if not chosen:
        return [], [("reasons", "missing", "A decline owes the applicant at least one specific reason.")]
    if chosen & case.untrue:
        return [], [("reasons", "untrue", "A chosen reason belongs to a rule that did not hold here: it is not true.")]
    known = [reason for reason in case.reasons if reason.code in chosen]
    if len(known) < len(chosen):
        return [], [("reasons", "not_specific", "A chosen reason is not one that an applicant can be told.")]
    if len(known) > PRINCIPAL_REASONS:
        return [], [("reasons", "too_many", f"At most {PRINCIPAL_REASONS} reasons: the principal ones.")]
    return known, []


def _terms(case: ReferralCase, proposal: Proposal) -> tuple[tuple[int | None, float | None, int | None], list[Problem]]:
    """Amount, rate and term within what was asked for and what the offer table gives."""
    if not case.has_offer:
        return (None, None, None), []
    offer = case.offer
    most = offer.amount_offered_minor if offer else case.asked.amount_minor
    longest = offer.term_months if offer else case.asked.term_months
    rate = offer.annual_rate if offer else proposal.annual_rate
    amount, term = proposal.amount_minor, proposal.term_months
    problems: list[Problem] = []
    if amount is None or amount <= 0 or most is None or amount > most:
        problems.append(("amount", "out_of_range", "The amount must be more than nothing and within the limit shown."))
    if term is None or term <= 0 or longest is None or term > longest:
        problems.append(
            ("term_months", "out_of_range", "The term must be at least a month and within the limit shown.")
        )
    if rate is None or not 0 <= rate <= 1:
        problems.append(("annual_rate", "out_of_range", "The annual rate must be from 0% to 100%."))
    return (amount, rate, term), problems


def _cuts(case: ReferralCase, terms: tuple[int | None, float | None, int | None]) -> list[str]:
    """The reasons of a counter-offer: less money, a shorter term."""
    amount, _rate, term = terms
    less_money, shorter = case.offer_reasons
    is_less = amount is not None and case.asked.amount_minor is not None and amount < case.asked.amount_minor
    is_shorter = term is not None and case.asked.term_months is not None and term < case.asked.term_months
    return [less_money] * is_less + [shorter] * is_shorter


def _wording(case: ReferralCase, code: str) -> Reason:
    return case.wordings.get(code) or Reason(code, code, code, "applicant")
