"""A review says what has changed of a customer's loans of its product, and nothing twice."""

import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from lending.models import CustomerStanding, Loan
from lending.standing_worst import standing_worst
from monitoring.models import ReviewRun
from monitoring.services.chunks import chunk_review
from monitoring.services.customer_reviews import customers_review
from monitoring.services.reviews import review_run
from monitoring.services.runs import run_end
from monitoring.services.standings import closing, reviews, writing
from scoring.portraits.coefficient import coefficient_of
from scoring.portraits.policy import PortraitPolicy
from tests.factories.monitoring import AT, DAY, card, loans, month_add, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
DAYS = [DAY + timedelta(days=number) for number in range(60)]


@pytest.fixture(autouse=True)
def live() -> None:
    post_loan_goes_live()


def read(loan: Loan, at: datetime) -> dict[str, Any] | None:
    """What a decision at an instant reads of the loan's customer."""
    with connection.cursor() as cursor:
        cursor.execute(
            standing_worst(which="customer_id = %(who)s", as_of="%(at)s"), {"who": loan.customer_id, "at": at}
        )
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return rows[0] if rows else None


def written(loan: Loan) -> int:
    return CustomerStanding.objects.filter(customer=loan.customer_id).count()


def at_of(day: date, hours: int = 26) -> datetime:
    """After the night's review of a day."""
    return datetime.combine(day, datetime.min.time(), AT.tzinfo) + timedelta(hours=hours)


def review(day: date, at: datetime) -> ReviewRun:
    return review_run(product=card(), day=day, clock=lambda: at)


def of_customers(loan: Loan, at: datetime) -> None:
    for run in customers_review([loan.customer_id], at):
        for chunk in run.chunks.all():
            assert chunk_review(chunk_id=chunk.pk, at=at)
        run_end(run_id=run.pk, at=at)


def test_what_has_not_changed_is_not_written_again_for_thirty_days() -> None:
    loan, late = loans(months(0), months(3))
    for place in (0, 1, 29):
        review(DAYS[place], at_of(DAYS[place]))
    assert (written(loan), written(late)) == (1, 1)
    review(DAYS[30], at_of(DAYS[30]))
    assert (written(loan), written(late)) == (2, 2)
    month_add(loan, DAYS[31], 2)
    review(DAYS[31], at_of(DAYS[31]))
    assert (written(loan), written(late)) == (3, 2)


def test_a_twin_that_compares_nothing_writes_everybody_again(monkeypatch: pytest.MonkeyPatch) -> None:
    (loan,) = loans(months(0))
    monkeypatch.setattr(writing, "SAID_AGAIN", timedelta(0))
    for place in (0, 1):
        review(DAYS[place], at_of(DAYS[place]))
    assert written(loan) == 2


def test_several_loans_of_a_customer_in_several_parts_are_one_standing() -> None:
    late, fine = loans(months(3), months(0))
    Loan.objects.filter(pk=fine.pk).update(customer=late.customer_id)
    for place in (0, 1):
        reviewed(DAYS[place], chunk_loans=1)
        standing = read(late, at_of(DAYS[5]))
        assert standing is not None
        assert (standing["months_late"], standing["open_warnings"], written(late)) == (3, 1, 1)


def test_a_closed_loan_haunts_nobody() -> None:
    late, other = loans(months(4), months(4))
    review(DAYS[0], at_of(DAYS[0]))
    Loan.objects.filter(pk=late.pk).update(closed_on=DAYS[1])
    review(DAYS[1], at_of(DAYS[1]))
    before, after = read(late, at_of(DAYS[0])), read(late, at_of(DAYS[1]))
    assert before is not None and before["warning_level"] == "RED"
    assert after is not None
    assert (after["warning_level"], after["open_warnings"], after["months_late"], after["dpd"]) == ("NONE", 0, 0, 0)
    assert (read(other, at_of(DAYS[1])) or {})["warning_level"] == "RED"
    review(DAYS[2], at_of(DAYS[2]))
    assert written(late) == 2


def test_a_closing_told_between_two_reviews_counts_at_once() -> None:
    (late,) = loans(months(4))
    review(DAYS[0], at_of(DAYS[0]))
    Loan.objects.filter(pk=late.pk).update(closed_on=DAY)
    of_customers(late, at_of(DAYS[0], 28))
    assert (read(late, at_of(DAYS[0], 29)) or {})["months_late"] == 0


def test_the_twin_that_clears_nothing_is_haunted(monkeypatch: pytest.MonkeyPatch) -> None:
    (late,) = loans(months(4))
    review(DAYS[0], at_of(DAYS[0]))
    Loan.objects.filter(pk=late.pk).update(closed_on=DAYS[1])
    monkeypatch.setattr(closing, "REACH", timedelta(days=-1))
    review(DAYS[1], at_of(DAYS[1]))
    assert (read(late, at_of(DAYS[1])) or {})["months_late"] == 4


def test_the_coefficient_is_that_of_the_portrait_policy() -> None:
    policy = PortraitPolicy(p0=0.01, p1=0.5, horizon_months=12)
    found = reviews.pl.DataFrame(
        {
            "customer_id": [1, 1, 2, 3], "loan_id": [1, 2, 3, 4], "pd": [0.02, 0.3, 0.4, None],
            "is_comparable": [True, True, False, True], "months_late": [0, 1, 0, 0], "dpd": [3, 40, None, 0],
            "category": ["NORMAL", "SUBSTANDARD", None, "NORMAL"], "severity": [0, 2, 0, 0], "rank": [2, None, 4, None],
        }
    )  # fmt: skip
    told = {row["customer_id"]: row for row in reviews.told_of(found, policy, [3]).iter_rows(named=True)}
    worst = coefficient_of(0.3, {}, {}, policy).value
    assert worst is not None
    assert told[1]["grx"] == round(worst, 2) and 0 < worst < 1
    assert (told[2]["grx"], told[3]["grx"]) == (None, None)
    assert (told[1]["dpd"], told[1]["loan_category"], told[1]["warning_level"]) == (40, "SUBSTANDARD", "YELLOW")
    assert (told[1]["open_warnings"], told[2]["warning_level"], told[3]["has_confirmed_diversion"]) == (1, "RED", True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_decision_reads_what_the_newest_review_known_by_then_found(seed: int) -> None:
    rng = random.Random(seed)
    (loan,) = loans(months(0))
    told: dict[datetime, int] = {}
    place, now = 0, at_of(DAYS[0])
    review(DAYS[0], now)
    newest, late = DAYS[0], 0
    for _ in range(6):
        place += rng.randrange(1, 4)
        now = at_of(DAYS[place])
        told[now - timedelta(hours=1)] = late
        if rng.random() < 0.5:
            month_add(loan, DAYS[place], rng.randrange(0, 6), known_at=now - timedelta(hours=10))
        kind = rng.choice(["night", "night", "older", "news"])
        past = [day for day in DAYS[:place] if day < newest]
        if kind == "older" and past:
            review(rng.choice(past), now)
            told[now + timedelta(hours=1)] = late
            continue
        if kind == "night":
            review(DAYS[place], now)
            newest = DAYS[place]
        else:
            of_customers(loan, now)
        run = ReviewRun.objects.order_by("-as_of", "-pk").first()
        assert run is not None
        late = run.results.get(loan=loan).months_late
        told[now + timedelta(hours=1)] = late
    for at, expected in told.items():
        assert (read(loan, at) or {})["months_late"] == expected, f"seed {seed}, {at}, {newest}"
