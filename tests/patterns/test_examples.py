"""The patterns a credit officer asks for, and where they must and must not hit."""

import pytest

from lending.models import RiskEvent
from rules.engine.patterns import compile_patterns
from scoring.velocity import EVENTS
from tests.factories.patterns import DAY, example_patterns, fact


def hits(code, *facts, as_of_day=1_000.0, about=""):
    program = compile_patterns(example_patterns(code))
    return [hit.facts for hit in program.match(facts, int(as_of_day * DAY), about=about)]


@pytest.mark.parametrize(
    ("code", "key"), [("device_shared_by_customers", "device_key"), ("phone_shared_by_customers", "phone_key")]
)
class TestSharedKeys:
    def test_two_customers_within_the_days_hit(self, code, key):
        first = fact(1, "application", 10, customer="C1", **{key: "k"})
        second = fact(2, "application", 17, customer="C2", **{key: "k"})
        assert hits(code, first, second) == [[1, 2]]

    def test_one_second_later_is_too_late(self, code, key):
        first = fact(1, "application", 10, customer="C1", **{key: "k"})
        second = fact(2, "application", 17 + 1 / DAY, customer="C2", **{key: "k"})
        assert hits(code, first, second) == []

    def test_one_customer_applying_twice_does_not(self, code, key):
        assert hits(code, *(fact(n, "application", 10, customer="C1", **{key: "k"}) for n in (1, 2))) == []

    def test_applications_without_the_key_share_nothing(self, code, key):
        assert hits(code, *(fact(n, "application", 10, customer=f"C{n}") for n in (1, 2))) == []

    def test_unknown_customers_are_neither_the_same_nor_different(self, code, key):
        known = fact(1, "application", 10, customer="C1", **{key: "k"})
        unknown = fact(2, "application", 11, **{key: "k"})
        assert hits(code, known, unknown) == []


def test_three_customers_at_one_address_hit_in_the_order_of_time():
    facts = [fact(n, "application", day, customer=f"C{n}", address_key="a") for n, day in ((1, 30), (2, 10), (3, 20))]
    assert hits("address_shared_by_three_customers", *facts) == [[2, 3, 1]]
    assert hits("address_shared_by_three_customers", *facts[:2]) == []


def test_facts_of_one_second_follow_each_other_either_way():
    facts = [fact(n, "application", 10, customer=f"C{n}", device_key="d") for n in (1, 2)]
    assert hits("device_shared_by_customers", *facts) == [[1, 2], [2, 1]]


def test_an_application_after_a_decline_elsewhere_hits_and_before_it_does_not():
    applied = fact(2, "application", 14, customer="C1")
    assert hits("application_after_decline_elsewhere", fact(1, "decline_elsewhere", 0, customer="C1"), applied) == [
        [1, 2]
    ]
    assert hits("application_after_decline_elsewhere", fact(1, "decline_elsewhere", 15, customer="C1"), applied) == []


def diversion(broker="broker", days=(0, 20, 59)):
    kinds = ("loan_elsewhere", "instalment_missed", "transfer_out")
    facts = [fact(n, kind, day, customer="C1") for n, kind, day in zip((1, 2, 3), kinds, days, strict=True)]
    return [*facts[:2], fact(3, "transfer_out", days[2], customer="C1", category=broker)]


def test_new_debt_then_a_missed_instalment_then_a_broker_hits():
    assert hits("new_debt_missed_instalment_broker", *diversion()) == [[1, 2, 3]]


@pytest.mark.parametrize("facts", [diversion(broker="shop"), diversion(days=(30, 20, 59)), diversion(days=(0, 20, 61))])
def test_another_receiver_order_or_span_does_not(facts):
    assert hits("new_debt_missed_instalment_broker", *facts) == []


@pytest.mark.parametrize(("borrowed", "expected"), [(500, [[1, 2]]), (100, [[1, 2]]), (99, []), (None, [])])
def test_an_instalment_paid_from_new_debt_hits_when_the_debt_covers_it(borrowed, expected):
    debt = fact(1, "loan_elsewhere", 1, customer="C1", amount_minor=borrowed)
    paid = fact(2, "instalment_paid", 4, customer="C1", amount_minor=100)
    assert hits("repaid_with_new_debt", debt, paid) == expected


def test_what_happens_after_the_as_of_is_not_seen():
    facts = [fact(n, "application", n, customer=f"C{n}", device_key="d") for n in (1, 2, 3)]
    assert hits("device_shared_by_customers", *facts, as_of_day=2) == [[1, 2]]


def test_what_others_share_among_themselves_is_not_held_against_a_customer():
    facts = [fact(n, "application", n, customer=f"C{n}", device_key="d") for n in (1, 2, 3)]
    assert hits("device_shared_by_customers", *facts, about="C3") == [[1, 3], [2, 3]]
    assert hits("device_shared_by_customers", *facts, about="C4") == []


def test_what_was_seen_before_is_not_seen_again():
    program = compile_patterns(example_patterns("device_shared_by_customers"))
    facts = [fact(n, "application", n, customer=f"C{n}", device_key="d") for n in (1, 2, 3)]
    assert [hit.facts for hit in program.match(facts, 5 * DAY, fresh=frozenset({3}))] == [[1, 3], [2, 3]]
    assert program.match(facts, 5 * DAY, fresh=frozenset()) == []


def test_a_disabled_pattern_is_not_matched():
    pattern = example_patterns("device_shared_by_customers")[0]
    from msgspec.structs import replace

    assert compile_patterns([replace(pattern, enabled=False)]).patterns == ()


def test_a_program_says_how_far_back_and_which_kinds_it_needs():
    program = compile_patterns(example_patterns())
    assert program.lookback_seconds == 60 * DAY
    assert program.kinds <= set(EVENTS)


def test_the_kinds_of_facts_are_the_kinds_of_risk_events():
    assert set(EVENTS) == set(RiskEvent.Kind.values)
