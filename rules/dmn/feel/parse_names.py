"""How the parser reads names: known ones by longest match, new ones up to what must follow them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from rules.dmn.feel.builtins import BUILTINS
from rules.dmn.feel.lexer import NameIndex, Token, name_normal
from rules.dmn.problems import DmnInvalid

KEYWORDS = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "between",
        "instance",
        "function",
        "true",
        "false",
        "null",
    ]
)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_IN_NAMES = frozenset("+-*/.'’")
_BUILTINS = NameIndex(BUILTINS)
_COMPONENTS = NameIndex(("time offset", "start included", "end included"))
_TYPES = NameIndex(
    (
        *("date and time", "years and months duration", "days and time duration", "date", "time", "number", "string"),
        *("boolean", "list", "context", "range", "function", "Any", "Null"),
    )
)


class NameReader:
    """The tokens of one expression, the position in them and the names in scope."""

    def __init__(self, text: str, tokens: list[Token], names: Iterable[str], properties: NameIndex) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.in_range = 0
        self.properties = properties
        self._scopes = [NameIndex(names)]
        self._open = 0
        self.reads = {"?": 0, "partial": 0}
        """How often the expression read what its surroundings must give it."""

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, ahead: int) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

    def next(self) -> Token:
        token = self.token
        if token.kind != "end":
            self.at += 1
        return token

    def take(self, text: str) -> bool:
        """Whether the next token is `text` (and no string); passes it if so."""
        if self.token.text == text and self.token.kind in ("operator", "name"):
            self.at += 1
            return True
        return False

    def need(self, text: str) -> None:
        if not self.take(text):
            found = f"{self.token.text!r} stands" if self.token.text else "the end is"
            self.fail(f"{text!r} is expected where {found}")

    def fail(self, why: str) -> NoReturn:
        raise DmnInvalid(f"“{self.text[:200]}”: {why}.", position=self.token.start)

    @contextmanager
    def scope(self, names: Iterable[str], *, is_open: bool = False) -> Iterator[None]:
        """Names that hold inside; `is_open`: the components of an item, known only by name, hold too."""
        self._scopes.append(NameIndex(names))
        self._open += is_open
        ranges, self.in_range = self.in_range, 0
        yield
        self.in_range = ranges
        self._open -= is_open
        self._scopes.pop()

    def declare(self, name: str) -> None:
        self._scopes[-1].add(name)

    def is_local(self, name: str) -> bool:
        return any(name == known for index in self._scopes for known in index.names())

    def name_here(self) -> tuple[str, int] | None:
        """The longest known name at this place, and the token after it."""
        indexes = [*reversed(self._scopes), *([self.properties] if self._open else [])]
        found = [match for index in indexes if (match := index.match(self.tokens, self.at)) is not None]
        builtin = _BUILTINS.match(self.tokens, self.at)
        if builtin is not None and not self._goes_on(builtin[1]):
            found.append(builtin)
        return max(found, key=lambda match: match[1], default=None)

    def _goes_on(self, at: int) -> bool:
        """Whether another word follows: the name is then longer than a built-in function's."""
        return self.tokens[at].kind == "name" and self.tokens[at].text not in KEYWORDS

    def unknown_name(self) -> str:
        """A name that nothing declares: the words up to a keyword or an operator."""
        words = [self.next().text]
        while self.token.kind == "name" and self.token.text not in KEYWORDS:
            words.append(self.next().text)
        return " ".join(words)

    def property_name(self) -> str:
        for index in (self.properties, _COMPONENTS):
            match = index.match(self.tokens, self.at)
            if match is not None:
                self.at = match[1]
                return match[0]
        if self.token.kind != "name":
            self.fail("a name is expected after the dot")
        return self.unknown_name()

    def label(self, *, consume: bool = True) -> str | None:
        """The name before a colon, or None where there is none; `consume`: the colon too."""
        end = self.at
        while self.tokens[end].kind in ("name", "number") or self.tokens[end].text in _IN_NAMES:
            end += 1
        if self.tokens[end].text != ":" or end == self.at or self.tokens[end].kind == "string":
            return None
        name = self._joined(self.at, end)
        self.at = end + consume
        return name

    def name_until(self, *closing: str, keep: bool = False) -> str:
        """A new name that ends before one of `closing`, which is passed unless `keep`."""
        start = self.at
        while self.token.text not in closing:
            if self.token.kind not in ("name", "number") and self.token.text not in _IN_NAMES:
                self.fail("a name is expected")
            self.at += 1
        if self.at == start:
            self.fail("a name is expected")
        name = self._joined(start, self.at)
        self.at += not keep
        return name

    def type_name(self) -> str:
        known = _TYPES.match(self.tokens, self.at)
        if known is not None:
            self.at = known[1]
            return known[0]
        if self.token.kind != "name":
            self.fail("a type is expected")
        name = self.unknown_name()
        while self.take("."):
            name += "." + self.unknown_name()
        return name

    def _joined(self, start: int, end: int) -> str:
        parts = self.tokens[start:end]
        joined = "".join((" " if token.spaced else "") + token.text for token in parts)
        return name_normal(joined)
