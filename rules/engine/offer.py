"""From the hit row of the offer table to an offer, in whole minor units and months."""

from collections.abc import Sequence
from math import floor, isfinite
from typing import Any

import msgspec

NO_ROW, NOT_TOLD = -1, -2


class OfferMade(msgspec.Struct, frozen=True):
    """What an approved applicant is offered; the caller knows the currency."""

    amount_requested_minor: int
    amount_offered_minor: int
    annual_rate: float
    term_months: int
    is_counter_offer: bool
    term_requested_months: int
    is_amount_cut: bool
    is_term_cut: bool

    def as_answer(self, currency: str) -> dict[str, Any]:
        """The offer as the API answers it."""
        return {
            "amount_requested_minor": self.amount_requested_minor,
            "amount_offered_minor": self.amount_offered_minor,
            "currency": currency,
            "annual_rate": self.annual_rate,
            "term_months": self.term_months,
            "is_counter_offer": self.is_counter_offer,
        }


def offer_made(amount: object, term: object, cells: Sequence[object] | None) -> OfferMade | None:
    """The offer from what was requested (minor units, months) and the row's cells (amount cap, annual rate, term cap).

    Offered is floor(min(requested, cap)). None where anything is unknown, negative, or leaves nothing to lend.
    """
    if cells is None:
        return None
    numbers = [_number(value) for value in (amount, term, *cells)]
    if None in numbers:
        return None
    requested, months, amount_cap, rate, term_cap = (number for number in numbers if number is not None)
    offered, offered_months = floor(min(requested, amount_cap)), floor(min(months, term_cap))
    if offered <= 0 or offered_months <= 0 or rate < 0:
        return None
    is_amount_cut, is_term_cut = offered < requested, offered_months < months
    return OfferMade(
        amount_requested_minor=floor(requested),
        amount_offered_minor=offered,
        annual_rate=rate,
        term_months=offered_months,
        is_counter_offer=is_amount_cut or is_term_cut,
        term_requested_months=floor(months),
        is_amount_cut=is_amount_cut,
        is_term_cut=is_term_cut,
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
