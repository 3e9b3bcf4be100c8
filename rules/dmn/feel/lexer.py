"""Tokens of FEEL, and names of several tokens found by longest match."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.dmn.problems import DmnInvalid, DmnTooLarge

MAX_TEXT = 40_000

_START = r"(?:[^\W\d]|[?_\u2070-\u218F\u2C00-\u2FEF\U00010000-\U000EFFFF])"
_TOKEN = re.compile(
    rf"""(?P<space>(?:\s|\ufeff|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
    |(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<name>{_START}(?:\w|[?\u0300-\u036F\u2070-\u218F\u2C00-\u2FEF\U00010000-\U000EFFFF])*)
    |(?P<operator>\*\*|\.\.|->|<=|>=|!=|[-+*/=<>(){{}}\[\],.:@'’])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    spaced: bool
    """Whether white space stands before it."""


def tokens_of(text: str) -> list[Token]:
    """The tokens of `text`, closed by one of kind "end". Raises DmnInvalid at what is none, DmnTooLarge."""
    if len(text) > MAX_TEXT:
        raise DmnTooLarge(f"An expression is longer than {MAX_TEXT} characters.", length=len(text))
    tokens: list[Token] = []
    at, spaced = 0, False
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise DmnInvalid(f"Character {text[at]!r} cannot stand in an expression.", position=at, text=text)
        kind = str(match.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, match.group(), at, spaced))
        spaced = kind == "space"
        at = match.end()
    tokens.append(Token("end", "", len(text), True))
    return tokens


def string_value(text: str) -> str:
    """The string a quoted literal stands for. A pair of surrogate escapes is one character."""

    def plain(match: re.Match[str]) -> str:
        escape = match.group(1)
        if escape[0] in "uU" and len(escape) > 1:
            code = int(escape[1:], 16)
            return chr(code) if code < 0x110000 else match.group()
        return _PLAIN.get(escape, match.group())

    value = _ESCAPE.sub(plain, text[1:-1])
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def name_normal(name: str) -> str:
    """A name with its white space as the standard compares it: single blanks, none at the ends."""
    return " ".join(name.split())


_Spelling = tuple[tuple[str, bool], ...]


class NameIndex:
    """Names by their first token, the longest first."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[_Spelling, str]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        normal = name_normal(name)
        try:
            tokens = tokens_of(normal)[:-1]
        except DmnInvalid:
            return
        if not tokens:
            return
        spelling = tuple((token.text, token.spaced) for token in tokens)
        entries = self._by_first.setdefault(tokens[0].text, [])
        if all(known != normal for _, known in entries):
            entries.append((spelling, normal))
            entries.sort(key=lambda entry: -len(entry[0]))

    def names(self) -> list[str]:
        return [name for entries in self._by_first.values() for _, name in entries]

    def match(self, tokens: Sequence[Token], at: int) -> tuple[str, int] | None:
        """The longest name that starts at token `at`, and the token after it."""
        for spelling, name in self._by_first.get(tokens[at].text, ()):
            end = at + len(spelling)
            if end < len(tokens) and all(
                token.text == text and (position == 0 or token.spaced == spaced)
                for position, (token, (text, spaced)) in enumerate(zip(tokens[at:end], spelling, strict=True))
            ):
                return name, end
        return None
