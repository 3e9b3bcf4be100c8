"""Text to tree. Whatever the text, the answer is a tree or coded problems with positions."""

from functools import lru_cache
from pathlib import Path

from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from rules.language.budget import written_size
from rules.language.builder import TextRefused, TreeBuilder
from rules.language.functions import FUNCTIONS
from rules.language.problems import ExpressionInvalid, Position, Problem, problem
from rules.language.tree import Node, depth_and_size

LENGTH_LIMIT = 4_000
DEPTH_LIMIT = 32
SIZE_LIMIT = 600
WRITTEN_LIMIT = 4_000

_KEPT = 2_048
"""Trees kept by text: they are immutable, and while somebody edits one condition all others are read again."""

_PHRASES = sorted((name for name in FUNCTIONS if " " in name), key=len, reverse=True)
_PHRASE = "|".join(r"[ \t\r\n]+".join(name.split(" ")) for name in _PHRASES)
_GRAMMAR = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _parser() -> Lark:
    """Made when the first text is read: its tables take as long to make as a whole command to start."""
    return Lark(
        _GRAMMAR + f"\nPHRASE.3: /({_PHRASE})(?=[ \\t\\r\\n]*\\()/\n",
        parser="lalr",
        lexer="basic",
        start=["expression", "tests"],
        keep_all_tokens=True,
        maybe_placeholders=False,
        transformer=TreeBuilder(),
    )


_READABLE = {
    "COMPARE": ("a comparison", "比较符"),
    "DOTDOT": ("..", ".."),
    "LPAR": ("(", "("),
    "RPAR": (")", ")"),
    "LSQB": ("[", "["),
    "RSQB": ("]", "]"),
    "COMMA": (",", ","),
    "$END": ("the end", "结尾"),
    **{word: (word.lower(), word.lower()) for word in ("THEN", "ELSE", "AND", "OR", "IN", "BETWEEN", "SATISFIES")},
    "PATH": ("a component", "组成部分"),
}
_VALUE_STARTS = {"NUMBER", "NAME", "STRING"}


def parse(text: str) -> Node:
    """The tree of an expression. Raises ExpressionInvalid with the problem and its position."""
    return _parsed(text, "expression")


def parse_cell(text: str) -> Node:
    """The condition of a table cell (`< 5`, `[1..5]`, `"A","B"`, `not("A")`, `-`) on its input, in it as Name("?")."""
    return _parsed(text, "tests")


@lru_cache(maxsize=_KEPT)
def _parsed(text: str, start: str) -> Node:
    if not text.strip():
        raise ExpressionInvalid([problem("expression_empty", position=Position(0, len(text), 1, 1))])
    if len(text) > LENGTH_LIMIT:
        whole = Position(0, len(text), 1, 1)
        raise ExpressionInvalid([problem("expression_too_long", position=whole, length=len(text), limit=LENGTH_LIMIT)])
    try:
        node: Node = _parser().parse(text, start=start)  # type: ignore[assignment]
    except TextRefused as refused:
        raise ExpressionInvalid([refused.problem]) from None
    except UnexpectedInput as error:
        raise ExpressionInvalid([_syntax_problem(text, error)]) from None
    keep_budget(node, Position(0, len(text), 1, 1))
    return node


def keep_budget(node: Node, whole: Position | None = None) -> None:
    """Raises ExpressionInvalid where the tree is too deep, or too large once written out."""
    depth, size = depth_and_size(node)
    if depth > DEPTH_LIMIT:
        raise ExpressionInvalid([problem("expression_too_deep", position=whole, depth=depth, limit=DEPTH_LIMIT)])
    if size > SIZE_LIMIT:
        raise ExpressionInvalid([problem("expression_too_large", position=whole, size=size, limit=SIZE_LIMIT)])
    size = written_size(node)
    if size > WRITTEN_LIMIT:
        raise ExpressionInvalid([problem("expression_too_large", position=whole, size=size, limit=WRITTEN_LIMIT)])


def _syntax_problem(text: str, error: UnexpectedInput) -> Problem:
    start = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if isinstance(error, UnexpectedCharacters):
        place = Position(start, start + 1, error.line, error.column)
        if text[start] == '"':
            return problem("string_unfinished", position=place)
        return problem("character_invalid", position=place, found=_shown(text[start]))
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        word = error.token
        place = Position(start, start + len(word), error.line, error.column)
        if word == "=" and text[:start].endswith("="):
            return problem("double_equals", position=place)
        english, chinese = _expected(error.accepts or error.expected)
        found = problem("syntax_error", position=place, found=word, expected=english)
        return _in_chinese(found, problem("syntax_error", found=word, expected=chinese))
    expected = error.expected if isinstance(error, UnexpectedEOF | UnexpectedToken) else set()
    if isinstance(error, UnexpectedToken):
        expected = error.accepts or expected
    english, chinese = _expected(expected)
    place = _end_of(text)
    found = problem("syntax_unfinished", position=place, expected=english)
    return _in_chinese(found, problem("syntax_unfinished", expected=chinese))


def _in_chinese(found: Problem, chinese: Problem) -> Problem:
    return Problem(found.code, found.message_en, chinese.message_zh, found.path, found.position, found.severity)


def _expected(terminals: object) -> tuple[str, str]:
    names = {str(name) for name in terminals} if isinstance(terminals, set | list | frozenset) else set()
    words = [_READABLE[name] for name in sorted(names) if name in _READABLE]
    if names >= _VALUE_STARTS:
        words = [("a value or a condition", "值或条件")]
    if not words:
        words = [("a value", "值")]
    return ", ".join(word[0] for word in words), "、".join(word[1] for word in words)


def _end_of(text: str) -> Position:
    lines = text.split("\n")
    return Position(len(text), len(text), len(lines), len(lines[-1]) + 1)


def _shown(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"
