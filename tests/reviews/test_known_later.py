"""A review as of an earlier day knows nothing of what became known later, whatever day that is about."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from lending.models import (
    AccountTransaction,
    BankAccount,
    CustomerLink,
    CustomerMonth,
    CustomerStanding,
    Instalment,
    Loan,
    Region,
    RegionMonth,
    Repayment,
    RiskEvent,
)
from lending.services.book.reading import instalments_as_of, repayments_as_of, transactions_as_of
from monitoring.models import DelinquencyState, DiversionFinding
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.diversion.reading import diversion_of
from monitoring.services.portraits import reading as portraits_module
from monitoring.services.portraits.reading import Extent, portrait_variables, portraits_read
from monitoring.services.trigger_events import trigger_events_raise
from scoring.services.catalogues.life import catalogue_live
from tests.factories.monitoring import (
    AT,
    DAY,
    card,
    event,
    known,
    many_loans,
    month_add,
    post_loan_goes_live,
    reviewed,
    rows_of,
    shipped_post_loan,
)

pytestmark = pytest.mark.django_db
LOANS = 12
SEED = random.SystemRandom().randrange(10**6)
AS_OF = datetime.fromisoformat("2005-09-30T15:59:59.999999+00:00")
"""The end of DAY in Taipei."""


def _facts(rng: random.Random, loan: Loan, region: Region, known_at: datetime, mark: str) -> int:
    """One fact of every kind about days before `known_at` and before AS_OF; returns how many."""
    is_later = known_at > AS_OF
    day = date(2005, 9, 1) + timedelta(days=rng.randrange(25))
    about = {"event_at": known(day), "known_at": known_at, "recorded_at": AT}
    money = rng.randrange(1, 90_000)
    Repayment.objects.create(
        loan=loan, external_id=mark, paid_on=day, amount_minor=rng.choice((1, -1)) * money, source="t", **about
    )
    due = {"known_at": known_at, "recorded_at": AT}
    for number in (1, 2):
        due_on = date(2005, 6 + number, rng.randrange(1, 28))
        Instalment.objects.create(loan=loan, number=number, due_on=due_on, principal_minor=money, **due)
    month_add(loan, date(2005, 9, rng.randrange(21, 25) + 5 * is_later), rng.randrange(1, 6), known_at)
    kinds = [kind for kind in RiskEvent.Kind.values if not kind.startswith("diversion")]
    for kind in kinds:
        event(loan, kind, day, known_at=known_at, category=rng.choice(("", "broker", "confirmed")))
    account, _ = BankAccount.objects.get_or_create(
        customer=loan.customer, external_id=f"A{loan.pk}", defaults={"currency": "TWD"}
    )
    AccountTransaction.objects.create(
        account=account, external_id=mark, amount_minor=money, category=rng.choice(("other_lender", "salary")),
        sealed=b"", source="t", **about,
    )  # fmt: skip
    for month in range(4, 10):
        sums = dict.fromkeys(("lender_in_minor", "lender_out_minor", "cash_out_minor", "gambling_minor"), money)
        CustomerMonth.objects.create(
            customer=loan.customer, month=date(2005, month, 1), known_at=known_at, spend_minor=money,
            income_minor=rng.choice((0, money)), lowest_balance_minor=-money, **sums,
        )  # fmt: skip
    other = Loan.objects.exclude(pk=loan.pk).first()
    assert other is not None
    CustomerLink.objects.create(
        customer=loan.customer, other=other.customer, kind="GUARANTOR", is_liable=True, since=day, known_at=known_at,
        source="t",
    )  # fmt: skip
    CustomerStanding.objects.create(
        customer=loan.customer, as_of=known(day) + timedelta(hours=is_later), known_at=known_at, open_warnings=2,
        warning_level="RED" if is_later else "BLUE", months_late=3, dpd=95, loan_category="LOSS",
        has_confirmed_diversion=True,
    )  # fmt: skip
    first = DiversionFinding.objects.filter(loan=loan).order_by("-pk").first()
    DiversionFinding.objects.create(
        loan=loan, as_of=known(day), known_at=known_at, state="SUSPECTED", purpose="education", method="HAIRCUT",
        disbursed_minor=100, diverted_minor=rng.randrange(100), untraceable_minor=0, off_purpose_minor=0,
        circular_minor=0, diverted_share=rng.random(), untraceable_share=0.0, other_method_share=0.0, causes=[],
        path={}, policy_hash="", follows=first,
    )  # fmt: skip
    RegionMonth.objects.update_or_create(
        region=region, month=date(2005, rng.randrange(1, 10), 1), indicator="unemployment_rate", known_at=known_at,
        defaults={"value": rng.random(), "event_at": known(day), "recorded_at": AT, "source": "t"},
    )  # fmt: skip
    return len(kinds) + 9


def _hits(hits: list[dict[str, Any]]) -> list[tuple[str, list[tuple[str, datetime]]]]:
    """Patterns with what their facts say: rows written anew have other numbers."""
    facts = {number for hit in hits for number in hit["facts"]}
    told = {
        pk: (kind, at) for pk, kind, at in RiskEvent.objects.filter(pk__in=facts).values_list("pk", "kind", "event_at")
    }
    return [(hit["code"], [told[number] for number in hit["facts"]]) for hit in hits]


def _known_then(loans: list[Loan]) -> dict[str, Any]:
    """Everything that a review as of AS_OF reads and writes, undone again."""
    ids, customers = [loan.pk for loan in loans], [loan.customer_id for loan in loans]
    catalogue = catalogue_live()
    variables = portrait_variables(catalogue, "card", catalogue.of_product("card"))
    extent = Extent(product_id=card().pk, as_of=AS_OF, business_date=DAY)
    found: dict[str, Any] = {
        "portraits": portraits_read(extent, variables).rows(),
        "instalments": instalments_as_of(ids, AS_OF).rows(),
        "repayments": repayments_as_of(ids, AS_OF).rows(),
        "transactions": transactions_as_of(customers, known(date(2005, 1, 1)), AS_OF).rows(),
        "delinquency": delinquency_of(ids, DAY, AS_OF).rows(),
        "diversion": diversion_of(ids, AS_OF).rows(),
    }
    place = transaction.savepoint()
    trigger_events_raise(product=card(), as_of=AS_OF, at=AT)
    told = RiskEvent.objects.filter(source="triggers").order_by("external_id")
    found["triggers"] = list(told.values_list("external_id", "event_at", "known_at", "amount_minor"))
    run = reviewed()
    assert (run.state, run.as_of) == ("COMPLETE", AS_OF)
    found["results"] = [(*row[:6], _hits(row[6]), row[7]) for row in rows_of(run)]
    states = DelinquencyState.objects.filter(run=run).order_by("loan_id")
    found["states"] = list(states.values_list("loan_id", "dpd", "bucket", "category", "arrears_minor", "causes"))
    transaction.savepoint_rollback(place)
    return found


def _world(rng: random.Random) -> tuple[list[Loan], Region]:
    post_loan_goes_live(shipped_post_loan())
    loans = many_loans(LOANS, seed=rng.randrange(10**6))
    region = Region.objects.create(code="R", name_en="R", name_zh="R")
    Loan.objects.update(region=region)
    for number, loan in enumerate(loans[::2]):
        _facts(rng, loan, region, known(date(2005, 9, 29)) + timedelta(minutes=number), f"before{number}")
    return loans, region


def _learn_later(rng: random.Random, loans: list[Loan], region: Region) -> int:
    moments = [AS_OF + timedelta(microseconds=1), AS_OF + timedelta(days=1), AS_OF + timedelta(days=40)]
    return sum(
        _facts(rng, loan, region, moments[number % 3] + timedelta(seconds=number // 3), f"after{number}")
        for number, loan in enumerate(loans)
    )


def test_what_became_known_later_changes_no_row_of_a_review_as_of_before() -> None:
    rng = random.Random(SEED)
    loans, region = _world(rng)
    before = _known_then(loans)
    injected = _learn_later(rng, loans, region)
    print(f"seed {SEED}, {injected} facts known later")
    after = _known_then(loans)
    assert injected >= LOANS * 25
    # Of some seeds a loan has nothing that is young enough.
    assert len(before["results"]) >= LOANS - 2 and before["triggers"] and before["diversion"] and before["transactions"]
    for name, rows in before.items():
        assert after[name] == rows, f"{name}, seed {SEED}"


def test_the_twin_that_reads_standings_known_later_sees_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(SEED)
    loans, region = _world(rng)
    leaking = portraits_module._STANDING.replace("known_at <= {as_of} AND", "")
    monkeypatch.setattr(portraits_module, "_STANDING", leaking)
    before = _known_then(loans)
    _learn_later(rng, loans, region)
    assert _known_then(loans)["portraits"] != before["portraits"]
