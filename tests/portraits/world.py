"""A small world for portraits: a live catalogue of a few variables, loans with months, facts, events, a policy."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from audit.services.governed import governed_approve, governed_draft, governed_submit
from lending.models import Customer, CustomerFact, CustomerStanding, Loan, LoanMonth, RiskEvent
from lending.services.customer_facts import FactInput, facts_record
from lending.services.customers import customer_create
from scoring.portraits.policy import KIND
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live, product, shipped

DAY = timedelta(days=1)
START = datetime(2025, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ACTOR = "system:tests"
POLICY: dict[str, Any] = {
    "p0": 0.02,
    "p1": 0.6,
    "horizon_months": 1,
    "segments": [
        {"code": "thin_file", "en": "Thin file", "zh": "薄档案", "when": "months_known < 3"},
        {"code": "at_risk", "en": "At risk", "zh": "高风险", "when": "grx > 0.6"},
        {"code": "low_risk", "en": "Low risk", "zh": "低风险", "when": "grx < 0.3"},
    ],
}


def catalogue_document() -> dict[str, Any]:
    """The shipped catalogue's card variables."""
    document = json.loads(shipped("catalogue.json"))
    document["variables"] = [item for item in document["variables"] if "card" in item["products"]]
    return document


def catalogue_live() -> None:
    """Live: the shipped catalogue's card variables."""
    product("card")
    catalogue_goes_live(catalogue_document())


def policy_live(document: dict[str, Any] | None = None) -> str:
    """In force: a portrait policy; its content hash."""
    maker, checker = user(permissions=("audit.add_governeddocument",)), user(is_checker=True)
    at = datetime(2024, 12, 1, tzinfo=UTC)
    governed = governed_draft(
        kind=KIND, name="", document=document or POLICY, author=maker, at=at, valid_from=START.date()
    )
    governed = governed_submit(governed=governed, maker=maker, at=at)
    governed_approve(governed=governed, checker=checker, content_hash=governed.content_hash, at=at)
    return governed.content_hash


def customer() -> Customer:
    """Somebody of whom nothing is known."""
    return customer_create(identifiers={}, at=START)


def loan(of: Customer, *, number: str = "", opened: int = 0, limit: int = 5_000_000) -> Loan:
    """A card account opened so many days after START."""
    return Loan.objects.create(
        product=product("card"),
        customer=of,
        external_id=number or f"L{of.pk}-{Loan.objects.count()}",
        limit_minor=limit,
        opened_on=(START + opened * DAY).date(),
        attributes={"education": 2, "sex": 1, "age_years": 30, "marriage": 1},
    )


def month(
    of: Loan, year: int, number: int, *, status: int = 0, billed: int = 100_000, paid: int = 50_000, late: int = 0
):
    """A month of a loan, known so many days after its last day began."""
    last = (date(year + number // 12, number % 12 + 1, 1)) - DAY
    known_at = datetime.combine(last, datetime.min.time(), UTC) + timedelta(hours=18, days=late)
    fields = {"payment_status": status, "billed_minor": billed, "paid_minor": billed // 2}
    return LoanMonth.objects.create(loan=of, business_date=last, known_at=known_at, **fields)


def event(of: Customer, kind: str, day: float, *, known: float | None = None) -> RiskEvent:
    """Something that happened so many days after START."""
    known_at = START + (day if known is None else known) * DAY
    return RiskEvent.objects.create(
        customer=of, kind=kind, event_at=START + day * DAY, known_at=known_at, source="tests"
    )


def standing(of: Customer, day: float, *, known: float | None = None, level: str = "NONE", late: int = 0):
    """What a review found so many days after START."""
    known_at = START + (day if known is None else known) * DAY
    fields = {"warning_level": level, "open_warnings": int(level != "NONE"), "months_late": late}
    return CustomerStanding.objects.create(customer=of, as_of=START + day * DAY, known_at=known_at, **fields)


def fact(variable: str, value: Any, day: float, *, known: float | None = None, source: str = "registry", **more: Any):
    """A fact so many days after START, to be recorded."""
    times = {"event_at": START + day * DAY, "known_at": START + (day if known is None else known) * DAY}
    provenance = CustomerFact.Provenance(more.pop("provenance", "THIRD_PARTY"))
    return FactInput(variable=variable, value=value, source=source, provenance=provenance, **times, **more)


def facts(of: Customer, *given: FactInput) -> None:
    """Record facts long after they were known."""
    facts_record(customer=of, facts=given, at=NOW, actor=ACTOR)
