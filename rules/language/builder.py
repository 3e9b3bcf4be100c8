"""What the parser calls for each grammar rule: tokens and parts in, node out; never recursive."""

import re
from collections.abc import Callable
from math import isinf
from typing import Any

from lark import Token, Transformer

from rules.language import tree
from rules.language.problems import Position, Problem, problem
from rules.language.temporal import day_of, duration_of
from rules.language.types import Type

_ESCAPES = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "/": "/"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_INPUT = tree.Name("?")
RESERVED = frozenset(["for", "return", "function", "external", "instance", "of"])
KEYWORDS = frozenset(
    ["if", "then", "else", "and", "or", "not", "in", "between", "some", "every", "satisfies", "true", "false", "null"]
)

Part = Token | tree.Node


class TextRefused(Exception):
    """A token that looks right and is not; carries the problem through the parser."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.message_en)
        self.problem = found


def _at(part: Part) -> Position:
    if isinstance(part, tree.Node):
        return part.position
    start = part.start_pos or 0
    return Position(start, start + len(part), part.line or 1, part.column or 1)


def _span(parts: list[Part]) -> Position:
    first, last = _at(parts[0]), _at(parts[-1])
    return Position(first.start, last.end, first.line, first.column)


def _nodes(parts: list[Part]) -> tuple[tree.Node, ...]:
    return tuple(part for part in parts if isinstance(part, tree.Node))


def _text(token: Token) -> str:
    def plain(match: re.Match[str]) -> str:
        escape = match.group(1)
        if len(escape) == 5:
            return chr(int(escape[1:], 16))
        if escape not in _ESCAPES:
            raise TextRefused(problem("string_invalid", position=_at(token)))
        return _ESCAPES[escape]

    value = _ESCAPE.sub(plain, token[1:-1])
    if _FORBIDDEN.search(value):
        raise TextRefused(problem("string_invalid", position=_at(token)))
    return value


def _date(text: str) -> tuple[str, Type] | None:
    return (text, Type.DATE) if day_of(text) else None


def _temporal(text: str, place: Position, code: str, *readers: Callable[[str], Any]) -> tree.Node:
    for read in readers:
        if (found := read(text)) is not None:
            return tree.Literal(*found, position=place)
    raise TextRefused(problem(code, position=place, text=text[:40]))


class TreeBuilder(Transformer):
    """One method a grammar rule. Stateless, so one parser serves all threads."""

    def number(self, parts: list[Token]) -> tree.Node:
        value = float(parts[0])
        if isinf(value):
            raise TextRefused(problem("number_out_of_range", position=_at(parts[0]), text=parts[0][:40]))
        return tree.Literal(value, position=_at(parts[0]))

    def string(self, parts: list[Token]) -> tree.Node:
        return tree.Literal(_text(parts[0]), position=_at(parts[0]))

    def at_literal(self, parts: list[Token]) -> tree.Node:
        text = _text(Token.new_borrow_pos("STRING", parts[0][1:], parts[0]))
        return _temporal(text, _at(parts[0]), "temporal_invalid", _date, duration_of)

    def constant(self, parts: list[Token]) -> tree.Node:
        value = {"true": True, "false": False, "null": None}[str(parts[0])]
        return tree.Literal(value, position=_at(parts[0]))

    def name(self, parts: list[Token]) -> tree.Node:
        if parts[0] in RESERVED:
            raise TextRefused(problem("word_reserved", position=_at(parts[0]), word=str(parts[0])))
        return tree.Name(str(parts[0]), position=_at(parts[0]))

    def grouped(self, parts: list[Part]) -> Part:
        return parts[1]

    def arguments(self, parts: list[Part]) -> list[tree.Node]:
        return list(_nodes(parts))

    items = arguments

    def choices(self, parts: list[object]) -> tree.In:
        # A stand-in that carries the span; `member_of_list` takes its items.
        return tree.In(_INPUT, tuple(parts[1]), position=_span([parts[0], parts[2]]))  # type: ignore[arg-type, list-item]

    def call(self, parts: list[object]) -> tree.Node:
        name = " ".join(str(parts[0]).split())
        span = _span([parts[0], parts[3]])  # type: ignore[list-item]
        match name, parts[2]:
            case "date", [tree.Literal(value=str(text), kind=None)]:
                return _temporal(text, span, "date_invalid", _date)
            case "duration", [tree.Literal(value=str(text), kind=None)]:
                return _temporal(text, span, "duration_invalid", duration_of)
        return tree.Call(name, tuple(parts[2]), position=span)  # type: ignore[arg-type]

    def negative(self, parts: list[Part]) -> tree.Node:
        operand, span = _nodes(parts)[0], _span(parts)
        if isinstance(operand, tree.Literal) and isinstance(operand.value, float):
            return tree.Literal(0.0 - operand.value, operand.kind, position=span)
        return tree.Negate(operand, position=span)

    def path(self, parts: list[Part]) -> tree.Node:
        operand, field, span = _nodes(parts)[0], str(parts[1])[1:].strip(), _span(parts)
        if isinstance(operand, tree.Name) and operand != _INPUT:
            return tree.Name(f"{operand.name}.{field}", position=span)
        return tree.Path(operand, field, position=span)

    def listed(self, parts: list[object]) -> tree.Node:
        return tree.ListOf(tuple(parts[1]), position=_span([parts[0], parts[2]]))  # type: ignore[arg-type, list-item]

    def iteration(self, parts: list[Part]) -> tuple[Part, Part]:
        return parts[0], parts[2]

    def iterations(self, parts: list[object]) -> list[object]:
        return parts[::2]

    def quantified(self, parts: list[object]) -> tree.Node:
        span = _span([parts[0], parts[3]])  # type: ignore[list-item]
        node: tree.Node = parts[3]  # type: ignore[assignment]
        for variable, listed in reversed(parts[1]):  # type: ignore[call-overload]
            if variable in RESERVED or "." in variable or variable == "?":
                raise TextRefused(problem("word_reserved", position=_at(variable), word=str(variable)))
            node = tree.Quantified(str(parts[0]), str(variable), listed, node, position=span)  # type: ignore[arg-type]
        return node

    def arithmetic(self, parts: list[Part]) -> tree.Node:
        left, right = _nodes(parts)
        return tree.Arithmetic(str(parts[1]), left, right, position=_span(parts))  # type: ignore[arg-type]

    def compared(self, parts: list[Part]) -> tree.Node:
        left, right = _nodes(parts)
        return tree.Comparison(str(parts[1]), left, right, position=_span(parts))  # type: ignore[arg-type]

    def between(self, parts: list[Part]) -> tree.Node:
        return tree.Between(*_nodes(parts), position=_span(parts))

    def interval(self, parts: list[Part]) -> tree.Node:
        low, high = _nodes(parts)
        return tree.Interval(low, high, str(parts[0]) != "[", str(parts[-1]) != "]", position=_span(parts))

    def test_of(self, parts: list[Part]) -> tree.Node:
        return tree.Test(str(parts[0]), _nodes(parts)[0], position=_span(parts))  # type: ignore[arg-type]

    def member(self, parts: list[Part]) -> tree.Node:
        value, interval = _nodes(parts)
        return tree.In(value, (interval,), position=_span(parts))

    def member_of_list(self, parts: list[Part]) -> tree.Node:
        value, listed = _nodes(parts)
        assert isinstance(listed, tree.In)  # noqa: S101 - the grammar gives nothing else
        return tree.In(value, listed.items, position=_span(parts))

    def any_of(self, parts: list[Part]) -> tree.Node:
        return tree.Or(_nodes(parts), position=_span(parts))

    def all_of(self, parts: list[Part]) -> tree.Node:
        return tree.And(_nodes(parts), position=_span(parts))

    def negated(self, parts: list[Part]) -> tree.Node:
        return tree.Not(_nodes(parts)[0], position=_span(parts))

    def conditional(self, parts: list[Part]) -> tree.Node:
        return tree.If(*_nodes(parts), position=_span(parts))

    def anything(self, parts: list[Part]) -> tree.Node:
        return tree.Literal(True, position=_span(parts))

    def none_of(self, parts: list[Part]) -> tree.Node:
        return tree.Not(_nodes(parts)[0], position=_span(parts))

    def test_list(self, parts: list[Part]) -> tree.Node:
        tests = _nodes(parts)
        return tests[0] if len(tests) == 1 else tree.Or(tests, position=_span(parts))

    def test_compared(self, parts: list[Part]) -> tree.Node:
        return tree.Comparison(str(parts[0]), _INPUT, _nodes(parts)[0], position=_span(parts))  # type: ignore[arg-type]

    def test_member(self, parts: list[Part]) -> tree.Node:
        return tree.In(_INPUT, _nodes(parts), position=_span(parts))

    def test_equal(self, parts: list[Part]) -> tree.Node:
        # What reads ? itself is the test: `contains(?, "x")`.
        value = _nodes(parts)[0]
        return value if "?" in tree.names_in(value) else tree.Comparison("=", _INPUT, value, position=_span(parts))
