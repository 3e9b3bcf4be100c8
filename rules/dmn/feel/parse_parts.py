"""What an expression is made of besides operators: ranges, lists, contexts, conditions, loops, functions, types."""

from abc import abstractmethod

from rules.dmn.feel.lexer import string_value
from rules.dmn.feel.parse_names import NameReader
from rules.dmn.feel.tree import (
    ContextOf,
    For,
    FunctionOf,
    If,
    ListOf,
    Literal,
    Node,
    Quantified,
    RangeOf,
    TypeText,
)
from rules.dmn.problems import DmnUnsupported


class PartReader(NameReader):
    """The parts; the parser knows how the operators bind."""

    @abstractmethod
    def expression(self) -> Node: ...

    @abstractmethod
    def sum(self) -> Node: ...

    def comparison_range_part(self) -> Node:
        operator = self.next().text
        endpoint = self.sum()
        self.need(")")
        null = Literal(None, "null")
        if operator == "=":
            return RangeOf(endpoint, endpoint, True, True)
        if operator == "!=":
            self.fail("a range cannot be written with '!='")
        below = operator.startswith("<")
        closed = operator.endswith("=")
        return RangeOf(null, endpoint, False, closed) if below else RangeOf(endpoint, null, closed, False)

    def bracket_part(self) -> Node:
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

    def open_range_part(self) -> Node:
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

    def context_part(self) -> Node:
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

    def if_part(self) -> Node:
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

    def for_part(self) -> Node:
        with self.scope(("partial",)):
            iterators = self._iterators(closing="return")
            before = self.reads["partial"]
            body = self.expression()
            return For(iterators, body, self.reads["partial"] > before)

    def some_part(self) -> Node:
        return self._quantified(is_every=False)

    def every_part(self) -> Node:
        return self._quantified(is_every=True)

    def _quantified(self, *, is_every: bool) -> Node:
        with self.scope(()):
            iterators = self._iterators(closing="satisfies")
            return Quantified(is_every, iterators, self.expression())

    def function_part(self) -> Node:
        self.next()
        self.next()
        parameters: list[tuple[str, TypeText | None]] = []
        while not self.take(")"):
            if parameters:
                self.need(",")
            name = self.label() or self.name_until(",", ")", keep=True)
            typed = self.tokens[self.at - 1].text == ":"
            parameters.append((name, self.type_part() if typed else None))
        if self.token.text == "external":
            raise DmnUnsupported("A function defined outside FEEL is not evaluated.", construct="external function")
        with self.scope(name for name, _ in parameters):
            return FunctionOf(tuple(parameters), self.expression())

    def type_part(self) -> TypeText:
        name = self.type_name()
        arguments: list[TypeText] = []
        entries: list[tuple[str, TypeText]] = []
        if self.take("<"):
            while not self.take(">"):
                if arguments or entries:
                    self.need(",")
                label = self.label()
                if label is None:
                    arguments.append(self.type_part())
                else:
                    entries.append((label, self.type_part()))
        if self.take("->"):
            arguments.append(self.type_part())
        return TypeText(name, tuple(arguments), tuple(entries))
