"""Bad is what the governed definition says: by rule on the months after a decision, and by hash on the card."""

from datetime import UTC, date, datetime

import pytest

from audit.services.governed import governed_approve, governed_draft, governed_submit
from audit.services.governed_errors import GovernedInvalid
from riskengine.demo.bad_definitions import bad_definition_ensure
from scoring.bad_definition import BadDefinition, Words, bad_outcome, definition_problems
from scoring.services.bad_definitions import KIND_CODE, NoBadDefinitionError, statement_under
from scoring.training.statement import NOT_STATED, statement_card
from tests.factories.audit import user
from tests.factories.scoring import product

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WORDS = Words("90 days past due within six months", "六个月内逾期90天以上")
DEFINITION = BadDefinition(90, 6, 6, WORDS, indeterminate_from=30, cure_below=1, cure_months=2)
DOCUMENT = {
    "days_past_due": 90, "window_months": 6, "horizon_months": 6, "text": {"en": WORDS.en, "zh": WORDS.zh},
    "indeterminate_from": 30,
}  # fmt: skip


@pytest.mark.parametrize(
    ("days", "outcome"),
    [
        ([0, 0, 0, 0, 0, 0], False),
        ([0, 29, 0, 0, 0, 0], False),
        ([0, 30, 0, 0, 0, 0], None),
        ([0, 30, 60, 90, 95, 99], True),
        ([30, 60, 90], True),
        ([0, 0, 0], None),
        ([90, 0, 0, 0, 0, 0], None),
        ([90, 0, 5, 0, 90, 0], True),
        ([0, 0, 0, 0, 0, 0, 90], False),
    ],
    ids=["good", "late", "between", "bad", "bad already", "too young", "cured", "not cured", "after the window"],
)
def test_an_account_is_judged_by_its_months(days, outcome):
    assert bad_outcome(DEFINITION, days) is outcome


def test_once_bad_is_bad_where_nothing_cures():
    assert bad_outcome(BadDefinition(90, 6, 6, WORDS), [90, 0, 0, 0, 0, 0]) is True


def test_every_contradiction_is_named():
    wrong = BadDefinition(60, 6, 12, WORDS, indeterminate_from=60, cure_below=1)
    assert definition_problems(wrong) == ["horizon_beyond_window", "indeterminate_not_below_bad", "cure_incomplete"]
    assert definition_problems(DEFINITION) == []


def _submitted(document=DOCUMENT, name="instalment"):
    author = user()
    draft = governed_draft(kind=KIND_CODE, name=name, document=document, author=author, at=AT, valid_from=TODAY)
    return governed_submit(governed=draft, maker=author, at=AT)


@pytest.mark.django_db
def test_a_model_states_the_definition_in_force_by_its_hash():
    product()
    waits = _submitted()
    with pytest.raises(NoBadDefinitionError):
        statement_under(NOT_STATED, "instalment", on=TODAY)
    governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=AT)
    statement = statement_under(NOT_STATED, "instalment", on=TODAY)
    assert (statement.pd_horizon_months, statement.bad_definition.zh) == (6, WORDS.zh)
    definition = statement_card(statement)["definition"]
    assert (definition["content_hash"], definition["days_past_due"]) == (waits.content_hash, 90)
    assert statement_card(NOT_STATED)["definition"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "change"),
    [("instalment", {"horizon_months": 7}), ("instalment", {"text": {"en": "x", "zh": ""}}), ("yacht", {})],
)
def test_a_contradiction_is_not_submitted(name, change):
    product()
    with pytest.raises(GovernedInvalid):
        _submitted({**DOCUMENT, **change}, name)


@pytest.mark.django_db
def test_the_demo_s_products_have_a_definition_that_stays_when_it_is_loaded_again():
    maker, checker = user(), user(is_checker=True)
    for code in ("instalment", "card"):
        lent = product(code)
        loaded = [bad_definition_ensure(product=lent, maker=maker, checker=checker, at=AT) for _ in range(2)]
        assert loaded == [True, False]
    assert statement_under(NOT_STATED, "card", on=TODAY).definition.days_past_due == 60
