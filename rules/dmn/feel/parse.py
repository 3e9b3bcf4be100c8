"""FEEL text to its tree. Names are read with what is in scope in mind, so that they may hold blanks and operators."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from rules.dmn.feel.lexer import NameIndex, string_value, tokens_of
from rules.dmn.feel.literals import at_literal
from rules.dmn.feel.parse_names import COMPARISONS, KEYWORDS
from rules.dmn.feel.parse_parts import PartReader
from rules.dmn.feel.tree import (
    AnyTest,
    Between,
    Binary,
    Call,
    CompareTest,
    Filter,
    In,
    InstanceOf,
    Literal,
    Name,
    Negative,
    Node,
    NotTest,
    Path,
    Tests,
    ValueTest,
)
from rules.dmn.feel.values import CONTEXT
from rules.dmn.problems import DmnInvalid, DmnTooLarge, DmnUnsupported

Read = TypeVar("Read", bound=Node)

MAX_DEPTH = 60
"""Nested expressions; keeps Python's stack whole."""

_CLOCK = ("now", "today")


def parse_expression(text: str, names: Iterable[str] = (), properties: NameIndex | None = None) -> Node:
    """The tree of an expression. `names`: what is in scope; `properties`: names of components, for paths.

    Raises DmnInvalid with its position, DmnUnsupported, DmnTooLarge.
    """
    return _Parser(text, names, properties).whole(lambda parser: parser.expression())


def parse_tests(text: str, names: Iterable[str] = (), properties: NameIndex | None = None) -> Tests:
    """The tree of a decision table's input cell. An empty one is `-`."""
    if not text.strip():
        return Tests((AnyTest(),))
    return _Parser(text, [*names, "?"], properties).whole(lambda parser: parser.unary_tests())


class _Parser(PartReader):
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, names: Iterable[str], properties: NameIndex | None) -> None:
        super().__init__(text, tokens_of(text), names, properties or NameIndex())
        self.depth = 0

    def whole(self, rule: Callable[["_Parser"], Read]) -> Read:
        try:
            node = rule(self)
        except RecursionError as error:
            raise DmnTooLarge("An expression is nested too deep.", text=self.text[:200]) from error
        except ArithmeticError as error:
            raise DmnInvalid(f"“{self.text[:200]}” holds a number beyond the standard's range.") from error
        if self.token.kind != "end":
            self.fail(f"{self.token.text!r} is not expected here")
        return node

    # Expressions, from the loosest operator to the tightest.

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise DmnTooLarge(f"An expression is nested deeper than {MAX_DEPTH}.", text=self.text[:200])
        node = self._keyword_expression()
        self.depth -= 1
        return node

    def _keyword_expression(self) -> Node:
        if not self.name_here():
            for word, rule in (
                ("if", self.if_part),
                ("for", self.for_part),
                ("some", self.some_part),
                ("every", self.every_part),
            ):
                if self.take(word):
                    return rule()
            if self.token.text == "function" and self.peek(1).text == "(":
                return self.function_part()
        return self._or()

    def _or(self) -> Node:
        return self._left(self._and, ("or",))

    def _and(self) -> Node:
        return self._left(self._comparison, ("and",))

    def _left(self, operand: Callable[[], Node], operators: tuple[str, ...]) -> Node:
        node = operand()
        while self.token.kind in ("operator", "name") and self.token.text in operators:
            operator = self.next().text
            node = Binary(operator, node, operand())
        return node

    def _comparison(self) -> Node:
        node = self.sum()
        while True:
            if self.token.kind == "operator" and self.token.text in COMPARISONS:
                operator = self.next().text
                node = Binary(operator, node, self.sum())
            elif self.take("between"):
                low = self.sum()
                self.need("and")
                node = Between(node, low, self.sum())
            elif self.take("in"):
                node = In(node, self._in_tests())
            elif self.token.text == "instance" and self.peek(1).text == "of":
                self.next()
                self.next()
                node = InstanceOf(node, self.type_part())
            else:
                return node

    def _in_tests(self) -> tuple[Node, ...]:
        start, depth = self.at, self.depth
        if self.take("("):
            try:
                tests = [self.positive_test()]
                while self.take(","):
                    tests.append(self.positive_test())
                if self.take(")") and self.token.text not in ("..", ".", "["):
                    return tuple(tests)
            except DmnInvalid:
                pass
            self.at, self.depth = start, depth
        return (self.positive_test(self.sum),)

    def sum(self) -> Node:
        return self._left(self._product, ("+", "-"))

    def _product(self) -> Node:
        return self._left(self._power, ("*", "/"))

    def _power(self) -> Node:
        return self._left(self._unary, ("**",))

    def _unary(self) -> Node:
        negative = False
        while self.take("-"):
            negative = not negative
        node = self._postfix()
        return Negative(node) if negative else node

    def _postfix(self) -> Node:
        node = self._primary()
        while True:
            if self.token.text == "." and self.token.kind == "operator":
                self.next()
                node = Path(node, self.property_name())
            elif self.token.text == "[" and self.token.kind == "operator" and not self._closes_range():
                self.next()
                with self.scope(("item",), is_open=True):
                    condition = self.expression()
                self.need("]")
                node = Filter(node, condition)
            elif self.token.text == "(" and self.token.kind == "operator":
                node = self._call(node)
            else:
                return node

    def _closes_range(self) -> bool:
        following = self.peek(1)
        return self.in_range > 0 and (
            following.kind == "end" or following.text in (",", ")", "]", "}", "and", "or", "then", "else", "return")
        )

    def _call(self, callee: Node) -> Node:
        if isinstance(callee, Name) and callee.name in _CLOCK and not self.is_local(callee.name):
            raise DmnUnsupported(
                f"{callee.name}() reads the clock: pass the date as input data.", construct=callee.name
            )
        self.need("(")
        names: list[str] = []
        arguments: list[Node] = []
        while not self.take(")"):
            if arguments:
                self.need(",")
            name = self.label()
            if name is not None:
                names.append(name)
            arguments.append(self.expression())
        if names and len(names) != len(arguments):
            self.fail("named and positional arguments are mixed")
        return Call(callee, tuple(arguments), tuple(names))

    # What an expression starts with.

    def _primary(self) -> Node:
        token = self.token
        if token.kind in ("number", "name"):
            known = self.name_here()
            if known is not None:
                self.at = known[1]
                if known[0] in self.reads:
                    self.reads[known[0]] += 1
                return Name(known[0])
        if token.kind == "number":
            self.next()
            return Literal(CONTEXT.create_decimal(token.text), token.text)
        if token.kind == "string":
            self.next()
            return Literal(string_value(token.text), token.text)
        if token.kind == "name":
            return self._word()
        rule = {
            "(": self._parenthesis,
            "[": self.bracket_part,
            "]": self.open_range_part,
            "{": self.context_part,
            "@": self._at,
        }
        if token.text in rule and token.kind == "operator":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise DmnTooLarge(f"An expression is nested deeper than {MAX_DEPTH}.", text=self.text[:200])
            self.next()
            node = rule[token.text]()
            self.depth -= 1
            return node
        return self.fail("an expression is expected" if token.kind == "end" else f"{token.text!r} is not expected here")

    def _word(self) -> Node:
        word = self.token.text
        if word in ("true", "false", "null"):
            self.next()
            return Literal({"true": True, "false": False, "null": None}[word], word)
        if word in KEYWORDS:
            if word in ("if", "for", "some", "every", "function"):
                return self.expression()
            return self.fail(f"{word!r} is not expected here")
        return Name(self.unknown_name())

    def _at(self) -> Node:
        token = self.next()
        if token.kind != "string":
            self.fail("@ stands before a text in quotes")
        return Literal(at_literal(string_value(token.text)), "@" + token.text)

    def _parenthesis(self) -> Node:
        if self.token.kind == "operator" and self.token.text in COMPARISONS:
            return self.comparison_range_part()
        first = self.expression()
        if self.take(".."):
            return self._range(first, low_closed=False)
        self.need(")")
        return first

    # Unary tests.

    def unary_tests(self) -> Tests:
        if self.token.text == "-" and self.peek(1).kind == "end":
            self.next()
            return Tests((AnyTest(),))
        return Tests(tuple(self._listed(self._test)))

    def _test(self) -> Node:
        start = self.at
        if self.token.text == "not" and self.peek(1).text == "(" and self.name_here() is not None:
            self.next()
            self.next()
            tests = self._listed(self.positive_test)
            self.need(")")
            if self.token.kind == "end" or self.token.text == ",":
                return NotTest(tuple(tests))
            self.at = start
        if self.token.text == "(" and self.token.kind == "operator":
            self.next()
            tests = self._listed(self.positive_test)
            if len(tests) > 1 and self.take(")"):
                return Tests(tuple(tests))
            self.at = start
        return self.positive_test()

    def _listed(self, rule: Callable[[], Node]) -> list[Node]:
        tests = [rule()]
        while self.take(","):
            tests.append(rule())
        return tests

    def positive_test(self, rule: Callable[[], Node] | None = None) -> Node:
        if self.token.kind == "operator" and self.token.text in COMPARISONS:
            operator = self.next().text
            return CompareTest(operator, self.sum())
        before = self.reads["?"]
        node = (rule or self.expression)()
        return ValueTest(node, self.reads["?"] > before)
