"""Codes judged by the parts of a review are those that all its customers together would be given afterwards."""

import json
import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.db import connection
from psycopg2 import sql

from lending.models import Instalment, Loan, Repayment
from monitoring.health.colour import HealthPolicy
from monitoring.health.columns import SCHEMA, colours_of
from monitoring.health.policy import KIND_CODE
from monitoring.models import EarlyWarning, HealthCode, HealthDispute, HealthDue, ReviewChunk, ReviewRun
from monitoring.services import chunk_steps
from monitoring.services.health import codes as codes_module
from monitoring.services.health.codes import health_codes_write
from monitoring.services.health.due import due_add
from monitoring.services.health.inputs import inputs_read
from monitoring.services.health.parts import customers_left
from scoring.portraits.policy import KIND as PORTRAIT_KIND
from scoring.portraits.policy import PortraitPolicy
from tests.delinquency.world import settings_in_force
from tests.factories.decisions import DATA, model_goes_live, product
from tests.factories.monitoring import AT, DAY, card, event, known, many_loans, month_add, post_loan_goes_live, reviewed
from tests.health.world import governed_live

pytestmark = pytest.mark.django_db
POLICY = HealthPolicy(stale_days=60)
SINCE = date(2005, 1, 1)


@pytest.fixture(autouse=True)
def live() -> None:
    card()
    settings_in_force("card")
    post_loan_goes_live()
    made = model_goes_live("card", (DATA / "models" / "card.package").read_bytes())
    scale = PortraitPolicy(p0=0.02, p1=0.6, horizon_months=made.card["pd_horizon_months"])
    governed_live(PORTRAIT_KIND, scale, since=SINCE)
    governed_live(KIND_CODE, POLICY, since=SINCE)


def book(seed: int, count: int = 40) -> list[Loan]:
    """Loans of which some share a customer, also with another product, and of which all sorts of things are known."""
    loans, chance = many_loans(count, seed), random.Random(seed)
    for loan in loans:
        lot = chance.randrange(16)
        if lot < 3:
            loan.customer = chance.choice(loans).customer
            loan.save()
        elif lot == 3:
            _loan_elsewhere(loan)
        elif lot == 4:
            Loan.objects.filter(pk=loan.pk).update(closed_on=DAY - timedelta(days=chance.randrange(2)))
        elif lot == 5:
            _repaid(loan, chance)
        elif lot == 6:
            _scheduled(loan, chance)
        elif lot == 7:
            _disputed(loan)
        elif lot == 8:
            event(loan, "diversion_confirmed", DAY)
        elif lot == 9:
            month_add(loan, DAY - timedelta(days=3), 2, known_at=known(DAY + timedelta(days=chance.randrange(3))))
        elif lot == 10:
            due_add([loan.customer_id], cause="CORRECTION", at=known(DAY))
        elif lot == 11:
            Loan.objects.filter(pk=loan.pk).update(opened_on=DAY - timedelta(days=chance.randrange(90)))
    return loans


def _loan_elsewhere(loan: Loan) -> None:
    Loan.objects.create(
        product=product(), customer=loan.customer, external_id=f"E{loan.pk}", limit_minor=1, opened_on=SINCE
    )


def _repaid(loan: Loan, chance: random.Random) -> None:
    for ago in {0, 9, chance.randrange(40)}:
        at = known(DAY - timedelta(days=ago))
        seen = at + timedelta(days=chance.randrange(3))
        Repayment.objects.create(
            loan=loan, external_id=f"P{ago}", paid_on=at.date(), amount_minor=1_000_00,
            event_at=at, known_at=seen, recorded_at=seen,
        )  # fmt: skip


def _scheduled(loan: Loan, chance: random.Random) -> None:
    for number in range(1, 5):
        Instalment.objects.create(
            loan=loan,
            number=number,
            due_on=DAY + timedelta(days=20 - 10 * number - chance.randrange(9)),
            principal_minor=1_000_00,
            known_at=known(SINCE),
            recorded_at=known(SINCE),
        )


def _disputed(loan: Loan) -> None:
    HealthDispute.objects.create(
        customer=loan.customer, kind="DISPUTE", subject=HealthDispute.Subject.values[0], channel="PAGE", sealed=b"",
        opened_at=AT, due_at=AT,
    )  # fmt: skip


def said(run: ReviewRun) -> dict[int, tuple[str, str, dict[str, Any]]]:
    """Colour, reasons and inputs by customer, as one look at everybody gives them."""
    opened = Loan.objects.filter(product=run.product, opened_on__lte=run.as_of_day)
    is_open = opened.filter(closed_on=None) | opened.filter(closed_on__gt=run.as_of_day)
    customers = sorted(set(is_open.values_list("customer_id", flat=True)))
    frame = colours_of(inputs_read(customers, run.as_of, run.as_of_day, at=AT, run_id=run.pk), POLICY)
    columns = (pl.struct(*SCHEMA).struct.json_encode().alias("inputs"),)
    rows = frame.select("customer_id", "colour", "reasons", *columns).iter_rows()
    return {customer: (colour, reasons, json.loads(inputs)) for customer, colour, reasons, inputs in rows}


def written() -> dict[int, tuple[str, str, dict[str, Any]]]:
    rows = HealthCode.objects.filter(is_current=True)
    return {code.customer_id: (code.colour, "|".join(code.reasons), code.inputs) for code in rows}


@pytest.mark.parametrize("seed", range(4))
def test_every_customer_has_the_code_that_one_look_at_all_gives(seed: int) -> None:
    loans = book(seed)
    run = reviewed(chunk_loans=7)
    assert written() == said(run)
    assert len({colour for colour, *_ in written().values()}) >= 3
    assert 0 < len(customers_left(run, DAY)) < len(loans) / 2
    assert health_codes_write(run=run, as_of=run.as_of, at=AT) == 0
    assert not HealthDue.objects.filter(done_at=None).exists()


def test_who_is_left_is_found_without_reading_the_results_again_for_every_loan() -> None:
    """A subplan is quick only as long as what it found fits into memory."""
    book(0)
    run, plans = reviewed(chunk_loans=7), []

    def explained(execute: Any, statement: Any, *rest: Any) -> Any:
        if isinstance(statement, sql.Composed):
            with connection.connection.cursor() as cursor:
                cursor.execute(sql.SQL("EXPLAIN ") + statement)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))
        return execute(statement, *rest)

    with connection.execute_wrapper(explained):
        customers_left(run, DAY)
    assert ["SubPlan" in plan for plan in plans] == [False]


@pytest.mark.parametrize("seed", range(2))
def test_so_has_everybody_after_the_next_review_with_other_parts(seed: int) -> None:
    book(seed)
    reviewed(chunk_loans=7)
    for number, loan in enumerate(Loan.objects.filter(product=card())[::5]):
        month_add(loan, DAY + timedelta(days=1 + number % 2), number % 4)
    run = reviewed(DAY + timedelta(days=1), chunk_loans=11)
    now = {customer: (colour, reasons) for customer, (colour, reasons, _) in written().items()}
    assert now == {customer: (colour, reasons) for customer, (colour, reasons, _) in said(run).items()}


def test_the_twin_that_forgets_what_a_part_knows_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = codes_module.part_inputs
    monkeypatch.setattr(codes_module, "part_inputs", lambda **given: whole(**given).with_columns(data_age_days=99))
    book(1)
    assert written() != said(reviewed(chunk_loans=7))


def test_loans_of_a_part_that_failed_are_judged_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    loans = book(2)
    judge = chunk_steps.findings_of

    def fails_once(frame: pl.DataFrame, *given: Any) -> Any:
        if loans[0].pk in frame["_loan_id"]:
            raise RuntimeError
        return judge(frame, *given)

    with monkeypatch.context() as broken:
        broken.setattr(chunk_steps, "findings_of", fails_once)
        run = reviewed(chunk_loans=7)
    assert (run.state, ReviewChunk.objects.filter(run=run, state="FAILED").count()) == ("INCOMPLETE", 1)
    assert written() == said(run)
    assert reviewed(chunk_loans=7).state == "COMPLETE"
    now = {customer: what[:2] for customer, what in written().items()}
    assert now == {customer: what[:2] for customer, what in said(run).items()}


def test_the_pd_of_a_later_review_as_of_the_same_instant_counts() -> None:
    book(3)
    first = reviewed(chunk_loans=7)
    ReviewRun.objects.filter(pk=first.pk).update(bundle_hash="0" * 64, state="RUNNING")
    second = reviewed(chunk_loans=9)
    second.results.update(pd=0.99)
    codes_module.health_codes_left(run=first, day=DAY, at=AT)
    now = {customer: what[:2] for customer, what in written().items()}
    assert now == {customer: what[:2] for customer, what in said(first).items()}


def test_an_open_warning_of_an_earlier_loan_counts() -> None:
    loans = many_loans(6)
    run = reviewed(DAY - timedelta(days=1))
    gone = Loan.objects.create(
        product=card(), customer=loans[0].customer, external_id="GONE", limit_minor=1, opened_on=SINCE, closed_on=SINCE
    )
    EarlyWarning.objects.create(
        loan=gone, customer=gone.customer, level="RED", reasons=[], first_run=run, last_run=run, raised_at=AT
    )
    again = reviewed()
    assert {customer: what[:2] for customer, what in written().items()} == {
        customer: what[:2] for customer, what in said(again).items()
    }
    assert "WARNING_RED" in HealthCode.objects.get(customer=gone.customer, is_current=True).reasons
