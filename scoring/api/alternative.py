"""Alternative data over HTTP: figures are worked out where the gate is open, and what they came from is forgotten."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from lending.api.book.item_reader import ItemReader
from lending.api.book.references import CustomerName, customer_name_read, customers_find
from lending.api.book.reporting import ItemAnswer, report_answer
from lending.api.book.views import Caller
from lending.models import Customer
from lending.services.book.recording import MAX_MINOR, InvalidBookItems, Problem, Recorded
from lending.services.customer_facts import FactKnownError
from scoring.alternative.indices import ACTIVITIES
from scoring.api import openapi
from scoring.api.facts import customer_problems
from scoring.api.openapi import CATEGORIES, MAX_ALTERNATIVE, MAX_COUNT, MAX_TEXT_LENGTH, MAX_TEXTS
from scoring.services.alternative.facts import (
    LACKING,
    SourceClosedError,
    activity_fact_record,
    consumption_facts_record,
    text_facts_record,
)

_SERVICES: Final[Mapping[str, Callable[..., Recorded]]] = {
    "texts": text_facts_record,
    "activity": activity_fact_record,
    "purchases": consumption_facts_record,
}
_TOO_LITTLE: Final[Problem] = {
    "field": "item",
    "code": "too_little",
    "message": "This is too little to work anything out from.",
}


class _Draft(msgspec.Struct, frozen=True):
    customer: CustomerName
    kind: str
    event_at: datetime
    given: Mapping[str, Any]
    """What the service of the kind takes."""


class AlternativeDataView(APIView):
    """Where texts, counts of activity and purchases are told."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}

    @extend_schema(**openapi.ALTERNATIVE_DATA_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record what is worked out from each item, once per customer, kind and time."""
        caller = cast(Caller, request.user)
        return report_answer(request.data, lambda items: _take(items, caller), most=MAX_ALTERNATIVE)


def _take(items: Sequence[object], caller: Caller) -> list[ItemAnswer]:
    at = timezone.now()
    answers = [ItemAnswer(external_id="", state="rejected") for _ in items]
    drafts: dict[int, _Draft] = {}
    for place, item in enumerate(items):
        reader = ItemReader(item)
        draft = _read(reader)
        if reader.finish() and draft is not None:
            drafts[place] = draft
        else:
            answers[place].problems = reader.problems
    found = customers_find((draft.customer for draft in drafts.values()), client_id=caller.client_id)
    customers = Customer.objects.in_bulk({number for number, _is_erased in found.values()})
    for place, draft in drafts.items():
        answers[place].external_id = draft.kind
        if problems := customer_problems(found.get(draft.customer)):
            answers[place].problems = problems
        else:
            _record(draft, customers[found[draft.customer][0]], answers[place], at, caller.pk)
    return answers


def _record(draft: _Draft, customer: Customer, answer: ItemAnswer, at: datetime, actor: str) -> None:
    service = _SERVICES[draft.kind]
    try:
        recorded = service(customer=customer, event_at=draft.event_at, at=at, actor=actor, **draft.given)
    except SourceClosedError as closed:
        answer.problems = [{"field": "kind", "code": closed.cause, "message": LACKING[closed.cause]}]
    except InvalidBookItems as error:
        answer.problems = list(next(iter(error.by_place.values())))
    except FactKnownError:
        answer.state = "conflicting"
    else:
        if recorded.states:
            answer.state = "new" if recorded.new else "known"
        else:
            answer.problems = [_TOO_LITTLE]


def _read(item: ItemReader) -> _Draft | None:
    item.require("customer")
    customer = customer_name_read(item)
    kind = item.choice("kind", _SERVICES, is_required=True)
    event_at = item.instant("event_at", is_required=True)
    given: dict[str, Any] = {}
    if kind == "texts":
        given["texts"] = _texts(item)
    elif kind == "activity":
        given["counts"] = _counts(item, "counts", ACTIVITIES, MAX_COUNT)
    elif kind == "purchases":
        given["amounts_minor"] = _counts(item, "amounts_minor", CATEGORIES, MAX_MINOR)
        given["purchases"] = item.integer("purchases", is_required=True, least=0, most=MAX_COUNT)
    if customer is None or not kind or event_at is None:
        return None
    return _Draft(customer, kind, event_at, given)


def _texts(item: ItemReader) -> list[str]:
    given = item.value("texts", is_required=True)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        item.problem("texts", "wrong_type")
        return []
    if not 0 < len(given) <= MAX_TEXTS or any(len(text) > MAX_TEXT_LENGTH for text in given):
        item.problem("texts", "out_of_range")
    return given


def _counts(item: ItemReader, field: str, names: Sequence[str], most: int) -> dict[str, int]:
    """Whole numbers from 0 to `most` by name."""
    part = item.part(field)
    if part is None:
        item.require(field)
        return {}
    found = {name: part.integer(name, least=0, most=most) for name in names}
    counts = {name: count for name, count in found.items() if count is not None}
    if item.finish_part(part) and not counts:
        item.problem(field, "missing")
    return counts
