"""What was asked for, and what the version's own offer table would give were the application approved. Pure."""

from collections.abc import Mapping
from datetime import datetime
from math import floor, isfinite
from typing import Any

import msgspec

from lending.business_dates import business_date_of
from rules.engine.document import Rule, Then
from rules.engine.offer import OfferMade
from rules.engine.program import Program, ScoreInput, compile_program
from rules.services.bundles.loading import Bundle

WORKING_DAYS = 2
"""A referred application is to be decided by the end of this working day (Monday to Friday) after it came in."""
_APPROVES = Rule(
    code="PERSON_APPROVES", label_en="A person approves", label_zh="人工通过", when="true", then=Then(outcome="APPROVE")
)


class Terms(msgspec.Struct, frozen=True):
    """An amount in minor units, an annual rate as a share, a term in months; None where nothing is known of it."""

    amount_minor: int | None = None
    annual_rate: float | None = None
    term_months: int | None = None


def amount_asked(bundle: Bundle, values: Mapping[str, Any]) -> int | None:
    """The amount asked for in minor units; None where the rule set makes no offers or the request holds none."""
    return terms_asked(bundle.program, values).amount_minor


def terms_asked(program: Program | None, values: Mapping[str, Any]) -> Terms:
    """Amount and term as the request gave them, under the names the version's offer reads."""
    offer = program.document.offer if program else None
    if offer is None:
        return Terms()
    return Terms(
        amount_minor=_whole(values.get(offer.amount_variable)), term_months=_whole(values.get(offer.term_variable))
    )


def offer_if_approved(
    bundle: Bundle, values: Mapping[str, Any], score: ScoreInput | None, as_of: datetime
) -> OfferMade | None:
    """What the offer table gives this application, whatever the rules say of it; None where it gives or tells nothing.

    Legal caps of the business date of `as_of` and grades hold as in any decision.
    """
    if bundle.program is None or bundle.catalogue is None or bundle.program.document.offer is None:
        return None
    document = msgspec.structs.replace(bundle.program.document, rules=[_APPROVES], patterns=[], cases=[])
    program = compile_program(document, bundle.catalogue, product=bundle.product_code, stage=bundle.stage)
    date = business_date_of(as_of, bundle.timezone).isoformat()
    offer: OfferMade | None = program.evaluate(values, score=score, business_date=date).offer
    return offer


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return floor(value)
