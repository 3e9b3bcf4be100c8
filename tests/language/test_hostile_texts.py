"""Whatever the text, the answer is an expression that evaluates or a coded problem with a position, in time."""

import os
import random
import time

import pytest

from rules.language import ExpressionInvalid, as_text, check, parse, parse_cell
from rules.language.to_python import python_function
from tests.factories.expressions import SCOPE, TreeMaker

FULL = os.environ.get("RISKENGINE_SOAK") == "1"
TEXTS = 100_000 if FULL else 4_000
TOKENS = [
    *"()[],+-*/=<>?.",
    *["..", "!=", "<=", ">=", "==", "**", "and", "or", "not", "in", "between", "if", "then", "else", "true", "false"],
    *["null", "n0", "n1", "s0", "b0", '"A"', '"', "\\", "1", "2.5", "1e308", ".5", "1e999", "is defined(", "abs("],
    *[
        "round half up(",
        "coalesce(",
        "min(",
        "some",
        "for",
        "\n",
        "\t",
        "\x00",
        "\ud800",
        "人",
        "１",
        "²",
        "__import__",
    ],
    *["__import__", "{", "}", "'", "#", "//", "@", "n0.x", "eval(", "lambda"],
]


def hostile(rng):
    """Random tokens, random characters, or a good text with something broken."""
    kind = rng.random()
    if kind < 0.4:
        return rng.choice([" ", ""]).join(rng.choice(TOKENS) for _ in range(rng.randint(0, 25)))
    if kind < 0.5:
        return "".join(chr(rng.choice([rng.randrange(128), rng.randrange(0x11000)])) for _ in range(rng.randint(0, 40)))
    maker = TreeMaker(rng)
    text = as_text(getattr(maker, rng.choice(["truth", "number", "text"]))(rng.randint(0, 4)))
    if kind < 0.7:
        place = rng.randint(0, len(text))
        return text[:place] + rng.choice(TOKENS) + text[place + rng.randint(0, 3) :]
    return text


def answer(text, rng):
    """'evaluated' or 'refused'; anything else is a failure of the language."""
    try:
        node = (parse if rng.random() < 0.9 else parse_cell)(text)
    except ExpressionInvalid as error:
        assert error.problems[0].code
        assert error.problems[0].position is not None
        return "refused"
    problems = check(node, SCOPE)
    if problems:
        assert all(found.position is not None for found in problems)
        return "refused"
    python_function(node, SCOPE.names)(TreeMaker(rng).values())
    return "evaluated"


@pytest.mark.soak
def test_no_text_crashes_or_hangs_the_language():
    rng = random.Random(99)
    answers, times = [], []
    for _ in range(TEXTS):
        text = hostile(rng)
        started = time.process_time()
        answers.append(answer(text, rng))
        times.append(time.process_time() - started)
    times.sort()
    counts = {kind: answers.count(kind) for kind in set(answers)}
    print(f"seed 99, {counts}, p99 {times[int(len(times) * 0.99)] * 1e3:.2f} ms, worst {times[-1] * 1e3:.1f} ms")
    assert counts["evaluated"] > TEXTS / 5
    assert counts["refused"] > TEXTS / 5
    assert times[-1] < 1.0
