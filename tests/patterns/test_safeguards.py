"""Each safeguard around the correlation engine, and what happens with it switched off.

What may crash or leak runs in a process of its own.
"""

import random
import subprocess
import sys
import textwrap

import pytest
from durable import engine

from rules.engine.patterns import Fact, PatternFailed, reference, search
from rules.engine.patterns import definition as definition_module
from rules.engine.patterns import host as host_module
from rules.engine.patterns.compiled import CompiledPattern, CompiledStep, Condition
from rules.engine.patterns.definition import ID_LIMIT, MATCH_RULE, definition_of, encode
from rules.engine.patterns.facts import facts_check

SAME_PHONE = Condition("phone_key", "=", None, 0, "phone_key")
PAIR = CompiledPattern("pair", (CompiledStep("a", "application"), CompiledStep("b", "application", (SAME_PHONE,))), 100)


def applications(*phones):
    return [Fact(id=number, kind="application", at=number, phone_key=phone) for number, phone in enumerate(phones)]


def found(pattern, facts, correlator):
    return sorted(correlator.bindings(pattern, facts_check(facts), lambda _found: False))


@pytest.fixture
def correlator():
    return host_module.Correlator()


def run(script, **environment):
    """Exit code and output of a script in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", **environment},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


PREAMBLE = """
import resource, sys
from durable import engine
from rules.engine.patterns import Fact, host
from rules.engine.patterns.compiled import CompiledPattern, CompiledStep, Condition
from rules.engine.patterns.facts import facts_check
SAME = Condition("phone_key", "=", None, 0, "phone_key")
PAIR = CompiledPattern("pair", (CompiledStep("a", "application"), CompiledStep("b", "application", (SAME,))), 100)
FACTS = facts_check(Fact(id=n, kind="application", at=n, phone_key="p%d" % (n % 2)) for n in range(8))
def rss_mb():
    with open("/proc/self/statm") as file: return int(file.read().split()[1]) * resource.getpagesize() / 2**20
"""


class TestStateOfItsOwn:
    script = (
        PREAMBLE
        + """
    correlator = host.Correlator()
    {off}
    for _ in range(50): correlator.bindings(PAIR, FACTS, lambda found: False)
    before = rss_mb()
    for _ in range(400): correlator.bindings(PAIR, FACTS, lambda found: False)
    print(round(rss_mb() - before))
    """.replace("\n    ", "\n")
    )

    def test_memory_stays_flat_when_states_are_deleted(self):
        code, output = run(self.script.format(off=""))
        assert code == 0, output
        assert int(output) <= 3

    def test_memory_grows_when_they_are_not(self):
        code, output = run(self.script.format(off="engine.Host.delete_state = lambda *_: None"))
        assert code != 0 or int(output) > 30, output

    def test_facts_of_two_evaluations_never_meet(self, correlator):
        assert found(PAIR, applications("p"), correlator) == []
        assert found(PAIR, applications("p"), correlator) == []

    def test_they_meet_under_one_sid_that_is_not_deleted(self, correlator, monkeypatch):
        correlator.add(PAIR)
        monkeypatch.setattr(correlator._host, "delete_state", lambda *_: None)
        correlator._sids = iter(["one", "one"])
        found(PAIR, applications("p"), correlator)
        later = [Fact(id=9, kind="application", at=9, phone_key="p")]
        later = [*applications("other"), *later]
        with pytest.raises(PatternFailed):  # the first one's fact is still there, under the same place
            found(PAIR, later, correlator)

    def test_the_state_is_deleted_when_the_evaluation_fails(self, correlator, monkeypatch):
        correlator.add(PAIR)
        deleted = []
        monkeypatch.setattr(correlator._host, "delete_state", lambda _name, sid: deleted.append(sid))
        monkeypatch.setattr(correlator._host, "assert_fact", lambda *_: 1 / 0)
        with pytest.raises(PatternFailed):
            found(PAIR, applications("p"), correlator)
        assert deleted == [correlator._sid]


class TestWarming:
    """The first state ever deleted frees an uninitialised pointer unless it fired."""

    script = (
        PREAMBLE
        + """
    {off}
    one = [Fact(id=1, kind="application", at=0, phone_key="p")]
    print(host.Correlator().bindings(PAIR, one, lambda found: False))
    """.replace("\n    ", "\n")
    )

    def test_a_first_evaluation_without_a_match_is_harmless(self):
        code, output = run(self.script.format(off=""), MALLOC_PERTURB_="165")
        assert (code, output.strip()) == (0, "[]")

    def test_it_crashes_when_nothing_fired_before(self):
        off = "host.Correlator._add = lambda self, p: self._host.set_rulesets({p.name: host.definition_of(p) | "
        off += "{'match': host.definition_of(p)['match'] | {'run': self._collect}, "
        off += "'warm': {'all': [{'w': {'warm': 1}}], 'run': self._collect}}})"
        code, output = run(self.script.format(off=off), MALLOC_PERTURB_="165")
        assert code != 0, output


class TestEndOfConjunction:
    """A conjunction whose last comparison is false is read past its end."""

    def test_every_conjunction_between_facts_ends_in_something_true(self):
        for step in definition_of(PAIR)[MATCH_RULE]["all"][1:]:
            (tests,) = step.values()
            assert tests["$and"][-1] == definition_module.ALWAYS_TRUE
        assert all(row["z"] == 0 for row in encode(PAIR, applications("p", "q"), "1"))

    script = (
        PREAMBLE
        + """
    import random
    from rules.engine.patterns import definition
    from tests.factories.patterns import random_facts, random_pattern
    real = definition._tests
    def without(pattern, number, kinds, texts):
        tests = real(pattern, number, kinds, texts)
        return {"$and": [t for t in tests["$and"] if t is not definition.ALWAYS_TRUE]} if number else tests
    if OFF: definition._tests = without
    rng, correlator = random.Random(1), host.Correlator()
    for number in range(300):
        pattern = random_pattern(rng, number)
        for _ in range(5):
            facts = [fact for fact in facts_check(random_facts(rng)) if fact.kind in pattern.kinds]
            if facts: correlator.bindings(pattern, facts, lambda found: False)
    """.replace("\n    ", "\n")
    )

    def test_the_engine_crashes_without(self):
        code, output = run(self.script.replace("OFF", "True"))
        assert code != 0, output

    def test_it_does_not_with_it(self):
        code, output = run(self.script.replace("OFF", "False"))
        assert code == 0, output


class TestUnknownKeys:
    def test_an_empty_key_never_equals_an_empty_key(self, correlator):
        facts = applications("", "", "p", "p")
        assert found(PAIR, facts, correlator) == [(2, 3)]

    def test_it_does_without_the_guard(self, correlator, monkeypatch):
        monkeypatch.setattr(definition_module, "_known", lambda field: {"$gte": {"n": 0}})
        assert found(PAIR, applications("", "", "p", "p"), correlator) == [(0, 1), (2, 3)]


class TestFactsNotEvents:
    def test_every_binding_is_found(self, correlator):
        facts = applications("p", "p", "p", "p")
        assert found(PAIR, facts, correlator) == reference.match(PAIR, facts, 10)

    def test_posting_events_loses_bindings(self, correlator):
        correlator.add(PAIR)
        correlator._host.assert_fact = correlator._host.post
        facts = applications("p", "p", "p", "p")
        assert len(found(PAIR, facts, correlator)) < len(reference.match(PAIR, facts, 10))


class TestDistinctFacts:
    def test_no_fact_takes_two_steps(self, correlator):
        assert found(PAIR, applications("p"), correlator) == []

    def test_it_does_when_the_engine_is_told_so(self, correlator, monkeypatch):
        def loose(pattern):
            definition = definition_of(pattern)
            definition[MATCH_RULE]["dist"] = 0
            return definition

        monkeypatch.setattr(host_module, "definition_of", loose)
        assert found(PAIR, applications("p"), correlator) == [(0, 0)]


class TestSwallowedExceptions:
    def test_what_an_action_raises_is_not_taken_for_no_match(self, correlator, monkeypatch):
        correlator.add(PAIR)
        monkeypatch.setattr(correlator, "_thread", property(lambda _self: 0), raising=False)
        monkeypatch.setattr(correlator, "_begin", lambda: setattr(correlator, "_sid", "s"))
        with pytest.raises(PatternFailed, match="action"):
            found(PAIR, applications("p", "p"), correlator)

    def test_it_is_when_the_state_is_not_looked_at(self, correlator):
        rules = {"raw": {MATCH_RULE: {"all": [{"m": {"k": 1}}], "run": lambda _context: 1 / 0}}}
        correlator._host.set_rulesets(rules)
        state = correlator._host.assert_fact("raw", {"sid": "s", "id": 1, "k": 1})  # raises nothing
        assert "division by zero" in state["exception"]


class TestSmallTypedFacts:
    """What the engine would read is numbers only; what it makes of other things is why."""

    def test_rows_hold_small_integers_whatever_the_facts_hold(self):
        odd = ['"\\', "'", "{}", "null", "NaN", "键", "1e-05"]
        rows = encode(PAIR, applications(*odd, ""), "7")
        assert {type(value) for row in rows for name, value in row.items() if name != "sid"} == {int}
        assert [row["f2"] for row in rows] == [1, 2, 3, 4, 5, 6, 7, 0]

    def test_the_engine_takes_a_text_for_more_than_a_number_and_refuses_small_numbers(self, correlator):
        fired = []
        rules = {"raw": {"r": {"all": [{"m": {"$gt": {"x": 10}}}], "run": lambda context: fired.append(context.m.x)}}}
        correlator._host.set_rulesets(rules)
        correlator._host.assert_fact("raw", {"sid": "s", "id": 1, "x": "abc"})
        assert fired == ["abc"]
        with pytest.raises(Exception, match="error code"):
            correlator._host.assert_fact("raw", {"sid": "s", "id": 2, "x": 1e-05})


class TestCollisions:
    """The engine knows a fact by 32 bits of its id alone."""

    @staticmethod
    def fnv1(text):
        value = 2_166_136_261
        for byte in text.encode():
            value = ((value ^ byte) * 16_777_619) & 0xFFFFFFFF
        return value

    def test_no_two_ids_in_use_share_a_hash(self):
        assert len({self.fnv1(str(number)) for number in range(1, ID_LIMIT)}) == ID_LIMIT - 1

    def test_ids_of_events_would_collide(self, correlator):
        seen, pair = {}, None
        rng = random.Random(1)
        for number in (rng.randrange(10**9, 10**12) for _ in range(1_000_000)):
            other = seen.setdefault(self.fnv1(str(number)), number)
            if other != number:
                pair = other, number
                break
        assert pair is not None
        correlator.add(PAIR)
        row = encode(PAIR, applications("p"), "s")[0]
        correlator._host.assert_fact(PAIR.name, row | {"id": pair[0]})
        with pytest.raises(engine.MessageObservedException):
            correlator._host.assert_fact(PAIR.name, row | {"id": pair[1]})
        facts = [Fact(id=number, kind="application", at=0, phone_key="p") for number in pair]
        assert search.bindings(PAIR, facts_check(facts), 10) == [pair, pair[::-1]]


class TestOneRulesetPerPattern:
    def test_sixty_five_patterns_on_one_fact_are_all_found(self, correlator):
        for number in range(65):
            pattern = CompiledPattern(f"pair_{number}", PAIR.steps, PAIR.within_seconds)
            assert found(pattern, applications("p", "p"), correlator) == [(0, 1)]

    def test_sixty_five_rules_of_one_ruleset_are_not(self, correlator):
        rules = {f"r{n}": {"all": [{"m": {"$gt": {"x": n - 100}}}], "run": lambda _context: None} for n in range(65)}
        correlator._host.set_rulesets({"many": rules})
        with pytest.raises(Exception, match="303"):
            correlator._host.assert_fact("many", {"sid": "s", "id": 1, "x": 1})


def test_too_many_facts_in_one_window_are_refused_and_spread_out_they_are_not():
    crowd = [Fact(id=n, kind="application", at=0, phone_key=f"p{n}") for n in range(search.WINDOW_FACT_LIMIT + 1)]
    with pytest.raises(search.TooManyFacts):
        search.bindings(PAIR, facts_check(crowd), 10)
    spread = [Fact(id=n, kind="application", at=n * 60, phone_key="p") for n in range(1_000)]
    assert len(search.bindings(PAIR, facts_check(spread), 10**6)) == 999
