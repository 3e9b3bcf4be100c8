"""The smallest changes that turn an answer, over variables that can be acted on. Pure: it only asks a function.

One variable first, then two. Numbers move on a grid of steps in the directions that cannot raise the risk as the
catalogue states it; codes may become any other code. What is found holds by the function's own answer, never by
assumption; that nothing is found says that nothing was found within the search.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, product
from math import floor, log10
from typing import Any

import msgspec

from scoring.catalogue import Variable

MOST_ALTERNATIVES = 3
_GRID = 40
"""Places tried of one number in each direction, when it alone is changed."""
_PAIR_GRID = 6
"""… when two are changed together."""
_CODE_SIZE = 1.0
"""Size of a change of code, as that of a number that doubles or vanishes."""

Changes = dict[str, Any]
Asks = Callable[[Mapping[str, Any]], bool]


class Lever(msgspec.Struct, frozen=True):
    """One variable that can be changed: its value now and where it could go."""

    name: str
    now: Any
    codes: tuple[Any, ...] = ()
    """Other codes; empty of a number."""
    step: float = 0.0
    reach: tuple[tuple[int, float], ...] = ()
    """Of a number: directions (-1 or 1), each with its last allowed value."""
    is_whole: bool = False

    def size(self, value: Any) -> float:
        """How large a change is: of a number relative to what it was, in steps where it was nothing."""
        if self.codes:
            return _CODE_SIZE
        return abs(float(value) - float(self.now)) / max(abs(float(self.now)), self.step)

    def grid(self, count: int) -> list[Any]:
        """Values to try, nearest first; of a number at most `count` in each direction, the last allowed one too."""
        if self.codes:
            return list(self.codes)
        tried = {}
        for direction, limit in self.reach:
            steps = max(0, self.number(direction, limit))
            for place in range(1, min(count, steps) + 1):
                number = round(place * steps / min(count, steps))
                tried[self.at(direction, number)] = number
        return sorted(tried, key=lambda value: (tried[value], value))

    def at(self, direction: int, number: int) -> Any:
        """The value `number` steps away: whole multiples of the step, as people name amounts."""
        value = direction * self.step * (floor(direction * self._places(self.now)) + number)
        return round(value) if self.is_whole else round(value, 10)

    def number(self, direction: int, value: float) -> int:
        """How many steps away the last multiple of the step is that does not pass `value`."""
        return floor(direction * self._places(value)) - floor(direction * self._places(self.now))

    def _places(self, value: float) -> float:
        return round(value / self.step, 9)


class Found(msgspec.Struct, frozen=True):
    """Alternatives, smallest first, and whether the search was cut short."""

    changes: list[Changes]
    is_exhausted: bool


class _Exhausted(Exception):
    """No trial is left."""


def levers_of(variables: Mapping[str, Variable], values: Mapping[str, Any]) -> list[Lever]:
    """Levers for the actionable variables, as their type, codes, limits, direction and step allow."""
    levers = (
        _lever(name, variable, values.get(name)) for name, variable in variables.items() if variable.is_actionable
    )
    return [lever for lever in levers if lever is not None]


def smallest_changes(levers: list[Lever], asks: Asks, *, most: int) -> Found:
    """Changes for which `asks` says yes, at most three: of one variable, or of two where no one does.

    Of each variable, or pair, the smallest that was found. `asks` is called at most `most` times.
    """
    trials = _Trials(asks, most)
    found: list[tuple[float, Changes]] = []
    is_exhausted = False
    try:
        for lever in levers:
            if (value := _nearest(lever, {}, trials, _GRID)) is not None:
                found.append((lever.size(value), {lever.name: value}))
        for pair in _pairs(levers, trials) if not found else ():
            found.append(pair)
    except _Exhausted:
        is_exhausted = True
    found.sort(key=lambda item: item[0])
    return Found([changes for _, changes in found[:MOST_ALTERNATIVES]], is_exhausted)


class _Trials:
    """The question, asked at most so often."""

    def __init__(self, asks: Asks, most: int) -> None:
        self._asks, self._left = asks, most

    def __call__(self, changes: Changes) -> bool:
        if self._left <= 0:
            raise _Exhausted
        self._left -= 1
        return self._asks(changes)


def _nearest(lever: Lever, others: Changes, trials: _Trials, count: int) -> Any:
    """The first value on the lever's grid that does, then nearer ones by bisection between grid places; or None."""
    first = next((value for value in lever.grid(count) if trials({**others, lever.name: value})), None)
    if first is None or lever.codes:
        return first
    direction = 1 if first > lever.now else -1
    high, low = lever.number(direction, first), 0
    nearer = [value for value in lever.grid(count) if (value - lever.now) * direction > 0]
    if (place := nearer.index(first)) > 0:
        low = lever.number(direction, nearer[place - 1])
    while high - low > 1:
        middle = (high + low) // 2
        value = lever.at(direction, middle)
        if trials({**others, lever.name: value}):
            high, first = middle, value
        else:
            low = middle
    return first


def _pairs(levers: list[Lever], trials: _Trials) -> Iterator[tuple[float, Changes]]:
    """Pairs, the smallest of each found on a coarse grid and then drawn back as far as the answer allows."""
    for one, other in combinations(levers, 2):
        places = sorted(
            product(one.grid(_PAIR_GRID), other.grid(_PAIR_GRID)),
            key=lambda pair: one.size(pair[0]) + other.size(pair[1]),
        )
        hit = next((pair for pair in places if trials({one.name: pair[0], other.name: pair[1]})), None)
        if hit is None:
            continue
        first = _nearest(one, {other.name: hit[1]}, trials, _GRID)
        second = _nearest(other, {one.name: first}, trials, _GRID)
        yield one.size(first) + other.size(second), {one.name: first, other.name: second}


def _lever(name: str, variable: Variable, now: Any) -> Lever | None:
    if variable.codes:
        others = tuple(code.code for code in variable.codes if code.code != now)
        return Lever(name, now, _rightly(variable, now, others)) if others else None
    if variable.type == "boolean":
        return Lever(name, now, tuple(value for value in (True, False) if value is not now))
    if variable.type not in ("integer", "number") or now is None:
        return None
    is_whole = variable.type == "integer"
    step = variable.step or _step(float(now), is_whole=is_whole)
    reach = []
    if variable.direction != "higher_is_safer":
        # Without a stated least, what is counted from nothing ends there.
        low = variable.minimum if variable.minimum is not None else min(0.0, float(now))
        reach.append((-1, low))
    if variable.direction != "higher_is_riskier":
        high = variable.maximum if variable.maximum is not None else 2 * abs(float(now)) + _GRID * step
        reach.append((1, min(high, 10 * abs(float(now)) + _GRID * step)))
    return Lever(name, now, (), step, tuple(reach), is_whole)


def _rightly(variable: Variable, now: Any, others: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of codes with a stated order of risk only those that are not riskier."""
    if variable.direction == "none" or now is None or isinstance(now, str):
        return others
    sign = 1 if variable.direction == "higher_is_safer" else -1
    return tuple(code for code in others if sign * (code - now) > 0)


def _step(value: float, *, is_whole: bool) -> float:
    """About a twentieth of the value, rounded down to 1, 2 or 5 times a power of ten; at least 1 of whole numbers."""
    size = abs(value) / 20
    if size <= 0:
        return 1.0
    power = 10.0 ** floor(log10(size))
    step = power * max(factor for factor in (1, 2, 5) if factor * power <= size * (1 + 1e-9))
    return max(step, 1.0) if is_whole else step
