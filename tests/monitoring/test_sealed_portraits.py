"""A portrait is sealed where a review has news of a loan; every other is read again and says the same."""

from datetime import timedelta
from typing import Any

import pytest

from lending.vault import key_unwrap, unseal
from monitoring.models import EarlyWarning, ReviewResult, ReviewRun
from monitoring.services.explanations import explanation_of
from monitoring.services.result_portraits import portrait_open
from monitoring.services.results import portrait_unseal
from monitoring.services.reviews import review_run
from tests.delinquency.world import loan as scheduled_loan
from tests.delinquency.world import pays
from tests.factories.monitoring import (
    AT,
    BROKER_PATTERN,
    DAY,
    MONTH_ENDS,
    card,
    event,
    loans,
    many_loans,
    month_add,
    months,
    post_loan_goes_live,
    reviewed,
)

pytestmark = pytest.mark.django_db
NEXT = DAY + timedelta(days=1)


def sealed(run: ReviewRun) -> set[int]:
    return {result.loan_id for result in run.results.all() if result.portrait}


def reviewed_after(days: int) -> ReviewRun:
    """A review so many days later."""
    at = AT + timedelta(days=days)
    return review_run(product=card(), day=DAY + timedelta(days=days), clock=lambda: at)


def result_of(run: ReviewRun, loan: Any) -> ReviewResult:
    return ReviewResult.objects.select_related("loan__customer", "run__product").get(run=run, loan=loan)


def test_a_warning_level_is_sealed_when_it_comes_and_not_while_it_stays() -> None:
    post_loan_goes_live(patterns=[BROKER_PATTERN])
    late, _fine, worse, cured, hit = loans(months(2), months(0), months(2), months(2), months(2))
    assert sealed(reviewed()) == {late.pk, worse.pk, cured.pk, hit.pk}
    month_add(worse, NEXT, 4)
    month_add(cured, NEXT, 0)
    event(hit, "loan_elsewhere", DAY)
    event(hit, "transfer_out", NEXT, category="broker")
    run = reviewed_after(1)
    levels = dict(run.results.values_list("loan_id", "level"))
    assert (levels[late.pk], levels[worse.pk], levels[cured.pk]) == ("ORANGE", "RED", "BLUE")
    assert sealed(run) == {worse.pk, cured.pk, hit.pk}
    assert sealed(reviewed_after(2)) == {hit.pk}  # its level falls again: the pattern is not new


def test_what_was_not_sealed_is_read_again_as_it_was_and_explained() -> None:
    post_loan_goes_live()
    (late,) = loans(months(2, 1, 0))
    first = reviewed()
    run = reviewed_after(1)
    month_add(late, NEXT, 6, known_at=run.as_of + timedelta(seconds=1))  # known later
    result = result_of(run, late)
    assert not result.portrait
    assert portrait_open(result) == portrait_unseal(result_of(first, late))
    warning = EarlyWarning.objects.get()
    assert (warning.last_run_id, warning.hit_count) == (run.pk, 2)
    explanation = explanation_of(warning, "en")
    assert explanation is not None
    assert [line.rule.code for line in explanation.hits] == ["LATE", "LATE_BEFORE"]


def test_read_again_is_what_was_sealed_of_every_loan_with_and_without_a_schedule() -> None:
    post_loan_goes_live()
    many_loans(30)
    card_loans = [scheduled_loan(code="card", opened_on=DAY - timedelta(days=200)) for _ in range(3)]
    pays(card_loans[0], DAY - timedelta(days=20))
    run = reviewed()
    compared = 0
    for result in run.results.filter(level__in=("BLUE", "ORANGE", "RED")).select_related("loan__customer", "run"):
        was = portrait_unseal(result)
        result.portrait = b""
        assert portrait_open(result) == was
        compared += 1
    assert compared > 5
    assert card().loans.count() == 33


def test_the_twin_another_day_would_be_seen() -> None:
    post_loan_goes_live()
    (late,) = loans(months(2, 1, 0))
    result = result_of(reviewed(), late)
    was = portrait_unseal(result)
    month_add(late, MONTH_ENDS[3], 6)
    result.portrait = b""
    assert portrait_open(result) != was


def test_a_key_destroyed_closes_both() -> None:
    post_loan_goes_live()
    (late,) = loans(months(2))
    result = result_of(reviewed(), late)
    context = b"review/%d/%d" % (result.run_id, result.loan_id)
    assert unseal(key_unwrap(late.customer.wrapped_key), result.portrait, context)
    result.loan.customer.wrapped_key = None
    assert portrait_open(result) is None
