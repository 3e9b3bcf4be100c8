"""A card book, risk events in it, and a post-loan policy that is really live."""

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from lending.models import Loan, LoanMonth, Product, RiskEvent
from lending.services.imports import LoanRecord, MonthRecord, loans_import
from monitoring.models import ReviewRun
from monitoring.services.reviews import review_run
from rules.models import RuleSet, RuleSetVersion
from rules.services.bundles.loading import bundles_forget
from rules.services.versions.life import version_approve, version_draft, version_submit
from scoring.models import CatalogueVersion
from tests.factories.decisions import catalogue_goes_live, shipped, staff

MONTH_ENDS = [date(2005, 9, 30), date(2005, 8, 31), date(2005, 7, 31), date(2005, 6, 30)]
DAY = MONTH_ENDS[0]
AT = datetime(2005, 10, 1, 2, tzinfo=UTC)

POLICY: dict[str, Any] = {
    "schema": 1,
    "product": "card",
    "stage": "POST_LOAN",
    "default_outcome": "NONE",
    "parameters": [
        {
            "name": "late_months", "en": "Months late", "zh": "逾期月数", "value": 2, "type": "integer",
            "minimum": 1, "maximum": 6,
        }
    ],
    "rules": [
        {
            "code": "LATE", "label_en": "Late", "label_zh": "逾期", "when": "payment_status_m0 >= late_months",
            "then": {"outcome": "ORANGE", "reason": "EW_TWO_MONTHS_LATE"}, "on_unknown": "refer",
        },
        {
            "code": "LATE_BEFORE", "label_en": "Late before", "label_zh": "曾逾期", "when": "payment_status_m1 >= 1",
            "then": {"outcome": "BLUE", "reason": "EW_REPEATEDLY_LATE"}, "on_unknown": "ignore",
        },
        {
            "code": "DEEP", "label_en": "Deep", "label_zh": "深度逾期", "when": "payment_status_m0 >= 4",
            "then": {"outcome": "RED", "reason": "EW_THREE_MONTHS_LATE"}, "on_unknown": "ignore",
        },
    ],
}  # fmt: skip
BROKER_PATTERN = {
    "code": "DEBT_THEN_BROKER",
    "label_en": "New debt, then a transfer to a broker",
    "label_zh": "新增负债后向证券转账",
    "steps": [
        {"as": "borrowed", "event": "loan_elsewhere"},
        {
            "as": "moved",
            "event": "transfer_out",
            "where": 'moved.customer = borrowed.customer and moved.category = "broker"',
        },
    ],
    "within": "P20D",
    "then": {"outcome": "RED", "reason": "EW_LOAN_THEN_BROKER"},
}


def card() -> Product:
    made, _ = Product.objects.get_or_create(
        code="card",
        defaults={"name_en": "Card", "name_zh": "信用卡", "currency": "TWD", "timezone": "Asia/Taipei"},
    )
    return made


def catalogue_live() -> CatalogueVersion:
    return CatalogueVersion.objects.filter(is_live=True).first() or catalogue_goes_live()


def post_loan_goes_live(document: dict[str, Any] | None = None, **sections: Any) -> RuleSetVersion:
    """Approve POLICY (or `document`) with sections replaced; it is live when this returns."""
    catalogue_live()
    maker, checker = staff()
    rule_set, _ = RuleSet.objects.get_or_create(
        product=card(),
        stage="POST_LOAN",
        defaults={"code": "card-post-loan", "name_en": "Card review", "name_zh": "信用卡贷后"},
    )
    now = datetime.now(UTC)
    version = version_draft(rule_set=rule_set, author=maker, at=now, document={**(document or POLICY), **sections})
    version_submit(version=version, maker=maker, at=now)
    version_approve(version=version, checker=checker, content_hash=version.content_hash, at=now)
    bundles_forget()
    return version


def shipped_post_loan() -> dict[str, Any]:
    """The shipped post-loan rule set."""
    document: dict[str, Any] = json.loads(shipped("rule_sets/card-post-loan.json"))
    return document


def known(day: date) -> datetime:
    """18:00 in Taipei."""
    return datetime.combine(day, time(10), UTC)


def months(*statuses: int, first: int = 0) -> list[MonthRecord]:
    """Months from September 2005 backwards, each known on its last day."""
    return [
        MonthRecord(
            business_date=MONTH_ENDS[first + place],
            known_at=known(MONTH_ENDS[first + place]),
            payment_status=status,
            billed_minor=1_000_00,
            paid_minor=200_00,
        )
        for place, status in enumerate(statuses)
    ]


def loans(*histories: list[MonthRecord], prefix: str = "L") -> list[Loan]:
    """One loan, of a customer of its own, per history; in their order."""
    records = [
        LoanRecord(
            external_id=f"{prefix}{number:05d}",
            limit_minor=50_000_00,
            opened_on=date(2005, 1, 1),
            attributes={"education": 2, "sex": 1, "marriage": 1, "age_years": 30},
            months=history,
        )
        for number, history in enumerate(histories)
    ]
    loans_import(product=card(), loans=records, source="test", at=known(date(2005, 4, 30)), actor="system:test")
    return list(Loan.objects.filter(external_id__startswith=prefix).order_by("id"))


def many_loans(count: int, seed: int = 1) -> list[Loan]:
    """Loans with random statuses, a few of them without any month."""
    rng = random.Random(seed)
    histories = [
        [] if rng.random() < 0.02 else months(*(rng.choice([-2, -1, 0, 0, 0, 1, 2, 4]) for _ in range(4)))
        for _ in range(count)
    ]
    return loans(*histories, prefix=f"M{seed}-")


def event(loan: Loan, kind: str, day: date, **fields: Any) -> RiskEvent:
    """A risk event of the loan's customer, known the same day; written down when it is known, unless told otherwise."""
    values = {"customer_id": loan.customer_id, "loan": loan, "event_at": known(day), "known_at": known(day)}
    recorded_at = fields.pop("recorded_at", None)
    made = RiskEvent.objects.create(kind=kind, source="test", **{**values, **fields})
    made.recorded_at = recorded_at or made.known_at
    made.save(update_fields=["recorded_at"])
    return made


def month_add(loan: Loan, day: date, status: int, known_at: datetime | None = None) -> LoanMonth:
    """One more month of a loan."""
    return LoanMonth.objects.create(
        loan=loan,
        business_date=day,
        known_at=known_at or known(day),
        payment_status=status,
        billed_minor=1_000_00,
        paid_minor=0,
    )


def reviewed(day: date = DAY, **options: Any) -> ReviewRun:
    """A review of the card book as of the end of `day`."""
    ticks = iter(range(10_000_000))
    return review_run(product=card(), day=day, clock=lambda: AT + timedelta(seconds=next(ticks)), **options)


def rows_of(run: ReviewRun) -> list[tuple[Any, ...]]:
    """What a review wrote, without row numbers and sealed bytes."""
    names = ("loan_id", "pd", "grade", "level", "rule_codes", "unknown_codes", "pattern_hits", "months_late")
    return list(run.results.order_by("loan_id").values_list(*names))


def choose_nested_loops():
    """From here on the planner reads inner sides again for every row: LIMIT below IN no longer holds."""
    with connection.cursor() as cursor:
        for way in ("hashagg", "hashjoin", "mergejoin", "sort", "material"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
