"""From the hit row of the offer table to an offer, in whole minor units and months."""

from collections.abc import Sequence
from math import floor, inf, isfinite
from typing import Any

import msgspec

from rules.engine.tables import LegalCap

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
    is_amount_legal: bool = False
    """The law, not the table, set the amount."""
    is_term_legal: bool = False
    is_rate_legal: bool = False

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


Limits = tuple[float, float, float]
"""The most the law allows: amount in minor units, annual rate, months; infinity where it says nothing."""
NO_LIMITS: Limits = (inf, inf, inf)
_PLACES = {"amount_minor": 0, "annual_rate": 1, "term_months": 2}


def legal_limits(caps: Sequence[LegalCap], truths: Sequence[bool | None], business_date: str) -> Limits:
    """The lowest of each kind of cap that holds on the business date (YYYY-MM-DD; from its day, until before its end).

    `truths` are those of the caps' conditions; one that cannot be told holds.
    """
    limits = list(NO_LIMITS)
    for cap in caps_in_force(caps, truths, business_date):
        place = _PLACES[cap.of]
        limits[place] = min(limits[place], cap.maximum)
    return limits[0], limits[1], limits[2]


def caps_in_force(caps: Sequence[LegalCap], truths: Sequence[bool | None], business_date: str) -> list[LegalCap]:
    """Those that hold on the business date; see `legal_limits`."""
    return [
        cap
        for cap, truth in zip(caps, truths, strict=True)
        if truth is not False
        and cap.from_date <= business_date
        and (not cap.until_date or business_date < cap.until_date)
    ]


def offer_made(
    amount: object, term: object, cells: Sequence[object] | None, limits: Limits = NO_LIMITS
) -> OfferMade | None:
    """The offer from what was requested (minor units, months), the row's cells (amount cap, annual rate, term cap) and
    what the law allows of the same three.

    Offered is floor(min(requested, cap, limit)); the rate is min(rate, limit). None where anything is unknown or
    negative, or leaves nothing to lend.
    """
    if cells is None:
        return None
    numbers = [_number(value) for value in (amount, term, *cells)]
    if None in numbers:
        return None
    requested, months, amount_cap, rate, term_cap = (number for number in numbers if number is not None)
    offered = floor(min(requested, amount_cap, limits[0]))
    offered_months = floor(min(months, term_cap, limits[2]))
    if offered <= 0 or offered_months <= 0 or rate < 0:
        return None
    is_amount_cut, is_term_cut = offered < requested, offered_months < months
    return OfferMade(
        amount_requested_minor=floor(requested),
        amount_offered_minor=offered,
        annual_rate=min(rate, limits[1]),
        term_months=offered_months,
        is_counter_offer=is_amount_cut or is_term_cut,
        term_requested_months=floor(months),
        is_amount_cut=is_amount_cut,
        is_term_cut=is_term_cut,
        is_amount_legal=limits[0] < min(requested, amount_cap),
        is_term_legal=limits[2] < min(months, term_cap),
        is_rate_legal=limits[1] < rate,
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
