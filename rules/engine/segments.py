"""Segments of customers: conditions of the rule language over a portrait, the first that holds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.language import Scope, Type, check, held, lowered, names_in, parse
from rules.language.problems import ExpressionInvalid, Problem, at_path
from rules.language.to_python import python_function
from rules.language.types import Held
from scoring.catalogue import Catalogue
from scoring.portrait_dimensions import DIMENSIONS
from scoring.portraits.observation import MEASURES
from scoring.portraits.policy import Segment
from scoring.portraits.portrait import Portrait, portrait_variables
from scoring.portraits.quality import QUALITY_FIGURES, Quality

GRX, PD = "grx", "pd"
WHOLE = "quality"
"""Quality figures are names too: `quality_<figure>` of the whole portrait, `<dimension>_<figure>` of one."""
STANDARD = "standard"
NOT_ASSESSED = "not_assessed"
RESERVED = frozenset({STANDARD, NOT_ASSESSED})
"""Codes of those of whom no condition holds: all of them false, or some unknown."""


@dataclass(frozen=True)
class Placed:
    """Where a customer belongs, and the segments asked before that could not be told."""

    code: str
    unknown: tuple[str, ...] = ()


def segment_scope(catalogue: Catalogue) -> Scope:
    """What a segment's condition may read: variables of any dimension, counts of the book, GRx, PD, quality.

    Alternative data place nobody in a segment.
    """
    placed = [item for item in portrait_variables(catalogue).values() if item.dimension]
    variables = [item for item in placed if not item.is_alternative]
    names: dict[str, Held] = {item.name: held(item.type, [code.code for code in item.codes]) for item in variables}
    return Scope(names | {name: Held(Type.NUMBER) for name in [GRX, PD, *MEASURES, *_quality_names()]})


def segment_problems(segments: Sequence[Segment], scope: Scope) -> list[Problem]:
    """Every problem of every condition, `path` the segment's code."""
    return [found for one in segments for found in at_path(one.code, _problems(one.when, scope))]


def segment_values(portrait: Portrait) -> dict[str, Any]:
    """A portrait's values by the names of `segment_scope`; None or absent where unknown."""
    values = {name: _plain(value) for name, value in portrait.values().items()}
    values |= {name: float(count) for name, count in portrait.measures.items()}
    values |= {GRX: portrait.coefficient.value, PD: portrait.coefficient.pd}
    values |= _figures(WHOLE, portrait.quality)
    for dimension in portrait.dimensions:
        values |= _figures(dimension.code, dimension.quality)
    return values


class SegmentProgram:
    """The segments compiled, in their order. Build once a policy and catalogue; raises ExpressionInvalid."""

    def __init__(self, segments: Sequence[Segment], scope: Scope) -> None:
        if problems := segment_problems(segments, scope):
            raise ExpressionInvalid(problems)
        self._functions = [(one.code, _function(one.when, scope)) for one in segments]

    def place(self, values: Mapping[str, Any]) -> Placed:
        """The first segment whose condition holds; without one STANDARD, or NOT_ASSESSED where one is unknown."""
        unknown: list[str] = []
        for code, function in self._functions:
            truth = function(values)
            if truth is True:
                return Placed(code, tuple(unknown))
            if truth is None:
                unknown.append(code)
        return Placed(NOT_ASSESSED if unknown else STANDARD, tuple(unknown))


def _function(text: str, scope: Scope) -> Callable[[Mapping[str, Any]], Any]:
    node = parse(text)
    return python_function(lowered(node, scope), sorted(names_in(node)))


def _problems(text: str, scope: Scope) -> list[Problem]:
    try:
        return check(parse(text), scope, expected=Type.BOOLEAN)
    except ExpressionInvalid as error:
        return error.problems


def _quality_names() -> list[str]:
    return [f"{of}_{figure}" for of in (WHOLE, *DIMENSIONS) for figure in QUALITY_FIGURES]


def _figures(of: str, quality: Quality) -> dict[str, float | None]:
    return {f"{of}_{figure}": getattr(quality, figure) for figure in QUALITY_FIGURES}


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
