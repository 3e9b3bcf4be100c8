"""What + - * / ** and the components of dates and durations mean for each pair of types."""

from rules.language.types import Type

NUMBER, DATE, DAYS, MONTHS = Type.NUMBER, Type.DATE, Type.DAYS, Type.MONTHS

PLAIN = ""
"""Done on doubles as it stands."""
ARITHMETIC: dict[tuple[str, Type, Type], tuple[Type, str]] = {
    ("+", NUMBER, NUMBER): (NUMBER, PLAIN),
    ("-", NUMBER, NUMBER): (NUMBER, PLAIN),
    ("*", NUMBER, NUMBER): (NUMBER, PLAIN),
    ("/", NUMBER, NUMBER): (NUMBER, PLAIN),
    ("**", NUMBER, NUMBER): (NUMBER, "number ** number"),
    ("+", DATE, DAYS): (DATE, "date + days"),
    ("+", DAYS, DATE): (DATE, "date + days"),
    ("-", DATE, DAYS): (DATE, "date + days"),
    ("+", DATE, MONTHS): (DATE, "date + months"),
    ("+", MONTHS, DATE): (DATE, "date + months"),
    ("-", DATE, MONTHS): (DATE, "date + months"),
    ("-", DATE, DATE): (DAYS, "date - date"),
    ("+", DAYS, DAYS): (DAYS, PLAIN),
    ("-", DAYS, DAYS): (DAYS, PLAIN),
    ("*", DAYS, NUMBER): (DAYS, PLAIN),
    ("*", NUMBER, DAYS): (DAYS, PLAIN),
    ("/", DAYS, NUMBER): (DAYS, PLAIN),
    ("/", DAYS, DAYS): (NUMBER, PLAIN),
    ("+", MONTHS, MONTHS): (MONTHS, PLAIN),
    ("-", MONTHS, MONTHS): (MONTHS, PLAIN),
    ("*", MONTHS, NUMBER): (MONTHS, "whole months"),
    ("*", NUMBER, MONTHS): (MONTHS, "whole months"),
    ("/", MONTHS, NUMBER): (MONTHS, "whole months"),
    ("/", MONTHS, MONTHS): (NUMBER, PLAIN),
}
"""(operator, left, right) → (type of the result, the operation that does it)."""

COMPONENTS: dict[tuple[Type, str], str] = {
    **{(DATE, part): f"date: {part}" for part in ("year", "month", "day", "weekday")},
    **{(DAYS, part): f"duration: {part}" for part in ("days", "hours", "minutes", "seconds")},
    **{(MONTHS, part): f"duration: {part}" for part in ("years", "months")},
}
"""(type, component) → the operation that gives it, a number."""
COMPONENT_NAMES = frozenset(part for _, part in COMPONENTS)


def component_of(name: str) -> tuple[str, str] | None:
    """`opened.year` taken apart, None where the last part is no component."""
    owner, _, part = name.rpartition(".")
    return (owner, part) if owner and part in COMPONENT_NAMES else None
