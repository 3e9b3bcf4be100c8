"""A loan that was written off, or sold while late, keeps its place in roll rates and vintages."""

from datetime import date

import pytest

from lending.models import Loan
from monitoring.admin.dashboard.cards import View, rolls_card
from monitoring.models import DelinquencyState, PortfolioFigure, ReviewRun
from monitoring.services.delinquency.figures import Which, matrix_of, moved, vintages_of
from monitoring.services.portfolio.counting import figures_count
from monitoring.services.portfolio.reading import Shown, totals
from tests.delinquency.world import OPENED, as_of, loan, product, settings_in_force

pytestmark = pytest.mark.django_db
DAYS = (date(2024, 5, 31), date(2024, 6, 30))
CAUSES = {"WRITTEN_OFF": (0, "M0"), "SOLD": (40, "M2"), "REPAID": (40, "M2"), "": (0, "M0")}


def _state(one: Loan, run: ReviewRun, dpd: int, bucket: str) -> None:
    DelinquencyState.objects.create(
        loan=one, run=run, business_date=run.as_of_day, as_of=run.as_of, dpd=dpd, bucket=bucket, severity=0,
        arrears_minor=0, mob=4, is_derived=False,
    )  # fmt: skip


@pytest.fixture
def runs() -> list[ReviewRun]:
    """Two looks; between them each loan but the last was closed, for a cause."""
    settings_in_force()
    found = [
        ReviewRun.objects.create(
            product=product(), as_of=as_of(on), bundle_hash="0" * 64, bundle={}, started_at=as_of(on), done_count=1
        )
        for on in DAYS
    ]
    for cause, (dpd, bucket) in CAUSES.items():
        one = loan()
        _state(one, found[0], dpd, bucket)
        if cause:
            Loan.objects.filter(pk=one.pk).update(closed_on=date(2024, 6, 15), closed_cause=cause)
    _state(one, found[1], 0, "M0")
    return found


def test_what_was_lost_rolled_into_the_worst_bucket_and_what_was_repaid_left(runs: list[ReviewRun]) -> None:
    matrix = matrix_of(Which(product()), *runs)
    worst = matrix.order[-1]
    assert matrix.moves == {("M0", worst): 1, ("M2", worst): 1, ("M2", ""): 1, ("M0", "M0"): 1}
    written_off = Loan.objects.get(closed_cause="WRITTEN_OFF")
    assert moved(Which(product()), *runs, source="M0", target=worst, most=9) == [written_off.pk]


def test_the_first_page_names_them_beside_its_shares_by_the_bucket_they_were_in(runs: list[ReviewRun]) -> None:
    ReviewRun.objects.update(scope="ALL", state="DONE", due_count=1, done_count=1)
    run = ReviewRun.objects.get(pk=runs[1].pk)
    figures_count(run, run.as_of)
    found = totals([run], PortfolioFigure.Name.ROLL, Shown())
    assert {key: counted.number for key, counted in found.items() if key.endswith(">")} == {"M0>": 1, "M2>": 1}
    card = rolls_card(View(Shown(), [run], ""))
    assert [(row[0].text, row[-1].text, bool(row[-1].url)) for row in card.rows if row[-1].url] == [
        ("M0", "1", True),
        ("M2", "1", True),
    ]


def test_a_look_before_the_closing_does_not_know_of_it(runs: list[ReviewRun]) -> None:
    Loan.objects.filter(closed_cause="WRITTEN_OFF").update(closed_on=date(2024, 7, 15))
    assert matrix_of(Which(product()), *runs).count("M0", "") == 1


def test_a_vintage_counts_what_was_written_off_from_then_on(runs: list[ReviewRun]) -> None:
    (curve,), _since = vintages_of(Which(product()), dpd=90)
    assert (curve.cohort.opened, curve.counts) == (OPENED.replace(day=1), (0, 0, 0, 0, 0, 1))
    Loan.objects.filter(closed_cause="WRITTEN_OFF").update(closed_cause="OTHER")
    (twin,), _since = vintages_of(Which(product()), dpd=90)
    assert not any(twin.counts)
