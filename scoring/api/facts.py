"""Facts about the caller's customers over HTTP: parse, ask the catalogue, call the service, render."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import CustomerName, customer_name_read, customers_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.api.book.views import ReportView
from lending.models import CustomerFact
from lending.services.book.recording import Problem
from lending.services.fact_reports import ToldFact, facts_report
from scoring.api import openapi
from scoring.services.catalogues.fact_variables import MESSAGES, fact_refusal
from scoring.services.catalogues.life import catalogue_live

MAX_NAME: Final = 64
MAX_SOURCE: Final = 40


class _Draft(msgspec.Struct, frozen=True):
    customer: CustomerName
    variable: str
    value: Any
    event_at: datetime
    known_at: datetime | None
    provenance: CustomerFact.Provenance
    is_verified: bool
    confirmed_by: str


class CustomerFactsView(ReportView):
    """Where facts about customers are reported."""

    @staticmethod
    def take(items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str) -> list[ItemAnswer]:
        """Record facts about customers of the client's; what becomes of each."""
        catalogue = catalogue_live()

        def build(drafts: Sequence[_Draft]) -> list[ToldFact | list[Problem]]:
            found = customers_find((draft.customer for draft in drafts), client_id=client_id)
            built: list[ToldFact | list[Problem]] = []
            for draft in drafts:
                problems = customer_problems(found.get(draft.customer))
                refusal = fact_refusal(catalogue, draft.variable, draft.value)
                if refusal is not None:
                    field = "value" if refusal == "value_out_of_range" else "variable"
                    problems.append({"field": field, "code": refusal, "message": MESSAGES[refusal]})
                built.append(problems or _told(draft, found[draft.customer][0]))
            return built

        return items_record(
            items,
            read=_read,
            build=build,
            record=lambda inputs: facts_report(items=inputs, source=source, at=at, actor=actor),
            name=lambda draft: draft.variable,
        )

    @extend_schema(**openapi.CUSTOMER_FACTS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record facts, each once per customer, variable and the two times."""
        return self.report(request)


def customer_problems(held: tuple[int, bool] | None) -> list[Problem]:
    """What keeps a report on a customer out: not known to the caller, or erased."""
    if held is None:
        return [problem_of("customer", "not_found")]
    return [problem_of("customer", "customer_erased")] if held[1] else []


def _told(draft: _Draft, customer_id: int) -> ToldFact:
    return ToldFact(
        customer_id=customer_id,
        variable=draft.variable,
        value=draft.value,
        event_at=draft.event_at,
        known_at=draft.known_at,
        provenance=draft.provenance,
        is_verified=draft.is_verified,
        confirmed_by=draft.confirmed_by,
    )


def _read(item: ItemReader) -> _Draft | None:
    item.require("customer")
    customer = customer_name_read(item)
    variable = item.text("variable", is_required=True, most=MAX_NAME)
    value = item.value("value", is_required=True)
    event_at = item.instant("event_at", is_required=True)
    known_at = item.instant("known_at")
    provenance = item.choice("provenance", CustomerFact.Provenance.values, is_required=True)
    is_verified = item.boolean("is_verified", default=False)
    confirmed_by = item.text("confirmed_by", most=MAX_SOURCE)
    if customer is None or event_at is None or not provenance:
        return None
    stated = CustomerFact.Provenance(provenance)
    return _Draft(customer, variable, value, event_at, known_at, stated, is_verified, confirmed_by)
