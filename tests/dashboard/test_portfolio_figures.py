"""The portfolio as a review counts it: the same numbers as counting the loans one by one, and the loans behind each."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from lending.models import Loan, Region
from monitoring.models import EarlyWarning, PortfolioFigure, PortfolioLoan, ReviewResult, ReviewRun
from monitoring.services.portfolio.counting import figures_count, runs_uncounted
from monitoring.services.portfolio.reading import Shown, months, runs_latest, shown_of, totals, totals_by_region
from monitoring.services.portfolio.rows import Asked, loans_behind
from tests.factories.monitoring import AT, loans, post_loan_goes_live, reviewed
from tests.factories.monitoring import months as months_late

pytestmark = pytest.mark.django_db
Name = PortfolioFigure.Name
EARLIER = date(2005, 8, 31)
FILTERS_OF = {
    Name.BUCKET: lambda key: {"bucket": key},
    Name.CATEGORY: lambda key: {"category": key},
    Name.VINTAGE: lambda key: {"opened": key},
    Name.WARNING: lambda key: dict(zip(("warning_level", "warning_age"), key.split("|"), strict=True)),
    Name.HEALTH: lambda key: {"health": key},
    Name.ROLL: lambda key: dict(zip(("bucket_before", "bucket"), key.split(">"), strict=True)),
}


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live()


@pytest.fixture
def north():
    return Region.objects.create(code="north", name_en="North", name_zh="北区")


def book(north):
    found = loans(*(months_late(late, before) for late in (0, 1, 2, 3, 5) for before in (0, 1)))
    Loan.objects.filter(pk__in=[loan.pk for loan in found[:4]]).update(region=north)
    return found


def test_levels_are_those_of_the_loans_and_the_loans_behind_each_are_as_many(north):
    book(north)
    run = reviewed()
    expected = Counter(ReviewResult.objects.filter(run=run).values_list("level", flat=True))
    found = totals([run], Name.LEVEL, Shown())
    assert {level: counted.number for level, counted in found.items()} == expected
    for level, counted in found.items():
        behind = loans_behind(Asked([run.pk], {"level": level}))
        assert len(behind) == counted.number
        assert {row.level for row in behind} == {level}


@pytest.mark.parametrize("name", [Name.BUCKET, Name.CATEGORY, Name.VINTAGE, Name.WARNING, Name.HEALTH, Name.ROLL])
def test_behind_every_number_are_as_many_loans(north, name):
    book(north)
    reviewed(EARLIER)
    run = reviewed()
    found = totals([run], name, Shown())
    if name not in (Name.ROLL, Name.BUCKET, Name.CATEGORY):
        assert found
    for key, counted in found.items():
        behind = loans_behind(Asked([run.pk], FILTERS_OF[name](key)))
        assert len(behind) == counted.number
        assert sum(row.owed_minor for row in behind) == counted.amount_minor


def test_a_region_is_counted_apart_and_with_the_others_in_all(north):
    book(north)
    run = reviewed()
    by_region = totals_by_region([run], Shown())
    assert (by_region["north"].number, by_region[""].number) == (4, 6)
    shown = shown_of({"region": "north"})
    assert sum(counted.number for counted in totals([run], Name.LEVEL, shown).values()) == 4
    assert {row.region for row in loans_behind(Asked([run.pk], {}, shown))} == {"north"}


def test_seriously_late_is_over_90_days_or_more_than_three_months(north):
    book(north)
    run = reviewed()
    found = totals([run], Name.LEVEL, Shown())
    behind = loans_behind(Asked([run.pk], {"serious": "1"}))
    assert sum(counted.bad_count for counted in found.values()) == len(behind) == 2


def test_counting_again_changes_nothing_and_a_closed_loan_is_counted_no_more(north):
    found = book(north)
    run = reviewed()
    before = sorted(PortfolioFigure.objects.values_list("name", "key", "region", "count", "amount_minor"), key=str)
    figures_count(run, timezone.now())
    again = sorted(PortfolioFigure.objects.values_list("name", "key", "region", "count", "amount_minor"), key=str)
    assert again == before
    Loan.objects.filter(pk=found[0].pk).update(closed_on=run.as_of_day)
    figures_count(run, timezone.now())
    assert sum(counted.number for counted in totals([run], Name.LEVEL, Shown()).values()) == 9


def test_warnings_and_codes_of_now_are_not_told_of_an_earlier_day(north):
    book(north)
    late = reviewed()
    early = reviewed(EARLIER)
    assert EarlyWarning.objects.filter(state="OPEN").exists()
    assert totals([late], Name.WARNING, Shown())
    assert not totals([early], Name.WARNING, Shown())
    assert list(months(Name.LEVEL, Shown())) == [date(2005, 8, 1), date(2005, 9, 1)]
    assert runs_latest(Shown()) == [late]


def test_a_review_that_nobody_counted_is_counted_by_the_next_beat(north):
    book(north)
    run = reviewed()
    ReviewRun.objects.update(counted_at=None)
    PortfolioFigure.objects.all().delete()
    assert runs_uncounted(AT) == [run]
    assert runs_uncounted(AT + timedelta(days=30)) == []
    figures_count(run, AT)
    assert runs_uncounted(AT) == []
    assert PortfolioFigure.objects.filter(run=run).exists()


def test_a_review_counted_before_its_loans_were_kept_is_counted_again(north):
    book(north)
    run = reviewed()
    assert runs_uncounted(AT) == []
    PortfolioLoan.objects.all().delete()
    assert runs_uncounted(AT + timedelta(days=30)) == [run]
    figures_count(run, AT)
    assert PortfolioLoan.objects.filter(run=run).count() == 10


def test_loans_are_kept_of_the_last_review_of_each_month_only(north):
    book(north)
    first, second, last = (reviewed(day) for day in (EARLIER, date(2005, 9, 29), date(2005, 9, 30)))
    kept = set(PortfolioLoan.objects.values_list("run", flat=True))
    assert kept == {first.pk, last.pk}
    assert PortfolioFigure.objects.filter(run=second).exists()
