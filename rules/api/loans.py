"""Disbursements over HTTP: a loan paid out on a decision, with its schedule."""

from collections.abc import Sequence
from typing import Final, Protocol, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from lending.api.book.item_reader import ItemReader
from lending.api.book.reporting import ItemAnswer, report_answer
from lending.api.book.schedules import schedule_read
from lending.services.book.inputs import LoanInput
from lending.services.book.loans import MAX_TERM_MONTHS
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR
from rules.api import loans_openapi
from rules.api.loans_openapi import MAX_ATTRIBUTES, MAX_LOANS, MAX_RATE
from rules.services.loan_reports import Disbursement, disbursements_report

MAX_CODE: Final = 40


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    client_code: str
    pk: str


class LoansView(APIView):
    """Where disbursements are reported."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**loans_openapi.LOANS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Put loans paid out on the caller's decisions into the book; from then on they are watched."""
        caller = cast(Caller, request.user)
        return report_answer(request.data, lambda items: _take(items, caller), most=MAX_LOANS)


def _take(items: Sequence[object], caller: Caller) -> list[ItemAnswer]:
    at = timezone.now()
    answers = [ItemAnswer(external_id="", state="rejected") for _ in items]
    drafts = {}
    for place, item in enumerate(items):
        reader = ItemReader(item)
        draft = _read(reader)
        answers[place].external_id = draft.loan.external_id if draft else ""
        if reader.finish() and draft is not None:
            drafts[place] = draft
        else:
            answers[place].problems = reader.problems
    reported = disbursements_report(
        items=list(drafts.values()), client_id=caller.client_id, source=caller.client_code, at=at, actor=caller.pk
    )
    for place, told in zip(drafts, reported, strict=True):
        answers[place].state, answers[place].problems = told.state, told.problems
        answers[place].warnings = told.warnings
    return answers


def _read(item: ItemReader) -> Disbursement | None:
    decision_id = _uuid(item, "decision_id")
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    amount = item.integer("amount_minor", is_required=True, least=1, most=MAX_MINOR)
    disbursed = item.integer("disbursed_minor", least=1, most=MAX_MINOR)
    opened_on = item.day("opened_on", is_required=True)
    purpose, branch, region = (item.text(name, most=MAX_CODE) for name in ("purpose", "branch", "region"))
    rate = item.number("annual_rate", least=0, most=MAX_RATE)
    term = item.integer("term_months", least=1, most=MAX_TERM_MONTHS)
    known_at = item.instant("known_at")
    attributes = _attributes(item)
    schedule = schedule_read(item)
    if decision_id is None or amount is None or opened_on is None:
        return None
    loan = LoanInput(
        external_id=number,
        amount_minor=amount,
        disbursed_minor=disbursed or amount,
        opened_on=opened_on,
        purpose=purpose,
        annual_rate=rate,
        term_months=term,
        branch=branch,
        instalments=schedule,
    )
    return Disbursement(decision_id=decision_id, loan=loan, region=region, known_at=known_at, attributes=attributes)


def _attributes(item: ItemReader) -> dict[str, object]:
    """Variables by name; what they are is the catalogue's to say."""
    given = item.value("attributes")
    if given is None:
        return {}
    if not isinstance(given, dict):
        item.problem("attributes", "wrong_type")
        return {}
    if len(given) > MAX_ATTRIBUTES:
        item.problem("attributes", "out_of_range")
        return {}
    return {name: value for name, value in given.items() if value is not None}


def _uuid(item: ItemReader, field: str) -> UUID | None:
    found = item.text(field, is_required=True)
    try:
        return UUID(found) if found else None
    except ValueError:
        item.problem(field, "wrong_type")
        return None
