"""What must not happen: found by the engine exactly where brute force finds it, and told apart at the edges."""

import os
import random

import pytest

from rules.engine.patterns import PatternInvalid, compile_patterns, definition, reference, search
from rules.engine.patterns.facts import facts_check
from tests.factories.patterns import DAY, fact, pattern_source, random_absences, random_facts, random_pattern

SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
SETS = 10_000 if SOAK else 1_000
SEED = 20_261_122
MISSED_UNPAID = pattern_source(
    ("missed", "instalment_missed", ""),
    ("paid", "instalment_paid", "paid.loan = missed.loan", True),
    within="P30D",
)
BORROWED_BETWEEN = pattern_source(
    ("declined", "decline_elsewhere", ""),
    ("borrowed", "loan_elsewhere", "borrowed.customer = declined.customer", True),
    ("applied", "application", "applied.customer = declined.customer"),
    within="P14D",
)


def hits(pattern, *facts, day=100.0, **wanted):
    program = compile_patterns([pattern])
    return [hit.facts for hit in program.match(facts, round(day * DAY), **wanted)]


def lively(rng, count):
    """Patterns with absences that some random sets match, and that match more without the absences."""
    chosen = []
    while len(chosen) < count:
        pattern = random_absences(rng, random_pattern(rng, len(chosen)))
        sets = [random_facts(rng) for _ in range(12)]
        found = [reference.match(pattern, facts, 2**40) for facts in sets]
        bare = [reference.match(_without(pattern), facts, 2**40) for facts in sets]
        if pattern.absences and sum(map(bool, found)) >= 2 and found != bare:
            chosen.append(pattern)
    return chosen


def _without(pattern):
    return type(pattern)(pattern.code, pattern.steps, pattern.within_seconds)


@pytest.mark.soak
def test_it_agrees_with_brute_force_on_random_sets():
    rng = random.Random(SEED)
    patterns = lively(rng, 40)
    matched = kept_out = 0
    for number in range(SETS):
        pattern, facts = patterns[number % len(patterns)], random_facts(rng)
        as_of = rng.choice([2**40, rng.choice(facts).at + rng.choice([0, 5, 100]) if facts else 0])
        expected = reference.match(pattern, facts, as_of)
        assert sorted(search.bindings(pattern, facts_check(facts), as_of)) == expected, (SEED, number, pattern)
        matched += bool(expected)
        kept_out += expected != reference.match(_without(pattern), facts, as_of)
    print(f"seed {SEED}: {SETS} sets, {matched} with a match, in {kept_out} something present kept one out")
    assert matched >= SETS // 5
    assert kept_out >= SETS // 5


def test_it_finds_the_same_in_overlapping_windows_as_at_once(monkeypatch):
    rng = random.Random(SEED)
    patterns = lively(rng, 10)
    monkeypatch.setattr(search, "WINDOW_FACT_LIMIT", 8)
    compared = 0
    for number in range(200):
        pattern, facts = patterns[number % 10], random_facts(rng, limit=24)
        try:
            found = search.bindings(pattern, facts_check(facts), 2**40)
        except search.TooManyFacts:
            continue
        assert sorted(found) == reference.match(pattern, facts, 2**40), (SEED, number)
        compared += len(facts) > 8
        assert search.bindings(pattern, facts_check(facts), 2**40, limit=3) == found[:3]
    assert compared >= 30


def test_what_could_be_absent_must_be_asserted_first(monkeypatch):
    """Switched off, the engine keeps a match that a later fact forbids."""
    missed, paid = fact(1, "instalment_missed", 1, loan="L"), fact(2, "instalment_paid", 5, loan="L")
    assert hits(MISSED_UNPAID, missed, paid) == []
    first = definition.encode
    monkeypatch.setattr("rules.engine.patterns.host.encode", lambda *given: first(*given)[::-1])
    assert hits(MISSED_UNPAID, missed, paid) == [[1]]


@pytest.mark.parametrize(
    ("paid_day", "loan", "expected"),
    [(20, "L", []), (31, "L", []), (31.01, "L", [[1]]), (20, "M", [[1]]), (0.5, "L", [[1]]), (1, "L", [])],
)
def test_a_missed_instalment_not_followed_by_a_payment_within_thirty_days(paid_day, loan, expected):
    missed = fact(1, "instalment_missed", 1, loan="L")
    assert hits(MISSED_UNPAID, missed, fact(2, "instalment_paid", paid_day, loan=loan)) == expected


@pytest.mark.parametrize(("day", "expected"), [(30.99, []), (31, [[1]])])
def test_it_waits_until_the_window_has_closed(day, expected):
    assert hits(MISSED_UNPAID, fact(1, "instalment_missed", 1, loan="L"), day=day) == expected


def test_a_closed_window_is_new_once():
    missed = fact(1, "instalment_missed", 1, loan="L")
    seen = {"fresh": frozenset(), "day": 40.0}
    assert hits(MISSED_UNPAID, missed, closed_since=30 * DAY, **seen) == [[1]]
    assert hits(MISSED_UNPAID, missed, closed_since=31 * DAY, **seen) == []


@pytest.mark.parametrize(("borrowed_day", "expected"), [(5, []), (12, [[1, 2]]), (None, [[1, 2]])])
def test_something_absent_between_two_steps(borrowed_day, expected):
    facts = [fact(1, "decline_elsewhere", 2, customer="C"), fact(2, "application", 9, customer="C")]
    if borrowed_day is not None:
        facts.append(fact(3, "loan_elsewhere", borrowed_day, customer="C"))
    assert hits(BORROWED_BETWEEN, *facts) == expected


def test_a_fact_of_a_step_does_not_follow_itself():
    alone = pattern_source(("first", "application", ""), ("again", "application", "", True), within="P7D")
    assert hits(alone, fact(1, "application", 1)) == [[1]]
    assert hits(alone, fact(1, "application", 1), fact(2, "application", 3)) == [[2]]


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ((("a", "decline", "", True), ("b", "application", "")), "pattern_first_absent"),
        (
            (("a", "decline", ""), ("b", "cash_out", "", True), ("c", "application", "c.customer = b.customer")),
            "pattern_absent_read",
        ),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused_in_words(steps, code):
    with pytest.raises(PatternInvalid) as refused:
        compile_patterns([pattern_source(*steps)])
    assert [found["code"] for found in refused.value.facts["problems"]] == [code]
