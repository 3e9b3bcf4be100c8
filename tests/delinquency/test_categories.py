"""Categories: down at once, never up by a payment."""

import msgspec
import pytest

from monitoring.delinquency.classification import Facts, by_days, category_of, classification_problems
from tests.delinquency.china import CARDS, EDGES, LOAN

N, SM, SS, D, L = "NORMAL", "SPECIAL_MENTION", "SUBSTANDARD", "DOUBTFUL", "LOSS"


@pytest.mark.parametrize(
    ("days", "loan", "card"),
    list(zip(EDGES, [N, *[SM] * 8, *[SS] * 6, D, D, L], [N, *[SM] * 8, SS, SS, D, D, *[L] * 5], strict=True)),
)
def test_the_categories_change_at_their_edges(days: int, loan: str, card: str) -> None:
    assert category_of(LOAN, Facts(days)).code == loan
    assert category_of(CARDS, Facts(days)).code == card


@pytest.mark.parametrize(("days", "code"), [(0, N), (1, N), (7, N), (8, SM), (91, SS)])
def test_a_confirmed_technical_overdue_of_seven_days_leaves_the_category(days: int, code: str) -> None:
    assert category_of(LOAN, Facts(days, is_technical=True)).code == code


def test_a_payment_lowers_the_days_and_not_the_category() -> None:
    verdict = category_of(LOAN, Facts(0, before=LOAN.severity(SS)))
    assert (verdict.code, verdict.causes) == (SS, ("KEPT",))


def test_a_worse_day_counts_at_once() -> None:
    verdict = category_of(LOAN, Facts(271, before=LOAN.severity(SS)))
    assert (verdict.code, verdict.causes) == (D, ("DPD",))


def test_an_upgrade_is_what_it_was_before_until_something_is_worse() -> None:
    upgraded = Facts(0, before=LOAN.severity(SM), is_upgraded=True)
    assert category_of(LOAN, upgraded).causes == ("UPGRADED",)
    assert category_of(LOAN, upgraded._replace(dpd=91)).code == SS


@pytest.mark.parametrize(
    ("fact", "cause"),
    [("is_restructured", "RESTRUCTURED"), ("is_diverted", "DIVERTED"), ("is_refinanced", "REFINANCED")],
)
def test_restructured_diverted_and_refinanced_are_at_least_special_mention(fact: str, cause: str) -> None:
    facts = Facts(0)._replace(**{fact: True})
    assert (category_of(LOAN, facts).code, category_of(LOAN, facts).causes) == (SM, (cause,))
    assert category_of(LOAN, facts._replace(dpd=361)).code == L


def test_every_cause_that_alone_would_do_is_named() -> None:
    assert category_of(LOAN, Facts(30, is_diverted=True)).causes == ("DPD", "DIVERTED")


def test_the_shipped_classifications_are_sound_and_say_where_they_come_from() -> None:
    for one in (LOAN, CARDS):
        assert classification_problems(one) == []
        assert "upports" in one.citation.en and "compliant" not in one.citation.en
        assert "支持" in one.citation.zh and "合规" not in one.citation.zh


def test_what_is_wrong_with_a_classification_is_named() -> None:
    swapped = msgspec.structs.replace(LOAN, categories=LOAN.categories[::-1], impaired_from="BAD")
    assert {problem for problem, _ in classification_problems(swapped)} == {
        "first_not_zero",
        "not_rising",
        "unknown_code",
    }
    assert classification_problems(msgspec.structs.replace(LOAN, categories=[]))[0] == ("none", "")


def test_switching_off_what_was_before_would_raise_a_loan_by_a_payment() -> None:
    """The twin of the protection: by days alone the same loan would be normal."""
    assert LOAN.categories[by_days(LOAN, 0)].code == N
