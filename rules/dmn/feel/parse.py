"""FEEL text to its tree. Names are read with what is in scope in mind, so that they may hold blanks and operators."""

from collections.abc import Callable, Iterable



from rules.dmn.feel.lexer import NameIndex, string_value, tokens_of
from rules.dmn.feel.literals import at_literal
from rules.dmn.feel.parse_names import KEYWORDS, NameReader
from rules.dmn.feel.tree import (
    AnyTest,
    Between,
    Binary,
    Call,
    CompareTest,
    ContextOf,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Name,
    Negative,
    Node,
    NotTest,
    Path,
    Quantified,
    RangeOf,
    Tests,
    TypeText,
    ValueTest,
)
from rules.dmn.feel.values import CONTEXT
from rules.dmn.problems import DmnInvalid, DmnTooLarge, DmnUnsupported

MAX_DEPTH = 60
"""Nested expressions; keeps Python's stack whole."""

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
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
    node = _Parser(text, [*names, "?"], properties).whole(lambda parser: parser.unary_tests())
    assert isinstance(node, Tests)
    return node


class _Parser(NameReader):
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, names: Iterable[str], properties: NameIndex | None) -> None:
        super().__init__(text, tokens_of(text), names, properties or NameIndex())
        self.depth = 0
        self.reads = {"?": 0, "partial": 0}

    def whole(self, rule: Callable[["_Parser"], Node]) -> Node:
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
            for word, rule in (("if", self._if), ("for", self._for), ("some", self._some), ("every", self._every)):
                if self.take(word):
                    return rule()
            if self.token.text == "function" and self.peek(1).text == "(":
                return self._function()
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
        node = self._sum()
        while True:
            if self.token.kind == "operator" and self.token.text in _COMPARISONS:
                operator = self.next().text
                node = Binary(operator, node, self._sum())
            elif self.take("between"):
                low = self._sum()
                self.need("and")
                node = Between(node, low, self._sum())
            elif self.take("in"):
                node = In(node, self._in_tests())
            elif self.token.text == "instance" and self.peek(1).text == "of":
                self.next()
                self.next()
                node = InstanceOf(node, self._type())
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
        return (self.positive_test(self._sum),)

    def _sum(self) -> Node:
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
            raise DmnUnsupported(f"{callee.name}() reads the clock: pass the date as input data.", construct=callee.name)
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
        rule = {"(": self._parenthesis, "[": self._bracket, "]": self._open_range, "{": self._context, "@": self._at}
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
        if self.token.kind == "operator" and self.token.text in _COMPARISONS:
            return self._comparison_range()
        first = self.expression()
        if self.take(".."):
            return self._range(first, low_closed=False)
        self.need(")")
        return first

    def _comparison_range(self) -> Node:
        operator = self.next().text
        endpoint = self._sum()
        self.need(")")
        null = Literal(None, "null")
        if operator == "=":
            return RangeOf(endpoint, endpoint, True, True)
        if operator == "!=":
            self.fail("a range cannot be written with '!='")
        below = operator.startswith("<")
        closed = operator.endswith("=")
        return RangeOf(null, endpoint, False, closed) if below else RangeOf(endpoint, null, closed, False)

    def _bracket(self) -> Node:
        if self.take("]"):
            return ListOf(())
        first = self.expression()
        if self.take(".."):
            return self._range(first, low_closed=True)
        items = [first]
        while self.take(","):
            items.append(self.expression())
        self.need("]")
        return ListOf(tuple(items))

    def _open_range(self) -> Node:
        first = self.expression()
        self.need("..")
        return self._range(first, low_closed=False)

    def _range(self, low: Node, *, low_closed: bool) -> Node:
        self.in_range += 1
        high = self.expression()
        self.in_range -= 1
        token = self.next()
        if token.text not in ("]", ")", "["):
            self.fail("a range ends with ], ) or [")
        return RangeOf(low, high, low_closed, token.text == "]")

    def _context(self) -> Node:
        entries: list[tuple[str, Node]] = []
        with self.scope(()):
            while not self.take("}"):
                if entries:
                    self.need(",")
                key = string_value(self.next().text) if self.token.kind == "string" else self.label(consume=False)
                if key is None:
                    self.fail("a context's entry starts with a name and a colon")
                self.need(":")
                entries.append((key, self.expression()))
                self.declare(key)
                self.properties.add(key)
        return ContextOf(tuple(entries))

    def _if(self) -> Node:
        condition = self.expression()
        self.need("then")
        then = self.expression()
        self.need("else")
        return If(condition, then, self.expression())

    def _iterators(self, *, closing: str) -> tuple[tuple[str, Node, Node | None], ...]:
        iterators: list[tuple[str, Node, Node | None]] = []
        while True:
            name = self.name_until("in")
            first = self.expression()
            last = self.expression() if self.take("..") else None
            iterators.append((name, first, last))
            self.declare(name)
            if not self.take(","):
                break
        self.need(closing)
        return tuple(iterators)

    def _for(self) -> Node:
        with self.scope(("partial",)):
            iterators = self._iterators(closing="return")
            before = self.reads["partial"]
            body = self.expression()
            return For(iterators, body, self.reads["partial"] > before)

    def _some(self) -> Node:
        return self._quantified(is_every=False)

    def _every(self) -> Node:
        return self._quantified(is_every=True)

    def _quantified(self, *, is_every: bool) -> Node:
        with self.scope(()):
            iterators = self._iterators(closing="satisfies")
            return Quantified(is_every, iterators, self.expression())

    def _function(self) -> Node:
        self.next()
        self.next()
        parameters: list[tuple[str, TypeText | None]] = []
        while not self.take(")"):
            if parameters:
                self.need(",")
            name = self.label() or self.name_until(",", ")", keep=True)
            typed = self.tokens[self.at - 1].text == ":"
            parameters.append((name, self._type() if typed else None))
        if self.token.text == "external":
            raise DmnUnsupported("A function defined outside FEEL is not evaluated.", construct="external function")
        with self.scope(name for name, _ in parameters):
            return FunctionOf(tuple(parameters), self.expression())

    def _type(self) -> TypeText:
        name = self.type_name()
        arguments: list[TypeText] = []
        entries: list[tuple[str, TypeText]] = []
        if self.take("<"):
            while not self.take(">"):
                if arguments or entries:
                    self.need(",")
                label = self.label()
                if label is None:
                    arguments.append(self._type())
                else:
                    entries.append((label, self._type()))
        if self.take("->"):
            arguments.append(self._type())
        return TypeText(name, tuple(arguments), tuple(entries))

    # Unary tests.

    def unary_tests(self) -> Tests:
        if self.token.text == "-" and self.peek(1).kind == "end":
            self.next()
            return Tests((AnyTest(),))
        tests = [self._test()]
        while self.take(","):
            tests.append(self._test())
        return Tests(tuple(tests))

    def _test(self) -> Node:
        start = self.at
        if self.token.text == "not" and self.peek(1).text == "(" and self.name_here() is not None:
            self.next()
            self.next()
            tests = [self.positive_test()]
            while self.take(","):
                tests.append(self.positive_test())
            self.need(")")
            if self.token.kind == "end" or self.token.text == ",":
                return NotTest(tuple(tests))
            self.at = start
        return self.positive_test()

    def positive_test(self, rule: Callable[[], Node] | None = None) -> Node:
        if self.token.kind == "operator" and self.token.text in _COMPARISONS:
            operator = self.next().text
            return CompareTest(operator, self._sum())
        before = self.reads["?"]
        node = (rule or self.expression)()
        return ValueTest(node, self.reads["?"] > before)


