"""A loan's previous review among however many reviews: the same one, and no list of all of them in any statement."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from lending.models import CustomerStanding, Loan
from monitoring.models import PortfolioLoan, ReviewResult, ReviewRun
from monitoring.services import earlier_runs
from monitoring.services.earlier_runs import REACH, runs_earlier
from monitoring.services.portfolio.counting import figures_count
from monitoring.services.portraits.reading import Extent, portraits_read
from monitoring.services.standings.reviews import standings_end
from tests.factories.monitoring import AT, card, loans, months

pytestmark = pytest.mark.django_db
ALL, DUE, CUSTOMERS = ReviewRun.Scope.values
LEVELS = ("NONE", "BLUE", "ORANGE", "RED")


def run_made(number, hours, scope=CUSTOMERS, state="RUNNING", opened=None):
    as_of = AT + timedelta(hours=hours)
    return ReviewRun.objects.create(
        product=card(), as_of=as_of, scope=scope, state=state, bundle_hash=str(number), bundle={},
        started_at=AT + timedelta(hours=hours if opened is None else opened),
    )  # fmt: skip


def history(seed, count=60):
    """Reviews in every order and scope, some as of one instant, each of some of the loans; two loans a customer."""
    rng = random.Random(seed)
    made = loans(*(months(0) for _ in range(8)), prefix=f"R{seed}-")
    for one, other in zip(made[::2], made[1::2], strict=True):
        Loan.objects.filter(pk=other.pk).update(customer=one.customer_id)
    Loan.objects.update(opened_on=date(2003, 1, 1), known_at=None)
    runs = []
    for number in range(count):
        hours = rng.choice([*range(0, -600, -24), -REACH.days * 24, -REACH.days * 24 - 1, rng.randint(-600, 0)])
        scope, state = rng.choice((ALL, DUE, DUE, CUSTOMERS, CUSTOMERS)), rng.choice(("COMPLETE", "RUNNING"))
        runs.append(run_made(number, hours, scope, state, opened=hours + rng.choice((0, 0, 0, 400))))
        for loan in rng.sample(made, rng.randint(0, 3)):
            ReviewResult.objects.create(
                run=runs[-1], loan=loan, pd=rng.random(), level=rng.choice(LEVELS), months_late=rng.randint(0, 99)
            )
    return runs


def listed(run):
    """All of them by number, the latest first: the definition."""
    found = ReviewRun.objects.filter(product=run.product_id, as_of__lt=run.as_of, started_at__lt=run.started_at)
    ids = []
    for one in found.filter(as_of__gte=run.as_of - REACH).order_by("-as_of", "-id"):
        ids.append(one.pk)
        if (one.state, one.scope) == ("COMPLETE", ALL):
            break
    return ids


def newest(ids):
    """The first result of each loan in those reviews."""
    rows = {}
    for result in sorted(ReviewResult.objects.filter(run__in=ids), key=lambda result: ids.index(result.run_id)):
        rows.setdefault(result.loan_id, result)
    return rows


def before(run):
    extent = Extent(product_id=run.product_id, as_of=run.as_of, business_date=run.as_of_day, earlier=runs_earlier(run))
    read = portraits_read(extent, []).select("_loan_id", "_level_before").rows()
    return {loan: level for loan, level in read if level is not None}


@pytest.mark.parametrize("named", [earlier_runs.NAMED, 3, 0])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_the_newest_of_those_before_however_many_are_named(monkeypatch, named, seed):
    monkeypatch.setattr(earlier_runs, "NAMED", named)
    runs = history(seed)
    for run in runs:
        expected = {loan: result.level for loan, result in newest(listed(run)).items()}
        assert before(run) == expected


@pytest.mark.parametrize("named", [earlier_runs.NAMED, 3, 0])
def test_standings_and_the_portfolio_read_the_same(monkeypatch, named):
    monkeypatch.setattr(earlier_runs, "NAMED", named)
    runs = history(3)
    for run in runs[::3]:
        with transaction.atomic():
            of_all = [run.pk] if run.scope == ALL else [run.pk, *listed(run)]
            run.state = "COMPLETE"
            if figures_count(run, AT):
                kept = dict(PortfolioLoan.objects.filter(run=run).values_list("loan_id", "pd"))
                assert kept == {loan: result.pd for loan, result in newest(of_all).items()}
            run.scope = ALL
            standings_end(run=run, day=run.as_of_day, earlier=runs_earlier(run), at=AT)
            late = {}
            for loan, result in newest([run.pk, *listed(run)]).items():
                customer = next(one for one in Loan.objects.all() if one.pk == loan).customer_id
                late[customer] = max(late.get(customer, 0), result.months_late)
            assert dict(CustomerStanding.objects.values_list("customer_id", "months_late")) == late
            transaction.set_rollback(True)


def test_a_statement_does_not_grow_with_the_reviews_between_the_reviews(monkeypatch):
    monkeypatch.setattr(earlier_runs, "NAMED", 5)
    run = run_made("last", 0, scope=DUE)

    def length():
        with connection.cursor() as cursor:
            return len(runs_earlier(run).are("r.run_id").as_string(cursor.cursor))

    for number in range(20):
        run_made(number, -1 - number)
    grown = length()
    for number in range(20, 60):
        run_made(number, -1 - number)
    assert runs_earlier(run).named is None
    assert length() == grown
