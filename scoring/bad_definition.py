"""What counts as bad, as a rule that a program can follow: the target of every model of a product. Pure."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

Days = Annotated[int, msgspec.Meta(ge=1, le=720)]
Months = Annotated[int, msgspec.Meta(ge=1, le=60)]
Problem = Literal["horizon_beyond_window", "indeterminate_not_below_bad", "cure_incomplete"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The definition in one sentence, in both languages."""

    en: str
    zh: str


class BadDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bad, indeterminate or good by the days past due at each month's end after the decision."""

    days_past_due: Days
    """From here on an account is bad."""
    window_months: Months
    """Months after the decision that are looked at; an account is judged once it is that old."""
    horizon_months: Months
    """The time over which a PD under this definition speaks; at most the window."""
    text: Words
    indeterminate_from: Days | None = None
    """From here on, but below bad, an account is neither: it trains no model. None: everything below bad is good."""
    cure_below: Days | None = None
    """A bad account is cured once it stays below this for `cure_months` in a row. None: once bad, bad."""
    cure_months: Months | None = None


def definition_problems(definition: BadDefinition) -> list[Problem]:
    """What contradicts itself; empty if sound."""
    checks: dict[Problem, bool] = {
        "horizon_beyond_window": definition.horizon_months > definition.window_months,
        "indeterminate_not_below_bad": (definition.indeterminate_from or 0) >= definition.days_past_due,
        "cure_incomplete": (definition.cure_below is None) != (definition.cure_months is None)
        or (definition.cure_below or 0) > definition.days_past_due,
    }
    return [problem for problem, is_found in checks.items() if is_found]


def bad_outcome(definition: BadDefinition, days_past_due: Sequence[int | None]) -> bool | None:
    """Whether an account turned bad within the horizon; None if it is indeterminate, or too young to tell.

    `days_past_due` at the end of each month after the decision, the first first; None where a month is unknown. A cured
    account is not good, but indeterminate: it was bad, and was not lost.
    """
    seen = list(days_past_due[: definition.window_months])
    within = seen[: definition.horizon_months]
    first = next((month for month, days in enumerate(within) if (days or 0) >= definition.days_past_due), None)
    if first is not None:
        return None if _is_cured(definition, seen[first + 1 :]) else True
    if len(seen) < definition.window_months or None in seen:
        return None
    if definition.indeterminate_from is not None and max(days or 0 for days in within) >= definition.indeterminate_from:
        return None
    return False


def _is_cured(definition: BadDefinition, after: Sequence[int | None]) -> bool:
    if definition.cure_below is None or definition.cure_months is None:
        return False
    run = 0
    for days in after:
        run = run + 1 if days is not None and days < definition.cure_below else 0
        if run == definition.cure_months:
            return True
    return False
