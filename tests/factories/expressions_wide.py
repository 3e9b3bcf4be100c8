"""Generated trees with dates, durations, lists, some and every, and the functions on them."""

from rules.language import tree
from rules.language.types import Held, Scope, Type, list_of
from tests.factories.expressions import NUMBERS, SCOPE, TreeMaker

DATES = ("d0", "d1")
DAYS = [
    *["2026-01-31", "2024-02-29", "2025-02-28", "2026-12-31", "1999-12-31", "2000-01-01", "0001-01-01", "9999-12-31"],
    *["2026-03-01", "1900-02-28", "2026-11-22", "1970-01-01", "1969-12-31", "9999-01-31", "0001-02-28"],
]
MALFORMED = ["", "2026-02-30", "2026-1-5", "20260105", "2026-W01-1", "0000-01-01", "12026-01-01", " 2026-01-01", "日期"]
WIDE_SCOPE = SCOPE.with_names({name: Held(Type.DATE) for name in DATES})
LISTED = tree.ListOf(
    tuple(tree.Name(f"n{place}") for place in range(4)),
    (tree.Name("b0"), None, tree.Name("b1"), tree.Comparison(">", tree.Name("n0"), tree.Literal(0.0))),
)
"""What the list `fees` stands for: four numbers, three of them guarded."""
LISTS = {"fees": LISTED}
LIST_SCOPE = Scope({**WIDE_SCOPE.names, "fees": Held(list_of(Type.NUMBER), places=4)})
_NUMBER_CALLS = ["modulo", "sqrt", "exp", "log", "round up", "round down", "round half down"]
_PATTERNS = ["^A", "[0-9]+$", "人", ".", "(A|B)1?", "\\\\", "", "(?i)a14"]


class WideMaker(TreeMaker):
    """As TreeMaker, with about half of the nodes from what it does not know."""

    def __init__(self, rng) -> None:
        super().__init__(rng)
        self.bound: list[tuple[str, Type]] = []

    def number(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        names = [name for name, held in self.bound if held is Type.NUMBER]
        if names and kind < 0.4:
            return tree.Name(self.rng.choice(names))
        if depth <= 0 or kind < 0.55:
            return super().number(depth)
        return self.rng.choice(
            [self.power, self.named_call, self.length, self.between, self.component, self.of_list, self.ratio]
        )(depth - 1)

    def power(self, depth: int) -> tree.Node:
        return tree.Arithmetic("**", self.number(depth), self.rng.choice([self.constant(), tree.Literal(2.0)]))

    def named_call(self, depth: int) -> tree.Node:
        name = self.rng.choice(_NUMBER_CALLS)
        more = {"modulo": self.number(0), "exp": None, "log": None, "sqrt": None}
        second = more[name] if name in more else tree.Literal(float(self.rng.randint(0, 9)))
        return tree.Call(name, (self.number(depth),) if second is None else (self.number(depth), second))

    def length(self, depth: int) -> tree.Node:
        return tree.Call("string length", (self.text(depth),))

    def between(self, depth: int) -> tree.Node:
        name = self.rng.choice(["days between", "months between", "years between"])
        return tree.Call(name, (self.date(depth), self.date(depth)))

    def component(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if kind < 0.4:
            return tree.Name(f"{self.rng.choice(DATES)}.{self.rng.choice(['year', 'month', 'day', 'weekday'])}")
        if kind < 0.6:
            return tree.Path(self.compound(self.date(1)), self.rng.choice(["year", "weekday"]))
        if kind < 0.8:
            return tree.Path(self.compound(self.days(depth)), self.rng.choice(["days", "hours", "minutes", "seconds"]))
        return tree.Path(self.compound(self.months(depth)), self.rng.choice(["years", "months"]))

    def compound(self, node: tree.Node) -> tree.Node:
        """A path on a plain name is written as a dotted name."""
        return tree.Call("coalesce", (node, node)) if isinstance(node, tree.Name) else node

    def ratio(self, depth: int) -> tree.Node:
        kind = self.rng.choice([self.days, self.months])
        return tree.Arithmetic("/", kind(depth), kind(depth))

    def of_list(self, depth: int) -> tree.Node:
        name = self.rng.choice(["sum", "count", "mean", "median", "min", "max"])
        return tree.Call(name, (self.listed(depth),))

    def listed(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if kind < 0.4:
            return tree.Name("fees")
        if kind < 0.5 and depth > 0:
            return tree.If(self.truth(0), self.listed(0), self.listed(0))
        count = self.rng.randint(1, 4)
        return tree.ListOf(tuple(self.number_or_null(min(depth, 1)) for _ in range(count)))

    def date(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0 or kind < 0.4:
            return tree.Name(self.rng.choice(DATES)) if self.rng.random() < 0.6 else self.day()
        if kind < 0.8:
            left, right = self.date(depth - 1), self.rng.choice([self.days, self.months])(depth - 1)
            return tree.Arithmetic(self.rng.choice("+-"), left, right)
        if kind < 0.9:
            return tree.Call(self.rng.choice(["min", "max", "coalesce"]), (self.date(depth - 1), self.date(0)))
        return tree.If(self.truth(0), self.date(depth - 1), self.date(0))

    def day(self) -> tree.Node:
        return tree.Literal(self.rng.choice(DAYS), Type.DATE)

    def days(self, depth: int) -> tree.Node:
        seconds = float(self.rng.choice([0, 1, -1, 60, 3600, 86400, -86400, 90061, 864000, 31536000, 86399]))
        kind = self.rng.random()
        if depth <= 0 or kind < 0.4:
            return tree.Literal(seconds, Type.DAYS)
        if kind < 0.6:
            return tree.Arithmetic("-", self.date(depth - 1), self.date(depth - 1))
        if kind < 0.8:
            return tree.Arithmetic("*", self.days(depth - 1), self.number(0))
        return tree.Negate(self.compound(tree.Arithmetic("-", self.date(0), self.date(0))))

    def months(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0 or kind < 0.4:
            return tree.Literal(float(self.rng.choice([0, 1, -1, 11, 12, 13, 18, -25, 1200])), Type.MONTHS)
        if kind < 0.6:
            return tree.Call("years and months duration", (self.date(depth - 1), self.date(depth - 1)))
        operator = self.rng.choice("*/")
        return tree.Arithmetic(operator, self.months(depth - 1), self.number(0))

    def text(self, depth: int) -> tree.Node:
        kind = self.rng.random()
        if depth <= 0 or kind < 0.6:
            return super().text(depth)
        if kind < 0.7:
            return tree.Call("day of week", (self.date(depth - 1),))
        if kind < 0.85:
            return tree.Call(self.rng.choice(["upper case", "lower case"]), (self.text(depth - 1),))
        start = tree.Literal(float(self.rng.choice([1, 2, 3, -1, -2, 9])))
        more = (tree.Literal(float(self.rng.randint(0, 3))),) if self.rng.random() < 0.5 else ()
        return tree.Call("substring", (self.text(depth - 1), start, *more))

    def truth(self, depth: int) -> tree.Node:
        if depth <= 0 or self.rng.random() < 0.5:
            return super().truth(depth)
        return self.rng.choice(
            [self.date_test, self.length_test, self.quantified, self.in_list, self.tests, self.match]
        )(depth - 1)

    def date_test(self, depth: int) -> tree.Node:
        if self.rng.random() < 0.3:
            return tree.Between(self.date(depth), self.day(), self.date(0))
        if self.rng.random() < 0.3:
            return tree.In(self.date(depth), (self.day(), tree.Interval(self.day(), self.date(0), True)))
        return tree.Comparison(self.rng.choice(["=", "<", ">=", "!="]), self.date(depth), self.date(depth))

    def length_test(self, depth: int) -> tree.Node:
        kind = self.rng.choice([self.days, self.months])
        return tree.Comparison(self.rng.choice(["=", "<", ">="]), kind(depth), kind(depth))

    def quantified(self, depth: int) -> tree.Node:
        listed = self.listed(depth)
        variable = f"x{len(self.bound)}"
        self.bound.append((variable, Type.NUMBER))
        condition = self.truth(min(depth, 1))
        self.bound.pop()
        return tree.Quantified(self.rng.choice(["some", "every"]), variable, listed, condition)

    def in_list(self, depth: int) -> tree.Node:
        if self.rng.random() < 0.5:
            return tree.Call("list contains", (self.listed(depth), self.number(depth)))
        return tree.In(self.number(depth), (tree.Name("fees"),))

    def tests(self, depth: int) -> tree.Node:
        count = self.rng.randint(1, 3)
        tests = tuple(tree.Test(self.rng.choice(["<", "<=", ">", ">=", "!="]), self.constant()) for _ in range(count))
        return tree.In(self.number(depth), tests)

    def match(self, depth: int) -> tree.Node:
        return tree.Call("matches", (self.text(depth), tree.Literal(self.rng.choice(_PATTERNS))))

    def values(self) -> dict[str, object]:
        row = super().values()
        for name in DATES:
            row[name] = self.rng.choice(DAYS if self.rng.random() < 0.8 else [None, *MALFORMED])
        return row


assert len(NUMBERS) == len(LISTED.items)
