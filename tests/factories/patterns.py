"""Facts and patterns for tests: the examples the shipped rule sets use, and random ones."""

import json
import random
from pathlib import Path

import msgspec

from rules.engine.document import Pattern
from rules.engine.patterns.compiled import OPERATORS, Absence, CompiledPattern, CompiledStep, Condition
from rules.engine.patterns.facts import TEXT_FIELDS, Fact

DAY = 86_400
EXAMPLES = Path(__file__).parents[1] / "patterns" / "examples.json"


def example_patterns(*codes):
    """The example patterns of these codes (all of them without codes), as a document holds them."""
    patterns = [msgspec.convert(raw, Pattern) for raw in json.loads(EXAMPLES.read_text())]
    return [pattern for pattern in patterns if not codes or pattern.code in codes]


def pattern_source(*steps, within="P7D", code="pattern", **other):
    """A pattern as a document holds it; steps are (as, event, where), or (as, event, where, True) for an absent one."""
    raw = {
        "code": code,
        "label_en": "A pattern",
        "label_zh": "模式",
        "steps": [
            {"as": alias, "event": event, "where": where, "is_absent": bool(absent)}
            for alias, event, where, *absent in steps
        ],
        "within": within,
        "then": {"outcome": "REFER", "reason": "SHARED_DEVICE"},
        **other,
    }
    return msgspec.convert(raw, Pattern)


def fact(number, kind, day=0.0, **fields):
    """A fact `day` days after the epoch's start."""
    return Fact(id=number, kind=kind, at=round(day * DAY), **fields)


def random_pattern(rng: random.Random, number: int = 0) -> CompiledPattern:
    """Two to four steps over two or three kinds, with zero to three conditions each."""
    kinds = ["application", "decline", "transfer_out"][: rng.choice([1, 2, 2, 3])]
    steps = tuple(
        CompiledStep(
            f"s{step}", rng.choice(kinds), tuple(_condition(rng, step) for _ in range(rng.choice([0, 0, 1, 1, 2])))
        )
        for step in range(rng.choice([2, 2, 3, 3, 4]))
    )
    return CompiledPattern(f"random_{number}", steps, rng.choice([0, 5, 30, 100, 200]))


def random_absences(rng: random.Random, pattern: CompiledPattern) -> CompiledPattern:
    """The pattern with one or two kinds of facts that must be absent somewhere in it."""
    absences = []
    for _ in range(rng.choice([1, 1, 2])):
        after = rng.randrange(len(pattern.steps))
        conditions = tuple(_condition(rng, after + 1) for _ in range(rng.choice([0, 1, 1])))
        absences.append(Absence(rng.choice(["application", "decline", "cash_out"]), after, conditions))
    steps = pattern.steps[: rng.choice([1, 2, 3])] if absences[0].after == 0 else pattern.steps
    return msgspec.structs.replace(
        pattern, steps=steps, absences=tuple(a for a in absences if a.after < len(steps)), code=f"{pattern.code}_absent"
    )


def _condition(rng: random.Random, step: int) -> Condition:
    kind = rng.choice(["text", "text", "integer", "time"] if step else ["text", "integer"])
    other = rng.randrange(step) if step and (kind == "time" or rng.random() < 0.9) else None
    if kind == "text":
        operator = rng.choice(["=", "=", "!="])
        fields = ("customer", "phone_key", "device_key")
        if other is None:
            return Condition(rng.choice(fields), operator, constant=rng.choice(_WORDS[1:]))
        return Condition(rng.choice(fields), operator, None, other, rng.choice(fields))
    operator = rng.choice(sorted(OPERATORS))
    if kind == "time":
        return Condition("at", operator, None, other, "at")
    if other is None:
        return Condition("amount_minor", operator, constant=rng.choice([-1, 0, 0, 10**15]))
    return Condition("amount_minor", operator, None, other, "amount_minor")


_WORDS = ["", "a", "b", "17", "\"\\'{}", "中文键", "null"]


def random_facts(rng: random.Random, limit: int = 14) -> list[Fact]:
    """Up to `limit` facts with few distinct values, many ties and gaps, in no order, some of them twice."""
    start = rng.choice([0, 1_700_000_000, -50])
    facts = [
        Fact(
            id=rng.choice([1, 10**12]) + number,
            kind=rng.choice(["application", "application", "decline", "transfer_out", "cash_out"]),
            at=start + rng.choice([0, 1, rng.randrange(10), rng.randrange(120)]),
            amount_minor=rng.choice([None, -1, 0, 1, 10**15]),
            **{field: rng.choice(_WORDS[rng.choice([0, 0, 1]) : rng.choice([3, 3, 7])]) for field in TEXT_FIELDS},
        )
        for number in range(rng.randrange(limit + 1))
    ]
    facts += rng.sample(facts, k=min(len(facts), rng.choice([0, 0, 2])))
    rng.shuffle(facts)
    return facts
