"""A model of its own for loans paid out: rows to learn from as reviews knew them, and reviews alone score with it."""

import random
from datetime import date, timedelta

import polars as pl
import pytest
from django.core.management import call_command

from lending.models import Loan
from monitoring.delinquency.cures import add_months
from monitoring.delinquency.dpd import Due, Paid, days_past_due
from monitoring.delinquency_policy import policies_of
from monitoring.services.delinquency.month_ends import month_end_dpd
from monitoring.services.post_loan_rows import NoBadDefinition, post_loan_rows
from rules.services.bundles.loading import POST_LOAN, PRE_LOAN, pointer_row
from scoring.bad_definition import BadDefinition, Words
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION
from scoring.services.catalogues.life import catalogue_live, forbidden_features
from scoring.training.product import in_own_names, product_table
from tests.delinquency.world import DUE, as_of, loan, months, pays, pays_on_time, settings_in_force
from tests.drift.synthetic import in_force
from tests.factories import decisions as make
from tests.roles.making import PACKAGE, package

pytestmark = pytest.mark.django_db
LOOK, UNTIL = date(2024, 6, 30), date(2025, 3, 31)
DEFINITION = BadDefinition(60, 6, 6, Words("Sixty days late within six months.", "六个月内逾期60天。"))


@pytest.fixture
def ready() -> None:
    make.catalogue_goes_live()
    settings_in_force()
    in_force(BAD_DEFINITION, "instalment", DEFINITION)


def rows(*days: date) -> dict[str, dict[str, object]]:
    """What is written of each loan, by contract number."""
    frame = post_loan_rows(product=Loan.objects.all()[0].product, days=days or (LOOK,), until=UNTIL)
    known = Loan.objects.order_by("pk").values_list("external_id", flat=True)
    return dict(zip(known, frame.to_dicts(), strict=True))


def test_month_ends_are_as_late_as_day_by_day(ready: None) -> None:
    chance = random.Random(7)
    loans = [loan(instalments=10) for _ in range(12)]
    for one in loans:
        for _ in range(chance.randint(0, 12)):
            pays(one, one.opened_on + timedelta(days=chance.randint(20, 400)), chance.choice([DUE, DUE // 2, 2 * DUE]))
    product = loans[0].product
    policies = policies_of(product, UNTIL)
    found = month_end_dpd([one.pk for one in loans], product, UNTIL, as_of(UNTIL))
    assert found.height == 12 * 14  # February 2024 to March 2025
    for loan_id, day, dpd in found.iter_rows():
        one = next(one for one in loans if one.pk == loan_id)
        owed = [Due(part.due_on, part.principal_minor) for part in one.instalments.all()]
        received = [Paid(part.paid_on, part.amount_minor) for part in one.repayments.all()]
        assert dpd == days_past_due(owed, received, day, policies.grace_days, holidays=policies.holidays)


def test_a_row_is_what_was_known_then_and_what_became_of_the_loan(ready: None) -> None:
    good, bad, late = loan(), loan(), loan()
    pays_on_time(good, 1, 13)
    pays_on_time(bad, 1, 4)
    pays_on_time(late, 1, 3)
    pays(late, add_months(late.opened_on, 6), 3 * DUE)
    pays_on_time(late, 7, 13)
    found = list(rows().values())
    assert [row["bad"] for row in found] == [0, 1, 0]
    # On 30 June the fourth instalment of the third loan (15 May) was unpaid; what was paid in July is not known.
    assert [row["dpd"] for row in found] == [0, 15, 46]
    assert {row["as_of"] for row in found} == {LOOK}


def test_outcomes_of_loans_by_months_and_of_young_or_closed_loans(ready: None) -> None:
    monthly, young = loan(instalments=0), loan(opened_on=date(2024, 12, 1))
    months(monthly, *[0] * 6, 1, 2, 3, 3, 3, 3, 3, 3)
    pays_on_time(young, 1, 3)
    frame = post_loan_rows(product=young.product, days=[LOOK, date(2024, 12, 31)], until=UNTIL)
    assert (frame.height, frame["bad"].to_list()) in ((1, [1]), (0, []))  # on one of the days the loan was looked at


def test_each_loan_stands_in_the_rows_once(ready: None) -> None:
    for _ in range(9):
        pays_on_time(loan(), 1, 13)
    days = [LOOK, date(2024, 7, 31), date(2024, 8, 31)]
    frame = post_loan_rows(product=Loan.objects.all()[0].product, days=days, until=UNTIL)
    assert frame.height == 9 and set(frame["as_of"]) == set(days)


def test_without_a_definition_of_bad_there_is_nothing_to_learn(ready: None) -> None:
    with pytest.raises(NoBadDefinition):
        post_loan_rows(product=make.product("card"), days=[LOOK], until=UNTIL)


def test_the_rows_are_read_as_a_table_of_the_catalogue_in_its_own_names(ready: None, tmp_path) -> None:
    for number in range(6):
        pays_on_time(loan(), 1, 13 if number % 2 else 4)
    path = tmp_path / "rows.parquet"
    call_command("post_loan_rows", product="instalment", as_of=[LOOK], until=UNTIL, out=path)
    frame = pl.read_parquet(path)
    table = product_table(
        frame, in_own_names(catalogue_live(), "instalment"), "instalment", target="bad", drop=["as_of"]
    )
    assert {"dpd", "delinquency_bucket", "loan_category"} <= set(table.frame.columns)


def test_reviews_score_with_the_model_of_loans_paid_out_and_applications_never_do(ready: None) -> None:
    make.policy_goes_live()
    make.model_goes_live("instalment", PACKAGE.read_bytes())
    both = [pointer_row("instalment", stage) for stage in (PRE_LOAN, POST_LOAN)]
    assert both[0][7] == both[1][7]
    make.model_goes_live("instalment", package("POST_LOAN"))
    before, after = (pointer_row("instalment", stage) for stage in (PRE_LOAN, POST_LOAN))
    assert before[7] == both[0][7] != after[7]
    assert before[11] is after[11] is None  # no rule chooses it


def test_what_only_reviews_know_no_model_of_applications_may_read(ready: None) -> None:
    card = {"product": "instalment", "features": [{"name": "dpd"}]}
    assert forbidden_features(card, catalogue_live()) == ["dpd is known of loans paid out only"]
    assert forbidden_features({**card, "purpose": "POST_LOAN"}, catalogue_live()) == []
