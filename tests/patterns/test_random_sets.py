"""The adapter finds what brute force finds, bindings and multiplicities included."""

import os
import random

import pytest

from rules.engine.patterns import HIT_LIMIT, PatternProgram, reference, search
from rules.engine.patterns.facts import facts_check
from tests.factories.patterns import random_facts, random_pattern

SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
SETS = 10_000 if SOAK else 1_000
SEED = 20_260_801


@pytest.mark.soak
def test_it_agrees_with_brute_force_on_random_sets():
    rng = random.Random(SEED)
    patterns = _lively_patterns(rng, 40)
    matched = bound = 0
    for number in range(SETS):
        pattern, facts = patterns[number % len(patterns)], random_facts(rng)
        as_of = rng.choice([2**40, 2**40, rng.choice(facts).at if facts else 0])
        expected = reference.match(pattern, facts, as_of)
        found = search.bindings(pattern, facts_check(facts), as_of)
        assert sorted(found) == expected, (SEED, number, pattern)
        matched += bool(expected)
        bound += len(expected)
    print(f"seed {SEED}: {SETS} sets, {matched} with a match, {bound} bindings")
    assert matched >= SETS // 4, "too few sets matched: this test did not run"


def _lively_patterns(rng, count):
    """Patterns that some of their random sets match: most conjunctions drawn at random never hold."""
    chosen = []
    while len(chosen) < count:
        pattern = random_pattern(rng, len(chosen))
        sets = (random_facts(rng) for _ in range(12))
        if sum(bool(reference.match(pattern, facts, 2**40)) for facts in sets) >= 3:
            chosen.append(pattern)
    return chosen


def test_it_reports_the_bindings_complete_first_when_there_are_many():
    rng = random.Random(SEED)
    cut = 0
    for number in range(60):
        pattern, facts = random_pattern(rng, number % 6), random_facts(rng, limit=20)
        everything = search.bindings(pattern, facts_check(facts), 2**40)
        some = search.bindings(pattern, facts_check(facts), 2**40, limit=3)
        assert some == everything[:3]
        assert sorted(everything) == reference.match(pattern, facts, 2**40)
        cut += len(everything) > 3
        hits = PatternProgram([pattern]).match(facts, 2**40)
        assert [tuple(hit.facts) for hit in hits] == everything[:HIT_LIMIT]
    assert cut >= 5


def test_it_finds_the_same_in_overlapping_windows_as_at_once(monkeypatch):
    rng = random.Random(SEED)
    monkeypatch.setattr(search, "WINDOW_FACT_LIMIT", 6)
    compared = refused = 0
    for number in range(150):
        pattern, facts = random_pattern(rng, number % 10), random_facts(rng, limit=24)
        try:
            found = search.bindings(pattern, facts_check(facts), 2**40)
        except search.TooManyFacts:
            refused += 1
            continue
        assert sorted(found) == reference.match(pattern, facts, 2**40)
        compared += len(facts) > 6
    assert compared >= 20
    assert refused >= 1


def test_the_prefilters_never_lose_a_binding():
    rng = random.Random(SEED)
    dropped = 0
    for number in range(300):
        pattern, facts = random_pattern(rng, number), random_facts(rng)
        expected = reference.match(pattern, facts, 2**40)
        usable = [fact for fact in facts if search.is_usable(pattern, fact)]
        dropped += len(facts) - len(usable)
        assert reference.match(pattern, usable, 2**40) == expected
        if not search.can_match(pattern, facts_check(usable)):
            dropped += 1
            assert expected == []
    assert dropped >= 300
