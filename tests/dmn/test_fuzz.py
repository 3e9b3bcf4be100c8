"""Whatever bytes come in: a model or a coded error, soon."""

import os
import random
import time
from types import SimpleNamespace

import pytest

from riskengine.errors import InvalidInput
from rules.dmn import read_dmn
from rules.dmn.write import write_dmn
from tests.dmn.models import data, decision, definitions, knowledge, literal, table
from tests.dmn.test_feel import facts
from tests.factories.rule_documents import content, rule

SEEDS = [
    definitions(
        data("Applicant Age", "number"),
        knowledge("twice", ["n : number"], literal("2 * n")),
        decision(
            "a",
            literal("if twice(Applicant Age) > 40 then [1,2][item > 1] else {b: 1}.b"),
            "",
            ["Applicant Age"],
            ["twice"],
        ),
        decision("b", table(["a"], [" : number : 1,2 : 2"], [(["[1..2]"], ["1"])], policy="PRIORITY"), needs=["!a"]),
    ),
    write_dmn(SimpleNamespace(document=content(rules=[rule("R", "income > 5 and age in [1..5]", "DECLINE")]))),
]
WORDS = b'<>/="&;#?![]{}().,:-+*@ \n0123456789 for in if then else some every satisfies return function not null'.split(
    b" "
)
SECONDS = 3.0


def mutated(random_: random.Random) -> bytes:
    content_ = bytearray(random_.choice(SEEDS))
    for _ in range(random_.randint(1, 8)):
        at = random_.randrange(len(content_))
        kind = random_.randrange(4)
        if kind == 0:
            content_[at] = random_.randrange(256)
        elif kind == 1:
            del content_[at : at + random_.randint(1, 40)]
        elif kind == 2:
            content_[at:at] = random_.choice(WORDS)
        else:
            other = random_.randrange(len(content_))
            content_[at:at] = content_[other : other + random_.randint(1, 60)]
    return bytes(content_)


def expression(random_: random.Random) -> bytes:
    """Pieces of expressions that are right, put together at random."""
    texts = [text for text, _, _ in facts()]
    pieces = [random_.choice(texts) for _ in range(random_.randint(1, 3))]
    cut = [piece[: random_.randint(1, len(piece))] if random_.random() < 0.5 else piece for piece in pieces]
    return definitions(decision("a", literal(random_.choice([" ", " + ", "[", " in ", "("]).join(cut))))


def tried(content_: bytes) -> None:
    started = time.perf_counter()
    try:
        model = read_dmn(content_)
        for decision_ in model.decisions.values():
            model.evaluate(decision_.name, {"Applicant Age": 30, "income": 10, "age": 3})
    except InvalidInput as error:
        assert error.code.startswith("dmn_") and error.message
    assert time.perf_counter() - started < SECONDS, content_


def many(count: int, seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(count):
        tried(random_.randbytes(random_.randint(0, 200)))
        tried(mutated(random_))
        tried(expression(random_))


def test_a_few_hundred_broken_models_are_read_or_refused() -> None:
    many(150, 1)


@pytest.mark.soak
def test_many_broken_models_are_read_or_refused() -> None:
    many(20_000 if os.environ.get("RISKENGINE_SOAK") else 100, 2)
