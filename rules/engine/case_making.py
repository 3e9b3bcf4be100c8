"""Cases made by the machine: just below, at and above each threshold, or whatever no case reaches yet."""

from collections.abc import Iterable, Iterator
from math import floor, log10
from typing import Any

import msgspec

from rules.engine.boundary import BoundaryRows, Row
from rules.engine.coverage import Goal, coverage_of, goals_reached, named_threshold
from rules.engine.document import Case, Expect
from rules.engine.expression_words import Glossary, comparison_words, expression_words, glossary_of
from rules.engine.leaves import Leaf
from rules.engine.program import EvaluationFailed, Program
from rules.engine.trace import Evaluation, ScoreInput
from rules.language import Node, as_text, tree
from rules.words import SIGNS, Language, value_words
from scoring.catalogue import Catalogue

ORIGIN = "boundary"
"""`Case.origin` of the cases made here."""
CASE_LIMIT = 300
"""At most so many at once: more would not be read."""
_TRIES = 150
_FINE = 1e-4
"""The step to the side of a threshold that is no whole number, as a share of its size."""
_SIDES = {"below": ("just below", "略低于"), "at": ("exactly at", "恰好等于"), "above": ("just above", "略高于")}
_TRUTHS = {"true": ("holds", "成立"), "false": ("does not hold", "不成立"), "unknown": ("cannot be told", "无法判断")}


def boundary_cases(program: Program, catalogue: Catalogue) -> list[Case]:
    """A case for each side of each threshold that no case of the document reaches, with the outcome it gives now.

    Values are plain numbers a step beside the threshold. A side that an earlier one of them reaches gets none.
    Raises EvaluationFailed, PatternInvalid.
    """
    missing = coverage_of(program, program.document.cases, catalogue).missing
    maker = CaseMaker(program, catalogue)
    reached: set[Goal] = set()
    made: list[Case] = []
    for goal in missing:
        if goal.kind != "threshold" or goal in reached or len(made) >= CASE_LIMIT:
            continue
        found = maker.reaching(goal)
        if found is not None:
            case, evaluation = found
            reached.update(goals_reached(evaluation))
            made.append(case)
    return made


def case_reaching(program: Program, catalogue: Catalogue, goal: Goal) -> Case | None:
    """A case that reaches the goal, tried out; None where none was found, and for patterns."""
    found = CaseMaker(program, catalogue).reaching(goal) if goal.kind != "pattern" else None
    return found[0] if found else None


class CaseMaker:
    """Tries rows around what a condition asks for, and keeps the first that reaches its goal."""

    def __init__(self, program: Program, catalogue: Catalogue) -> None:
        self.program = program
        self.rows = BoundaryRows(program, catalogue)
        self.starts = self.rows.starts()
        self.glossary = glossary_of(program.document, catalogue)
        self.taken = {name for case in program.document.cases for name in (case.name, case.zh)}

    def reaching(self, goal: Goal) -> tuple[Case, Evaluation] | None:
        """The case and what it evaluates to."""
        for row in self._candidates(goal):
            plain = self.rows.inside_catalogue(row)
            try:
                evaluation = _evaluated(self.program, plain)
            except EvaluationFailed:
                continue
            if goal in set(goals_reached(evaluation)):
                return self._case(goal, plain, evaluation), evaluation
        return None

    def _candidates(self, goal: Goal) -> Iterator[Row]:
        condition, truth = self._condition(goal), goal.side != "false"
        starts = [{**start, **self.rows.witness(condition, truth=truth)} for start in self.starts] if condition else []
        starts += self.starts
        if goal.kind == "threshold":
            for start in starts:
                yield from self._beside(start, goal)
        if goal.side == "unknown" or goal.place < 0:
            yield from ({**start, name: None} for start in starts for name in start)
        yield from starts
        yield from (self.rows.stranger(missing=0.1 if number % 2 else 0.0) for number in range(_TRIES))

    def _condition(self, goal: Goal) -> Node | None:
        plan = self.program.plan
        if goal.kind in ("rule", "threshold"):
            return next(rule.node for rule in plan.rules if rule.code == goal.name)
        offer = self.program.document.offer
        if goal.kind == "row" and offer is not None and plan.offer is not None and offer.table == goal.name:
            return plan.offer.rows[goal.place][0]
        if goal.kind == "row":
            rows = next(table.rows for table in plan.tables if table.name == goal.name)
            return next(row.condition for row in rows if row.number == goal.place)
        scorecard, _, name = goal.name.partition(".")
        planned = next(part for part in plan.scorecards if part.name == scorecard)
        document = next(part for part in self.program.document.scorecards if part.name == scorecard)
        place = [entry.name for entry in document.characteristics].index(name)
        return planned.characteristics[place].tests[goal.place] if goal.place >= 0 else None

    def _beside(self, start: Row, goal: Goal) -> Iterator[Row]:
        number, rule = next((n, r) for n, r in enumerate(self.program.plan.rules) if r.code == goal.name)
        leaf = rule.leaves[goal.place]
        named = named_threshold(leaf)
        if named is not None and named[0] in start:
            yield {**start, named[0]: self._stepped(*named, goal.side)}
            return
        yield from self.rows.around_leaf(start, number, goal.place)

    def _stepped(self, name: str, threshold: float, side: str) -> float:
        if side == "at":
            return threshold
        if name in self.program.plan.whole:
            return floor(threshold) + 1.0 if side == "above" else -(floor(-threshold) + 1.0)
        step = 10.0 ** floor(log10(abs(threshold) * _FINE)) if threshold else _FINE
        return round(threshold + (step if side == "above" else -step), 12)

    def _case(self, goal: Goal, row: Row, evaluation: Evaluation) -> Case:
        en, zh = self._free(*goal_words(self.program, goal, self.glossary))
        inputs = {name: value for name, value in row.items() if name in self.program.inputs and value is not None}
        hits = {"hits": [goal.name]} if goal.side == "true" else {"misses": [goal.name]} if goal.side == "false" else {}
        return Case(
            name=en,
            zh=zh,
            inputs=inputs,
            pd=row.get("pd"),
            score_points=row.get("score_points"),
            business_date=row.get("business_date") or "",
            expect=Expect(outcome=evaluation.outcome, **hits),  # type: ignore[arg-type]
            origin=ORIGIN,
        )

    def _free(self, en: str, zh: str) -> tuple[str, str]:
        """Names that no other case has."""
        number, base_en, base_zh = 1, en[:190], zh[:190]
        en, zh = base_en, base_zh
        while en in self.taken or zh in self.taken:
            number += 1
            en, zh = f"{base_en} ({number})", f"{base_zh}（{number}）"
        self.taken |= {en, zh}
        return en, zh


def goal_words(program: Program, goal: Goal, glossary: Glossary) -> tuple[str, str]:
    """A goal in English and Chinese: rules by their labels, thresholds in words, other parts by their names."""
    if goal.kind in ("rule", "threshold"):
        rule = next(rule for rule in program.document.rules if rule.code == goal.name)
        label_en, label_zh = rule.label_en or rule.code, rule.label_zh or rule.code
        if goal.kind == "rule":
            en, zh = _TRUTHS[goal.side]
            return f"{label_en}: {en}", f"{label_zh}：{zh}"
        leaf = next(rule for rule in program.plan.rules if rule.code == goal.name).leaves[goal.place]
        en, zh = _SIDES[goal.side]
        words_en, words_zh = _leaf_words(leaf, glossary, "en"), _leaf_words(leaf, glossary, "zh")
        return f"{label_en}: {en} {words_en}", f"{label_zh}：{zh}「{words_zh}」的阈值"
    if goal.kind == "row":
        return f"{goal.name}: row {goal.place + 1}", f"{goal.name}：第 {goal.place + 1} 行"
    if goal.kind == "bin":
        if goal.place < 0:
            return f"{goal.name}: missing value", f"{goal.name}：缺失值"
        return f"{goal.name}: bin {goal.place + 1}", f"{goal.name}：第 {goal.place + 1} 个分箱"
    return f"{goal.name} is matched", f"{goal.name} 匹配"


def _leaf_words(leaf: Leaf, glossary: Glossary, language: Language) -> str:
    """“Age ≥ 18 years”; a computed threshold as its formula in words."""
    right = as_text(leaf.threshold)
    words = comparison_words(f"{as_text(leaf.value)} {leaf.operator} {right}", glossary, language)
    if isinstance(leaf.threshold, tree.Literal):
        threshold = value_words(leaf.threshold.value, words.unit, language)
    else:
        threshold = expression_words(right, glossary, language)
    return f"{words.subject} {SIGNS.get(leaf.operator, leaf.operator)} {threshold}"


def _evaluated(program: Program, row: Row) -> Evaluation:
    score = ScoreInput(row.get("pd"), row.get("score_points"))
    return program.evaluate(row, score=score, business_date=row.get("business_date"))


def cases_json(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Cases as a document's plain data holds them."""
    found: list[dict[str, Any]] = msgspec.to_builtins(list(cases))
    return found
