"""The rule set over a portfolio: Polars expressions from the same trees, with the same answers."""

from functools import reduce
from operator import or_

import polars as pl

from rules.engine.outcomes import MILDEST, UNKNOWN_LEVEL
from rules.engine.plan import Plan, PlannedTable
from rules.language import Type
from rules.language.to_columns import columns_of, finite

DTYPES: dict[Type, type[pl.DataType]] = {
    Type.NUMBER: pl.Float64,
    Type.STRING: pl.String,
    Type.BOOLEAN: pl.Boolean,
    Type.DATE: pl.String,
}
_SCORE_TYPES = {"pd": Type.NUMBER, "score_points": Type.NUMBER}
PATTERN_OUTCOME = "pattern_outcome"
_OFFER_COLUMNS = ("amount_offered_minor", "annual_rate", "term_months")
ANSWER_COLUMNS = frozenset({"outcome", "grade", *_OFFER_COLUMNS})
"""What an answer holds beside the rules, so no rule's code."""


class ColumnProgram:
    """Expressions of one rule set; columns are renamed inside, so that no rule code clashes with a variable."""

    def __init__(self, plan: Plan, ladder: tuple[str, ...]) -> None:
        self.plan = plan
        self.ladder = ladder
        self._types = {**plan.types, **_SCORE_TYPES}
        self._names = {name: pl.col(_inner(name)) for name in (*self._types, "grade")}
        self._names |= {name: pl.col(_inner(name)) for name, _, _ in plan.derived}
        self._derived = [
            columns_of(node, self._names).cast(DTYPES.get(kind, pl.Float64)).alias(_inner(name))
            for name, node, kind in plan.derived
        ]
        self._truths = [columns_of(rule.node, self._names).cast(pl.Boolean).alias(rule.code) for rule in plan.rules]

    def evaluate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per row of `frame`, in its order.

        Reads the variables by name (a column that is absent counts as all unknown; NaN and infinities too), and, where
        given, `pd`, `score_points`, `grade` (counts only where the document defines no grades) and `pattern_outcome`
        (the worst outcome of pattern hits, a String, null for none). Gives `outcome`, `grade`, one nullable Boolean
        per enabled rule code and, where the document has an offer, `amount_offered_minor` (Int64), `annual_rate`,
        `term_months` (Int64), null where nothing is offered.
        Raises polars' InvalidOperationError where a column cannot be read as its variable's type.
        """
        inner = self._inputs(frame)
        for expression in self._derived:
            inner = _solid(inner.with_columns(expression))
        # with_columns, not select: a rule that reads nothing must still fill every row.
        rules = inner.with_columns(self._truths).select([rule.code for rule in self.plan.rules])
        return self._answer(inner, rules)

    def _inputs(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = [
            _clean(frame.get_column(name), kind).alias(_inner(name))
            if name in frame.columns
            else pl.Series(_inner(name), [None], dtype=DTYPES[kind]).new_from_index(0, frame.height)
            for name, kind in self._types.items()
        ]
        levels = {outcome: level for level, outcome in enumerate(self.ladder)}
        if PATTERN_OUTCOME in frame.columns:
            pattern = frame.get_column(PATTERN_OUTCOME).cast(pl.String)
            columns.append(pattern.replace_strict(levels, return_dtype=pl.Int8).alias(_inner(PATTERN_OUTCOME)))
        if "grade" in frame.columns and not self.plan.grades:
            columns.append(frame.get_column("grade").cast(pl.String).alias(_inner("grade")))
            return pl.DataFrame(columns)
        inner = pl.DataFrame(columns)
        return _solid(inner.with_columns(self._grade().alias(_inner("grade"))))

    def _grade(self) -> pl.Expr:
        pd = self._names["pd"]
        grade: pl.Expr = pl.lit(None, dtype=pl.String)
        for name, max_pd in reversed(self.plan.grades):
            grade = pl.when(pd <= max_pd).then(pl.lit(name)).otherwise(grade)
        return grade

    def _answer(self, inner: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        level = self._level(inner, rules)
        outputs = [level.alias(_inner("level"))]
        table = self.plan.table
        if table is not None:
            outputs += self._offer(table)
        frame = pl.concat([inner, rules], how="horizontal") if rules.width else inner
        answer = frame.with_columns(outputs[0]).with_columns(outputs[1:])
        level = pl.col(_inner("level"))
        offers: list[pl.Expr] = []
        if table is not None:
            is_offered = (level == MILDEST) & pl.col(_OFFER_COLUMNS[0]).is_not_null()
            offers = [pl.when(is_offered).then(pl.col(name)).alias(name) for name in _OFFER_COLUMNS]
            level = pl.when((level == MILDEST) & ~is_offered).then(pl.lit(UNKNOWN_LEVEL)).otherwise(level)
        outcome = level.replace_strict(dict(enumerate(self.ladder)), return_dtype=pl.String)
        grade = pl.col(_inner("grade")).alias("grade")
        return answer.select(outcome.alias("outcome"), grade, *[pl.col(name) for name in rules.columns], *offers)

    def _level(self, inner: pl.DataFrame, rules: pl.DataFrame) -> pl.Expr:
        """The most severe level reached, from the most severe down; the default where none is."""
        reached = pl.lit(self.plan.default_level)
        for level in range(len(self.ladder)):
            tests = [pl.col(rule.code).fill_null(False) for rule in self.plan.rules if rule.level == level]
            if level == UNKNOWN_LEVEL:
                tests += [pl.col(rule.code).is_null() for rule in self.plan.rules if rule.refers_unknown]
            if _inner(PATTERN_OUTCOME) in inner.columns:
                tests.append((pl.col(_inner(PATTERN_OUTCOME)) == level).fill_null(False))
            if tests:
                reached = pl.when(reduce(or_, tests)).then(pl.lit(level)).otherwise(reached)
        return reached.cast(pl.Int8)

    def _offer(self, table: PlannedTable) -> list[pl.Expr]:
        """The first row that is not false; its cells count only if it is true."""
        cells: list[pl.Expr] = [pl.lit(None, dtype=pl.Float64)] * len(_OFFER_COLUMNS)
        for condition, outputs in reversed(table.rows):
            test = columns_of(condition, self._names).cast(pl.Boolean)
            for place, output in enumerate(outputs):
                value = pl.when(test).then(columns_of(output, self._names).cast(pl.Float64))
                cells[place] = pl.when(test.fill_null(True)).then(value).otherwise(cells[place])
        amount = _smaller(self._names[table.amount_variable], cells[0]).floor()
        rate = cells[1]
        term = _smaller(self._names[table.term_variable], cells[2]).floor()
        is_made = (amount > 0) & (term > 0) & (rate >= 0)
        made = (amount.cast(pl.Int64), rate, term.cast(pl.Int64))
        return [pl.when(is_made).then(value).alias(name) for name, value in zip(_OFFER_COLUMNS, made, strict=True)]


def _smaller(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return pl.when(right < left).then(right).when(left <= right).then(left)


def _clean(column: pl.Series, kind: Type) -> pl.Series:
    if kind is not Type.NUMBER:
        return column.cast(DTYPES[kind])
    if not column.dtype.is_float():
        return column.cast(pl.Float64)
    column = column.cast(pl.Float64)
    if column.is_finite().all():
        return column
    return pl.DataFrame([column]).select(finite(pl.col(column.name)).alias(column.name)).to_series()


def _solid(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with a value stored per row: Polars keeps a constant column as one value and computes with it otherwise
    (see `rules.language.division`)."""
    return pl.DataFrame(frame.get_columns())


def _inner(name: str) -> str:
    return f" {name}"
