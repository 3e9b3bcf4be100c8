"""A disbursement reported with its decision: the loan enters the book as decided, and is watched from then on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from lending.business_dates import business_date_end
from lending.models import Region
from lending.services.book.inputs import LoanInput
from lending.services.book.loans import LoanKnownError, loan_report
from lending.services.book.recording import InvalidBookItems, Problem
from rules.models import Decision
from rules.services.decisions.reading import decision_record
from rules.services.payouts_unapproved import approved_minor, payout_flag, payout_problems
from scoring.catalogue import Catalogue
from scoring.services.catalogues.book_variables import loan_may_hold, loan_variables
from scoring.services.catalogues.life import catalogue_live

MESSAGES = {
    "decision_not_found": "There is no such decision of yours.",
    "customer_erased": "The customer's personal data is erased.",
    "region_unknown": "There is no region of this code. Add it under Regions, or import regions first.",
    "unknown_variable": "The catalogue reads no such variable of a loan of this product.",
    "value_out_of_range": "The catalogue allows no such value.",
    "application_says_otherwise": "The application says otherwise, and its answer stays.",
    "known_before_it_happened": "This is known before it happened.",
    "loan_known": "The contract number is in the book with other content, which stays.",
}


class Disbursement(msgspec.Struct, frozen=True, kw_only=True):
    """What a lending system says of a loan paid out; `loan.region_id` and `loan.attributes` are filled in from here."""

    decision_id: UUID
    loan: LoanInput
    region: str
    known_at: datetime | None
    attributes: Mapping[str, object] = {}
    """Catalogued variables that the application did not say, by name."""


class Reported(msgspec.Struct, frozen=True):
    """What became of a report: new, known, conflicting or rejected, and why."""

    state: Literal["new", "known", "conflicting", "rejected"]
    problems: list[Problem] = []
    warnings: list[Problem] = []
    """Why a loan that was recorded had not been approved."""


def disbursements_report(
    *, items: Sequence[Disbursement], client_id: int, source: str, at: datetime, actor: str
) -> list[Reported]:
    """Put each loan into the book, whole or not at all; what became of each, in their order.

    The decision must be the client's own. A loan that it did not approve, or not of this amount, is recorded all the
    same, since the money is out: it is watched, the answer warns, and the log says `loan.paid_out_without_approval`.
    """
    wanted = {item.decision_id for item in items}
    decisions = Decision.objects.filter(pk__in=wanted, application__client_id=client_id).select_related(
        "application__customer", "product", "resolution"
    )
    by_id = {decision.pk: decision for decision in decisions}
    regions = dict(Region.objects.filter(code__in={item.region for item in items}).values_list("code", "pk"))
    catalogue = catalogue_live() if by_id else None
    return [
        _report(item, by_id.get(item.decision_id), regions, catalogue, client_id, source, at, actor) for item in items
    ]


def _report(
    item: Disbursement,
    decision: Decision | None,
    regions: Mapping[str, int],
    catalogue: Catalogue | None,
    client_id: int,
    source: str,
    at: datetime,
    actor: str,
) -> Reported:
    if decision is None or catalogue is None:
        return _rejected("decision_id", "decision_not_found")
    known_at = item.known_at or at
    attributes, wrong = _attributes(item.attributes, decision, catalogue)
    if problems := _problems(item, decision, regions, known_at) + wrong:
        return Reported("rejected", problems)
    loan = msgspec.structs.replace(item.loan, region_id=regions.get(item.region), attributes=attributes)
    unapproved = payout_problems(
        decision,
        external_id=loan.external_id,
        amount_minor=loan.amount_minor,
        approved_minor=approved_minor(decision, client_id, catalogue),
    )
    try:
        row, is_new = loan_report(
            product=decision.product,
            customer=decision.application.customer,
            application=decision.application,
            loan=loan,
            source=source,
            known_at=known_at,
            at=at,
            actor=actor,
        )
    except InvalidBookItems as error:
        return Reported("rejected", [problem for found in error.by_place.values() for problem in found])
    except LoanKnownError:
        return Reported("conflicting")
    if is_new and unapproved:
        payout_flag(row, decision, unapproved, at=at, actor=actor)
    return Reported("new" if is_new else "known", warnings=unapproved)


def _problems(item: Disbursement, decision: Decision, regions: Mapping[str, int], known_at: datetime) -> list[Problem]:
    found = []
    if decision.application.customer.erased_at is not None:
        found.append(_problem("decision_id", "customer_erased"))
    if item.region and item.region not in regions:
        found.append(_problem("region", "region_unknown"))
    if business_date_end(item.loan.opened_on - timedelta(days=1), decision.product.timezone) > known_at:
        found.append(_problem("known_at" if item.known_at else "opened_on", "known_before_it_happened"))
    return found


def _attributes(
    told: Mapping[str, object], decision: Decision, catalogue: Catalogue
) -> tuple[dict[str, str | int | float | bool], list[Problem]]:
    """What the application said that the catalogue reads of a loan after payout, and what it left out and is told
    now; and what is wrong with that."""
    sealed = decision_record(decision).sealed
    given = {} if sealed is None else sealed.given
    variables = loan_variables(catalogue, decision.product.code)
    attributes = {item.attribute: given[name] for name, item in variables.items() if given.get(name) is not None}
    problems = []
    for name, value in told.items():
        item = variables.get(name)
        if item is None:
            problems.append(_problem(f"attributes.{name}"[:80], "unknown_variable"))
        elif not isinstance(value, str | int | float | bool) or not loan_may_hold(item, value):
            problems.append(_problem(f"attributes.{name}", "value_out_of_range"))
        elif attributes.setdefault(item.attribute, value) != value:
            problems.append(_problem(f"attributes.{name}", "application_says_otherwise"))
    return attributes, problems


def _rejected(field: str, code: str) -> Reported:
    return Reported("rejected", [_problem(field, code)])


def _problem(field: str, code: str) -> Problem:
    return {"field": field, "code": code, "message": MESSAGES[code]}
