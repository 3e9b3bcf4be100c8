"""A compiled pattern as a durable-rules definition, and its facts as what that definition reads.

Everything the engine sees is a small integer under a short name: texts are numbered per evaluation (0 is
unknown), times count from the first fact, ids from 1. So nothing a fact holds can be read as another type,
break the engine's JSON reader, or collide in its 32-bit message index (see `ID_LIMIT`).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from rules.engine.patterns.compiled import CompiledPattern, CompiledStep, Condition, Operator
from rules.engine.patterns.facts import INTEGER_FIELDS, TEXT_FIELDS, TIME_FIELD, Fact

ID_LIMIT: Final = 100_000
"""Ids below this, as decimal text, have distinct FNV-1a hashes (a test computes them all)."""

MATCH_RULE: Final = "match"
WARM_RULE: Final = "warm"
BATCH: Final = 1_000
"""Bindings handed to one action call."""

ALWAYS_TRUE: Final = {"$gte": {"z": {"s0": "z"}}}
"""Ends every conjunction between facts: when its last comparison is false, the engine reads on past the end of it
until it meets something that looks like an end, or crashes. Each fact carries z = 0."""

_NAMES: Final = {name: f"f{number}" for number, name in enumerate(TEXT_FIELDS + INTEGER_FIELDS)} | {TIME_FIELD: "at"}
_KNOWN: Final = {name: f"{_NAMES[name]}k" for name in INTEGER_FIELDS}
_OPERATORS: Final[dict[Operator, str]] = {
    "!=": "$neq",
    "<": "$lt",
    "<=": "$lte",
    ">": "$gt",
    ">=": "$gte",
}


def definition_of(pattern: CompiledPattern) -> dict[str, Any]:
    """The ruleset: one rule for the pattern, and one that any fact with `warm` fires (see `host`)."""
    texts = constants_of(pattern)
    kinds = kinds_of(pattern)
    steps = [{_alias(number): _tests(pattern, number, kinds, texts)} for number in range(len(pattern.steps))]
    return {
        MATCH_RULE: {"all": steps, "cap": BATCH},
        WARM_RULE: {"all": [{"w": {"warm": 1}}]},
    }


def encode(pattern: CompiledPattern, facts: Sequence[Fact], sid: str) -> list[dict[str, Any]]:
    """The facts (checked, of the pattern's kinds, at most ID_LIMIT) as the engine's facts; ids are places from 1."""
    numbers = constants_of(pattern)
    kinds = kinds_of(pattern)
    fields = _fields_used(pattern)
    start = min(fact.at for fact in facts)
    encoded = []
    for place, fact in enumerate(facts, start=1):
        row: dict[str, Any] = {
            "sid": sid,
            "id": place,
            "n": place,
            "z": 0,
            "k": kinds[fact.kind],
            "at": fact.at - start,
        }
        for field in fields:
            value = getattr(fact, field)
            if field in _KNOWN:
                row[_NAMES[field]] = value or 0
                row[_KNOWN[field]] = int(value is not None)
            elif value == "":
                row[_NAMES[field]] = 0
            else:
                row[_NAMES[field]] = numbers.setdefault(value, len(numbers) + 1)
        encoded.append(row)
    return encoded


def kinds_of(pattern: CompiledPattern) -> dict[str, int]:
    """Kinds numbered in order of first use."""
    numbers: dict[str, int] = {}
    for step in pattern.steps:
        numbers.setdefault(step.kind, len(numbers) + 1)
    return numbers


def constants_of(pattern: CompiledPattern) -> dict[str, int]:
    """Texts that the pattern itself names, numbered from 1; facts' texts are numbered after them."""
    numbers: dict[str, int] = {}
    for step in pattern.steps:
        for condition in step.conditions:
            if isinstance(condition.constant, str):
                numbers.setdefault(condition.constant, len(numbers) + 1)
    return numbers


def _alias(step: int) -> str:
    return f"s{step}"


def _fields_used(pattern: CompiledPattern) -> list[str]:
    used = {name for step in pattern.steps for c in step.conditions for name in (c.field, c.other_field)}
    return [name for name in TEXT_FIELDS + INTEGER_FIELDS if name in used]


def _tests(pattern: CompiledPattern, number: int, kinds: dict[str, int], texts: dict[str, int]) -> dict[str, Any]:
    step = pattern.steps[number]
    tests: list[dict[str, Any]] = [{"k": kinds[step.kind]}]
    tests += [_known(field) for field in sorted(_fields_of_step(pattern, number)) if field != TIME_FIELD]
    if number > 0:
        window_end = {"$add": {"$l": {_alias(0): "at"}, "$r": pattern.within_seconds}}
        tests.append({"$gte": {"at": {_alias(number - 1): "at"}}})
        tests.append({"$lte": {"at": window_end}})
    tests += [_comparison(condition, texts) for condition in step.conditions]
    if number > 0:
        tests.append(ALWAYS_TRUE)
    return {"$and": tests} if len(tests) > 1 else tests[0]


def _fields_of_step(pattern: CompiledPattern, number: int) -> set[str]:
    """Fields of this step's fact that any condition reads: they must be known."""
    own = {condition.field for condition in pattern.steps[number].conditions}
    return own | {name for step in pattern.steps for name in _read_of(step, number)}


def _read_of(step: CompiledStep, number: int) -> Iterable[str]:
    return (condition.other_field for condition in step.conditions if condition.other_step == number)


def _known(field: str) -> dict[str, Any]:
    return {_KNOWN[field]: 1} if field in _KNOWN else {"$gt": {_NAMES[field]: 0}}


def _comparison(condition: Condition, texts: dict[str, int]) -> dict[str, Any]:
    right: Any
    if condition.other_step is not None:
        right = {_alias(condition.other_step): _NAMES[condition.other_field]}
    elif isinstance(condition.constant, str):
        right = texts[condition.constant]
    else:
        right = condition.constant
    test = {_NAMES[condition.field]: right}
    return test if condition.operator == "=" else {_OPERATORS[condition.operator]: test}
