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
    """The ruleset: one rule for the pattern, and one that any fact with `warm` fires (see `host`).

    Absences come last, with kinds of their own: the engine judges a negation when the facts before it meet, so what
    could be absent is asserted first (a fact asserted later would not take a match back).
    """
    codes = _Codes(pattern)
    steps = [{_alias(number): _tests(pattern, number, codes)} for number in range(len(pattern.steps))]
    steps += [{f"a{number}$not": _absent_tests(pattern, number, codes)} for number in range(len(pattern.absences))]
    return {
        MATCH_RULE: {"all": steps, "cap": BATCH},
        WARM_RULE: {"all": [{"w": {"warm": 1}}]},
    }


def encode(pattern: CompiledPattern, facts: Sequence[Fact], sid: str) -> list[dict[str, Any]]:
    """The facts (checked, of the pattern's kinds, at most ID_LIMIT) as the engine's facts, what could be absent first.

    `n` is the fact's place from 1; `id` counts the rows.
    """
    codes = _Codes(pattern)
    fields = _fields_used(pattern)
    start = min(fact.at for fact in facts)
    encoded: list[dict[str, Any]] = []
    for kinds in (codes.absent, codes.kinds):
        for place, fact in enumerate(facts, start=1):
            if fact.kind in kinds:
                row = {"sid": sid, "id": len(encoded) + 1, "n": place, "z": 0, "k": kinds[fact.kind]}
                encoded.append(row | {"at": fact.at - start} | _fields_of(fact, fields, codes.texts))
    return encoded


def _fields_of(fact: Fact, fields: Iterable[str], texts: dict[str, int]) -> dict[str, int]:
    row: dict[str, int] = {}
    for field in fields:
        value = getattr(fact, field)
        if field in _KNOWN:
            row[_NAMES[field]] = value or 0
            row[_KNOWN[field]] = int(value is not None)
        else:
            row[_NAMES[field]] = 0 if value == "" else texts.setdefault(value, len(texts) + 1)
    return row


class _Codes:
    """Kinds numbered in order of first use, those of absences after those of steps; texts that the pattern itself
    names numbered from 1 (facts' texts are numbered after them)."""

    def __init__(self, pattern: CompiledPattern) -> None:
        self.kinds = {kind: code for code, kind in enumerate(dict.fromkeys(s.kind for s in pattern.steps), start=1)}
        absent = dict.fromkeys(absence.kind for absence in pattern.absences)
        self.absent = {kind: code for code, kind in enumerate(absent, start=len(self.kinds) + 1)}
        named = [c.constant for c in _conditions(pattern) if isinstance(c.constant, str)]
        self.texts = {text: number for number, text in enumerate(dict.fromkeys(named), start=1)}


def _conditions(pattern: CompiledPattern) -> Iterable[Condition]:
    for step in pattern.steps:
        yield from step.conditions
    for absence in pattern.absences:
        yield from absence.conditions


def _alias(step: int) -> str:
    return f"s{step}"


def _fields_used(pattern: CompiledPattern) -> list[str]:
    used = {name for condition in _conditions(pattern) for name in (condition.field, condition.other_field)}
    return [name for name in TEXT_FIELDS + INTEGER_FIELDS if name in used]


def _tests(pattern: CompiledPattern, number: int, codes: _Codes) -> dict[str, Any]:
    step = pattern.steps[number]
    tests: list[dict[str, Any]] = [{"k": codes.kinds[step.kind]}]
    tests += _all_known(_fields_of_step(pattern, number))
    if number > 0:
        tests.append({"$gte": {"at": {_alias(number - 1): "at"}}})
        tests.append({"$lte": {"at": _window_end(pattern)}})
    tests += [_comparison(condition, codes.texts) for condition in step.conditions]
    if number > 0:
        tests.append(ALWAYS_TRUE)
    return {"$and": tests} if len(tests) > 1 else tests[0]


def _absent_tests(pattern: CompiledPattern, number: int, codes: _Codes) -> dict[str, Any]:
    """A fact that takes a step of the same binding is not one that follows."""
    absence = pattern.absences[number]
    following = absence.after + 1
    end = {_alias(following): "at"} if following < len(pattern.steps) else _window_end(pattern)
    tests: list[dict[str, Any]] = [{"k": codes.absent[absence.kind]}]
    tests += _all_known({condition.field for condition in absence.conditions})
    compared = (condition for condition in absence.conditions if condition.other_field not in ("", TIME_FIELD))
    tests += [_other_known(condition) for condition in compared]
    tests += [{"$gte": {"at": {_alias(absence.after): "at"}}}, {"$lte": {"at": end}}]
    tests += [_comparison(condition, codes.texts) for condition in absence.conditions]
    same_kind = (place for place, step in enumerate(pattern.steps) if step.kind == absence.kind)
    tests += [{"$neq": {"n": {_alias(place): "n"}}} for place in same_kind]
    return {"$and": [*tests, ALWAYS_TRUE]}


def _window_end(pattern: CompiledPattern) -> dict[str, Any]:
    return {"$add": {"$l": {_alias(0): "at"}, "$r": pattern.within_seconds}}


def _fields_of_step(pattern: CompiledPattern, number: int) -> set[str]:
    """Fields of this step's fact that any condition reads: they must be known."""
    own = {condition.field for condition in pattern.steps[number].conditions}
    return own | {name for step in pattern.steps for name in _read_of(step, number)}


def _read_of(step: CompiledStep, number: int) -> Iterable[str]:
    return (condition.other_field for condition in step.conditions if condition.other_step == number)


def _all_known(fields: Iterable[str]) -> list[dict[str, Any]]:
    return [_known(field) for field in sorted(fields) if field != TIME_FIELD]


def _known(field: str) -> dict[str, Any]:
    return {_KNOWN[field]: 1} if field in _KNOWN else {"$gt": {_NAMES[field]: 0}}


def _other_known(condition: Condition) -> dict[str, Any]:
    """That the field of the other step's fact is known, asked from this one (z is 0)."""
    assert condition.other_step is not None  # noqa: S101 - it has a field
    name = _KNOWN.get(condition.other_field, _NAMES[condition.other_field])
    return {"$lt": {"z": {_alias(condition.other_step): name}}}


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
