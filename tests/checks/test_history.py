"""The recorded decisions as a table: what they were decided from, and what was decided."""

from lending.models import Customer
from lending.services.customers import customer_erase
from rules.engine.program import compile_program
from rules.services.decisions.history import RECORD_SCHEMA, history_frame
from scoring.services.catalogues.life import catalogue_live
from tests.factories import decisions as make
from tests.factories.rule_documents import document


def decide(lender, *amounts):
    for amount in amounts:
        lender.post(make.body(variables={**make.VARIABLES, "amount_minor": amount}))


def test_it_holds_the_values_and_the_outcome_of_each_decision_newest_first(lender):
    decide(lender, 20_000, 600_000)
    frame = history_frame("instalment", "PRE_LOAN")
    assert frame["amount_minor"].to_list() == [600_000.0, 20_000.0]
    assert frame["decided_outcome"].to_list() == ["DECLINE", "APPROVE"]
    assert frame["own_warning_level"].to_list() == ["NONE", "NONE"]
    assert frame["business_date"].null_count() == 0
    assert not set(frame.columns) - set(RECORD_SCHEMA) - set(catalogue_live().of_product("instalment"))


def test_the_rules_of_then_give_the_outcome_of_then(lender):
    decide(lender, 20_000, 500_000, 500_001)
    program = compile_program(document(**make.policy()), catalogue_live(), product="instalment", stage="PRE_LOAN")
    frame = history_frame("instalment", "PRE_LOAN")
    assert program.evaluate_columns(frame)["outcome"].to_list() == frame["decided_outcome"].to_list()


def test_it_ends_after_as_many_as_asked_for(lender):
    decide(lender, 20_000, 30_000, 40_000)
    assert history_frame("instalment", "PRE_LOAN", last=2)["amount_minor"].to_list() == [40_000.0, 30_000.0]


def test_erased_customers_are_left_out(lender):
    decide(lender, 20_000, 30_000)
    customer_erase(customer=Customer.objects.order_by("pk").first(), at=make.now(), actor="system:tests")
    assert history_frame("instalment", "PRE_LOAN")["amount_minor"].to_list() == [30_000.0]


def test_reviews_keep_no_values_here(lender):
    decide(lender, 20_000)
    frame = history_frame("instalment", "POST_LOAN")
    assert frame.height == 0 and "amount_minor" in frame.columns
