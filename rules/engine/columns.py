"""The rule set over a portfolio: Polars expressions from the same trees, with the same answers."""

from functools import reduce
from operator import or_

import polars as pl

from rules.engine.columns_scorecards import ColumnScorecard
from rules.engine.columns_tables import DTYPES, ColumnTable, inner_name
from rules.engine.outcomes import BUSINESS_DATE, MILDEST, UNKNOWN_LEVEL
from rules.engine.plan import Plan
from rules.engine.plan_parts import Planned, PlannedCap, PlannedDerived, PlannedOffer, PlannedTable
from rules.language import Type
from rules.language.to_columns import columns_of, finite

__all__ = ["ANSWER_COLUMNS", "DTYPES", "PATTERN_OUTCOME", "ColumnProgram"]

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
        if plan.reads_date:
            self._types[BUSINESS_DATE] = Type.DATE
        self._names = {name: pl.col(inner_name(name)) for name in (*self._types, "grade")}
        self._computed = [self._part(part) for part in plan.computed]
        self._truths = [columns_of(rule.node, self._names).cast(pl.Boolean).alias(rule.code) for rule in plan.rules]

    def evaluate(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One row per row of `frame`, in its order.

        Reads the variables by name (a column that is absent counts as all unknown; NaN and infinities too), and, where
        given, `pd`, `score_points`, `grade` (counts only where the document defines no grades) and `pattern_outcome`
        (the worst outcome of pattern hits, a String, null for none) and `business_date` (a String, YYYY-MM-DD). Gives
        `outcome`, `grade`, one nullable Boolean per enabled rule code and, where the document has an offer,
        `amount_offered_minor` (Int64), `annual_rate`, `term_months` (Int64), null where nothing is offered.
        Raises polars' InvalidOperationError where a column cannot be read as its variable's type.
        """
        inner = self._computed_of(frame)
        # with_columns, not select: a rule that reads nothing must still fill every row.
        rules = inner.with_columns(self._truths).select([rule.code for rule in self.plan.rules])
        return self._answer(inner, rules)

    def computed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Derived variables, results of tables that are no lists, and totals of scorecards, by name."""
        inner = self._computed_of(frame)
        names = [name for part in self.plan.computed for name in _names_of(part)]
        return inner.select([pl.col(inner_name(name)).alias(name) for name in names])

    def _computed_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        inner = self._inputs(frame)
        for part in self._computed:
            inner = _solid(inner.with_columns(part) if isinstance(part, pl.Expr) else part.added(inner))
        return inner

    def _part(self, part: Planned) -> pl.Expr | ColumnTable | ColumnScorecard:
        if isinstance(part, PlannedTable):
            return ColumnTable(part, self._names)
        if not isinstance(part, PlannedDerived):
            return ColumnScorecard(part, self._names)
        name = inner_name(part.name)
        expression = columns_of(part.node, self._names).cast(DTYPES.get(part.type, pl.Float64)).alias(name)
        self._names[part.name] = pl.col(name)
        return expression

    def _inputs(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = [
            _clean(frame.get_column(name), kind).alias(inner_name(name))
            if name in frame.columns
            else pl.Series(inner_name(name), [None], dtype=DTYPES[kind]).new_from_index(0, frame.height)
            for name, kind in self._types.items()
        ]
        levels = {outcome: level for level, outcome in enumerate(self.ladder)}
        if PATTERN_OUTCOME in frame.columns:
            pattern = frame.get_column(PATTERN_OUTCOME).cast(pl.String)
            columns.append(pattern.replace_strict(levels, return_dtype=pl.Int8).alias(inner_name(PATTERN_OUTCOME)))
        if "grade" in frame.columns and not self.plan.grades:
            columns.append(frame.get_column("grade").cast(pl.String).alias(inner_name("grade")))
            return pl.DataFrame(columns)
        inner = pl.DataFrame(columns)
        return _solid(inner.with_columns(self._grade().alias(inner_name("grade"))))

    def _grade(self) -> pl.Expr:
        pd = self._names["pd"]
        grade: pl.Expr = pl.lit(None, dtype=pl.String)
        for name, max_pd in reversed(self.plan.grades):
            grade = pl.when(pd <= max_pd).then(pl.lit(name)).otherwise(grade)
        return grade

    def _answer(self, inner: pl.DataFrame, rules: pl.DataFrame) -> pl.DataFrame:
        level = self._level(inner, rules)
        outputs = [level.alias(inner_name("level"))]
        offer = self.plan.offer
        if offer is not None:
            outputs += self._offer(offer)
        frame = pl.concat([inner, rules], how="horizontal") if rules.width else inner
        answer = frame.with_columns(outputs[0]).with_columns(outputs[1:])
        level = pl.col(inner_name("level"))
        offers: list[pl.Expr] = []
        if offer is not None:
            is_offered = (level == MILDEST) & pl.col(_OFFER_COLUMNS[0]).is_not_null()
            offers = [pl.when(is_offered).then(pl.col(name)).alias(name) for name in _OFFER_COLUMNS]
            level = pl.when((level == MILDEST) & ~is_offered).then(pl.lit(UNKNOWN_LEVEL)).otherwise(level)
        outcome = level.replace_strict(dict(enumerate(self.ladder)), return_dtype=pl.String)
        grade = pl.col(inner_name("grade")).alias("grade")
        return answer.select(outcome.alias("outcome"), grade, *[pl.col(name) for name in rules.columns], *offers)

    def _level(self, inner: pl.DataFrame, rules: pl.DataFrame) -> pl.Expr:
        """The most severe level reached, from the most severe down; the default where none is."""
        reached = pl.lit(self.plan.default_level)
        for level in range(len(self.ladder)):
            tests = [pl.col(rule.code).fill_null(False) for rule in self.plan.rules if rule.level == level]
            if level == UNKNOWN_LEVEL:
                tests += [pl.col(rule.code).is_null() for rule in self.plan.rules if rule.refers_unknown]
            if inner_name(PATTERN_OUTCOME) in inner.columns:
                tests.append((pl.col(inner_name(PATTERN_OUTCOME)) == level).fill_null(False))
            if tests:
                reached = pl.when(reduce(or_, tests)).then(pl.lit(level)).otherwise(reached)
        return reached.cast(pl.Int8)

    def _offer(self, offer: PlannedOffer) -> list[pl.Expr]:
        """The first row that is not false; its cells count only if it is true."""
        cells: list[pl.Expr] = [pl.lit(None, dtype=pl.Float64)] * len(_OFFER_COLUMNS)
        for condition, outputs in reversed(offer.rows):
            test = columns_of(condition, self._names).cast(pl.Boolean)
            for place, output in enumerate(outputs):
                value = pl.when(test).then(columns_of(output, self._names).cast(pl.Float64))
                cells[place] = pl.when(test.fill_null(True)).then(value).otherwise(cells[place])
        limits = [self._limit([cap for cap in offer.caps if cap.place == place]) for place in range(len(cells))]
        amount = _at_most(_smaller(self._names[offer.amount_variable], cells[0]), limits[0]).floor()
        rate = _at_most(cells[1], limits[1])
        term = _at_most(_smaller(self._names[offer.term_variable], cells[2]), limits[2]).floor()
        is_made = (amount > 0) & (term > 0) & (rate >= 0)
        if offer.caps:
            is_made &= self._names[BUSINESS_DATE].is_not_null()
        made = (amount.cast(pl.Int64), rate, term.cast(pl.Int64))
        return [pl.when(is_made).then(value).alias(name) for name, value in zip(_OFFER_COLUMNS, made, strict=True)]

    def _limit(self, caps: list[PlannedCap]) -> pl.Expr | None:
        """The lowest of the caps that hold on the business date; null where none does."""
        limits = []
        for planned in caps:
            date = self._names[BUSINESS_DATE]
            cap = planned.cap
            holds = date >= cap.from_date
            if cap.until_date:
                holds &= date < cap.until_date
            if planned.condition is not None:
                holds &= columns_of(planned.condition, self._names).cast(pl.Boolean).fill_null(True)
            limits.append(pl.when(holds).then(pl.lit(cap.maximum)))
        return pl.min_horizontal(*limits) if limits else None


def _names_of(part: Planned) -> tuple[str, ...]:
    if not isinstance(part, PlannedTable):
        return (part.name,)
    return () if part.is_listed else part.names


def _at_most(value: pl.Expr, limit: pl.Expr | None) -> pl.Expr:
    return value if limit is None else pl.when(limit < value).then(limit).otherwise(value)


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
