"""Whatever the text, the answer is an expression that all executors evaluate alike or a coded problem with a position,
in time."""

import os
import random
import sys
import time

import pytest

from rules.language import ExpressionInvalid, as_text, check, lowered, parse, parse_cell
from rules.language.interpret import interpret
from rules.language.to_python import python_function
from rules.language.types import held
from tests.factories.evaluating import answers, bits
from tests.factories.expressions_wide import LIST_SCOPE, LISTS, WideMaker

FULL = os.environ.get("RISKENGINE_SOAK") == "1"
TEXTS = 100_000 if FULL else 2_000
SEED = 99
CELL_SCOPE = LIST_SCOPE.with_names({"?": held("number")})
TOKENS = [
    *"()[],+-*/=<>?.@",
    *["..", "!=", "<=", ">=", "==", "**", "and", "or", "not", "in", "between", "if", "then", "else", "true", "false"],
    *["null", "n0", "n1", "s0", "b0", "d0", "fees", '"A"', '"', "\\", "1", "2.5", "1e308", ".5", "1e999"],
    *[
        "is defined(",
        "abs(",
        "round half up(",
        "coalesce(",
        "min(",
        "sum(",
        "count(",
        "median(",
        "matches(s0, ",
        "date(",
    ],
    *['@"2026-01-31"', '@"P1M"', '@"2026-02-30"', 'duration("', 'matches(s0, "(")', "d0.year", ".days", "substring("],
    *["some x in ", "every x in fees satisfies ", "satisfies", "some", "for", "return", "\n", "\t", "\x00", "\ud800"],
    *["人", "１", "²", "__import__", "{", "}", "'", "#", "//", "n0.x", "eval(", "lambda", "[]", "[[1]]"],
]


def hostile(rng):
    """Random tokens, random characters, or a good text with something broken."""
    kind = rng.random()
    if kind < 0.3:
        return rng.choice([" ", ""]).join(rng.choice(TOKENS) for _ in range(rng.randint(0, 25)))
    if kind < 0.4:
        return "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0x11000)])) for _ in range(rng.randint(0, 40)))
    maker = WideMaker(rng)
    text = as_text(getattr(maker, rng.choice(["truth", "number", "text", "date", "days"]))(rng.randint(0, 4)))
    if kind < 0.6:
        place = rng.randint(0, len(text))
        return text[:place] + rng.choice(TOKENS) + text[place + rng.randint(0, 3) :]
    return text


class Times:
    """Milliseconds by step."""

    def __init__(self):
        self.of = {"refuse": [], "parse and check": [], "compile": [], "evaluate": []}

    def add(self, step, started):
        self.of[step].append((time.process_time() - started) * 1e3)

    def p99(self, step):
        listed = sorted(self.of[step])
        return listed[int(len(listed) * 0.99)]


def answer(text, rng, times):
    """'evaluated' or 'refused'; anything else is a failure of the language."""
    read, scope = (parse, LIST_SCOPE) if rng.random() < 0.9 else (parse_cell, CELL_SCOPE)
    started = time.process_time()
    try:
        node = read(text)
        problems = check(node, scope)
    except ExpressionInvalid as error:
        problems = error.problems
    times.add("refuse" if problems else "parse and check", started)
    if problems:
        assert all(found.code and found.message_en and found.message_zh for found in problems)
        assert all(found.position is not None for found in problems)
        return "refused"
    row = {**WideMaker(rng).values(), "?": 1.0}
    started = time.process_time()
    written = lowered(node, scope, LISTS)
    function = python_function(written, scope.names)
    times.add("compile", started)
    started = time.process_time()
    value = function(row)
    times.add("evaluate", started)
    assert bits(value) == bits(interpret(written, row)), (text, row)
    if rng.random() < (0.02 if FULL else 0.1):  # building and running a frame for one row costs most of the time
        [given] = answers(node, scope, [row], LISTS)
        assert len({bits(found) for found in given}) == 1, (text, row, given)
    return "evaluated"


@pytest.mark.soak
def test_no_text_crashes_or_hangs_the_language():
    rng = random.Random(SEED)
    counts = {"evaluated": 0, "refused": 0}
    times = Times()
    for _ in range(TEXTS):
        counts[answer(hostile(rng), rng, times)] += 1
    shown = ", ".join(f"{step} p99 {times.p99(step):.2f} ms, worst {max(times.of[step]):.1f}" for step in times.of)
    print(f"seed {SEED}, {counts}; {shown}")
    assert counts["evaluated"] > TEXTS / 5
    assert counts["refused"] > TEXTS / 5
    assert times.p99("evaluate") <= 2
    assert max(max(listed) for listed in times.of.values()) < 1_000


def test_the_twin_a_language_without_a_budget_writes_a_billion_steps(monkeypatch):
    text = "".join(f"some {name} in [1, 2, 3, 4, 5] satisfies " for name in "abcdef") + "a > 1"
    with pytest.raises(ExpressionInvalid) as refused:
        parse(text)
    assert refused.value.problems[0].code == "expression_too_large"
    monkeypatch.setattr(sys.modules["rules.language.parse"], "WRITTEN_LIMIT", 10**9)
    assert parse(text)


def calls_of(work):
    """What `work()` returns, and its number of calls: the same on a busy machine, fewer where something is cached."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        return work(), calls
    finally:
        sys.setprofile(None)


NESTED = "some a in [n0, n1, n2] satisfies some b in [n0, n1, n2] satisfies some c in [1, 2, 3, 4] satisfies a + b > c"
WIDE = "sum([" + ", ".join(["n0 + 1"] * 140) + "]) > 1"


@pytest.mark.parametrize(("text", "most_calls", "most_bytes"), [(NESTED, 25_000, 4_000), (WIDE, 80_000, 9_000)])
def test_the_largest_texts_that_are_taken_stay_small_when_written_out(text, most_calls, most_bytes):
    def written_out():
        node = parse(text)
        assert check(node, LIST_SCOPE) == []
        return python_function(lowered(node, LIST_SCOPE, LISTS), LIST_SCOPE.names)

    function, calls = calls_of(written_out)
    assert calls < most_calls
    assert len(function.__code__.co_code) < most_bytes
