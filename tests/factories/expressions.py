"""Generated expression trees of every kind, and values for the names in them, thresholds and missing included."""

import random

from rules.language import tree
from rules.language.types import Held, Scope, Type

NUMBERS = ("n0", "n1", "n2", "n3")
TEXTS = ("s0", "s1")
TRUTHS = ("b0", "b1")
SCOPE = Scope(
    {
        **{name: Held(Type.NUMBER) for name in NUMBERS},
        **{name: Held(Type.STRING) for name in TEXTS},
        **{name: Held(Type.BOOLEAN) for name in TRUTHS},
    }
)
SPECIAL = [
    0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    -2.5,
    0.1,
    0.2,
    0.3,
    3.0,
    100.0,
    1e-300,
    1e300,
    -1e300,
    1.7976931348623157e308,
    5e-324,
]
WORDS = ["A", "A1", "A14", "B", "", "人", 'q"\\\n']
_COMPARE = ["=", "!=", "<", "<=", ">", ">="]


class TreeMaker:
    """Random well-typed trees; `random.Random` so that thousands cost little."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def constant(self) -> tree.Literal:
        value = self.rng.choice(SPECIAL) if self.rng.random() < 0.7 else round(self.rng.uniform(-9, 9), 1)
        return tree.Literal(value + 0.0)

    def number(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0 or kind < 0.3:
            return tree.Name(self.rng.choice(NUMBERS)) if self.rng.random() < 0.6 else self.constant()
        if kind < 0.7:
            operator = self.rng.choice("+-*/")
            return tree.Arithmetic(operator, self.number(depth - 1), self.number(depth - 1))
        if kind < 0.75:
            return tree.Negate(tree.Name(self.rng.choice(NUMBERS)))
        if kind < 0.82:
            return tree.If(self.truth(depth - 1), self.number(depth - 1), self.number_or_null(depth - 1))
        return self.number_call(depth)

    def number_or_null(self, depth: int) -> tree.Node:
        return tree.Literal(None) if self.rng.random() < 0.2 else self.number(depth)

    def number_call(self, depth: int) -> tree.Node:
        name = self.rng.choice(
            ["abs", "min", "max", "floor", "ceiling", "round half up", "round half even", "coalesce"]
        )
        if name.startswith("round"):
            places = tree.Literal(float(self.rng.randint(0, 9)))
            return tree.Call(name, (self.number(depth - 1), places))
        if name in ("abs", "floor", "ceiling"):
            return tree.Call(name, (self.number(depth - 1),))
        count = self.rng.randint(2, 3)
        return tree.Call(name, tuple(self.number_or_null(depth - 1) for _ in range(count)))

    def text(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0 or kind < 0.8:
            return tree.Name(self.rng.choice(TEXTS)) if self.rng.random() < 0.6 else self.word()
        if kind < 0.9:
            return tree.If(self.truth(depth - 1), self.text(depth - 1), self.text(depth - 1))
        return tree.Call("coalesce", (self.text(depth - 1), self.text(depth - 1)))

    def word(self) -> tree.Literal:
        return tree.Literal(self.rng.choice(WORDS))

    def truth(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0:
            return self.comparison(0) if kind < 0.7 else tree.Name(self.rng.choice(TRUTHS))
        if kind < 0.35:
            return self.comparison(depth)
        if kind < 0.6:
            items = tuple(self.truth(depth - 1) for _ in range(self.rng.randint(2, 4)))
            return tree.And(items) if self.rng.random() < 0.5 else tree.Or(items)
        if kind < 0.68:
            return tree.Not(self.truth(depth - 1))
        if kind < 0.74:
            return tree.Between(self.number(depth - 1), self.number(depth - 2), self.number(depth - 2))
        if kind < 0.86:
            return self.member(depth)
        if kind < 0.9:
            return tree.If(self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1))
        if kind < 0.95:
            function = self.rng.choice(["contains", "starts with", "ends with"])
            return tree.Call(function, (self.text(depth - 1), self.text(depth - 1)))
        return tree.Call("is defined", (self.number(depth - 1),))

    def comparison(self, depth: int) -> tree.Node:
        if self.rng.random() < 0.15:
            return tree.Comparison(self.rng.choice(_COMPARE), self.text(depth - 1), self.text(depth - 1))
        if self.rng.random() < 0.08:
            return tree.Comparison(self.rng.choice(["=", "!="]), self.truth(depth - 1), tree.Name("b1"))
        return tree.Comparison(self.rng.choice(_COMPARE), self.number(depth - 1), self.number(depth - 1))

    def member(self, depth: int) -> tree.Node:
        if self.rng.random() < 0.3:
            return tree.In(self.text(depth - 1), tuple(self.word() for _ in range(self.rng.randint(1, 4))))
        count = self.rng.randint(1, 4)
        return tree.In(self.number(depth - 1), tuple(self.item(depth) for _ in range(count)))

    def item(self, depth: int) -> tree.Node:
        if self.rng.random() < 0.6:
            return self.constant()
        if self.rng.random() < 0.3:
            return self.number(depth - 2)
        low, high = (self.constant(), self.constant()) if self.rng.random() < 0.6 else (self.number(0), self.number(0))
        return tree.Interval(low, high, self.rng.random() < 0.5, self.rng.random() < 0.5)

    def values(self) -> dict[str, object]:
        """A row: about a fifth is missing, numbers are often the special ones and sometimes ints."""
        row: dict[str, object] = {}
        for name in NUMBERS:
            row[name] = self.rng.choice(SPECIAL) if self.rng.random() < 0.8 else round(self.rng.uniform(-9, 9), 1)
            if self.rng.random() < 0.2:
                row[name] = self.rng.randint(-3, 100)
        row |= {name: self.rng.choice(WORDS) for name in TEXTS}
        row |= {name: self.rng.random() < 0.5 for name in TRUTHS}
        return {name: None if self.rng.random() < 0.2 else value for name, value in row.items()}
