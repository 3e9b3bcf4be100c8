"""A loan paid out, with its schedule: from then on it is watched."""

from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from audit.services.log import entry_append
from lending.book_changes import changed
from lending.models import Application, Customer, Loan, Product, RiskEvent
from lending.services.book.events import events_record
from lending.services.book.inputs import EventInput, LoanInput
from lending.services.book.recording import MAX_MINOR, external_id_check, problems_refuse
from lending.services.book.repayments import instalments_of, instalments_record
from riskengine.errors import Conflict

MAX_TERM_MONTHS: Final = 600
EVENTS: Final = "system:loans"
"""Source of the event: no lending system has such a code, so none can have taken its number before."""


class LoanKnownError(Conflict):
    """The contract number is in the book with other content, which stays."""

    code = "loan_known"


@transaction.atomic
def loan_report(
    *,
    product: Product,
    customer: Customer,
    loan: LoanInput,
    application: Application | None,
    source: str,
    known_at: datetime,
    at: datetime,
    actor: str,
) -> tuple[Loan, bool]:
    """Put a loan paid out into the book, with its schedule and the event; returns it and whether it is new.

    A repeat of the same report changes nothing, but attributes of which nothing was known are added. Raises
    InvalidBookItems, LoanKnownError.
    """
    problems_refuse([loan], _loan_check)
    row, is_new = Loan.objects.get_or_create(
        product=product,
        external_id=loan.external_id,
        defaults={
            "customer": customer,
            "application": application,
            "limit_minor": loan.amount_minor,
            "disbursed_minor": loan.disbursed_minor,
            "opened_on": loan.opened_on,
            "known_at": known_at,
            "purpose": loan.purpose,
            "region_id": loan.region_id,
            "annual_rate": loan.annual_rate,
            "term_months": loan.term_months,
            "branch": loan.branch,
            "attributes": dict(loan.attributes),
        },
    )
    if not is_new:
        if not _is_same(row, customer, application, loan):
            raise LoanKnownError("The contract number is known with other content.", external_id=loan.external_id)
        _attributes_add(row, loan, source, at, actor)
        return row, False
    items = instalments_of(row.pk, loan.instalments, known_at)
    instalments_record(items=items, source=source, at=at, actor=actor)
    paid_out_at = datetime.combine(loan.opened_on, time.min, ZoneInfo(product.timezone))
    event = EventInput(
        kind=RiskEvent.Kind.DISBURSEMENT,
        customer_id=customer.pk,
        loan_id=row.pk,
        external_id=f"disbursement/{row.pk}",
        event_at=min(paid_out_at, known_at),
        known_at=known_at,
        amount_minor=loan.disbursed_minor,
    )
    events_record(items=[event], source=EVENTS, at=at, actor=actor)
    entry_append(
        kind="loan.reported",
        object_type="loan",
        object_id=str(row.pk),
        actor=actor,
        payload={"product": product.code, "instalments": len(items), "source": source},
        recorded_at=at,
    )
    changed([customer.pk])
    return row, True


def _is_same(row: Loan, customer: Customer, application: Application | None, loan: LoanInput) -> bool:
    told = (customer.pk, application and application.pk, loan.amount_minor, loan.disbursed_minor, loan.opened_on)
    held = (row.customer_id, row.application_id, row.limit_minor, row.disbursed_minor, row.opened_on)
    schedule = sorted((part.number, part.due_on, part.principal_minor) for part in loan.instalments)
    known = row.instalments.order_by("number").values_list("number", "due_on", "principal_minor")
    is_agreed = all(row.attributes.get(name, value) == value for name, value in loan.attributes.items())
    return told == held and is_agreed and (schedule == list(known) or not schedule)


def _attributes_add(row: Loan, loan: LoanInput, source: str, at: datetime, actor: str) -> None:
    if loan.attributes.keys() <= row.attributes.keys():
        return
    held = Loan.objects.select_for_update().get(pk=row.pk)
    missing = {name: value for name, value in loan.attributes.items() if name not in held.attributes}
    Loan.objects.filter(pk=row.pk).update(attributes={**held.attributes, **missing})
    entry_append(
        kind="loan.attributes_added",
        object_type="loan",
        object_id=str(row.pk),
        actor=actor,
        payload={"names": sorted(missing), "source": source},
        recorded_at=at,
    )
    changed([row.customer_id])


def _loan_check(loan: LoanInput) -> dict[str, str]:
    found = external_id_check(loan.external_id)
    for field in ("amount_minor", "disbursed_minor"):
        if not 0 < getattr(loan, field) <= MAX_MINOR:
            found[field] = "out_of_range"
    if loan.annual_rate is not None and not 0 <= loan.annual_rate <= 10:
        found["annual_rate"] = "out_of_range"
    if loan.term_months is not None and not 0 < loan.term_months <= MAX_TERM_MONTHS:
        found["term_months"] = "out_of_range"
    if len({part.number for part in loan.instalments}) != len(loan.instalments):
        found["instalments"] = "number_twice"
    return found
