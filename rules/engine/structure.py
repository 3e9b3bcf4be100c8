"""What must hold before a document can be compiled: names, outcomes, grades, tables. Part of `validate`."""

from collections.abc import Iterable
from itertools import pairwise

from rules.engine.columns import ANSWER_COLUMNS
from rules.engine.document import Offer, RuleSetDocument
from rules.engine.hit_policies import FIRST
from rules.engine.outcomes import BUSINESS_DATE, LADDERS, MILDEST, SCORE_NAMES
from rules.engine.parsed import ParsedDocument, reads_score
from rules.engine.plan import AMOUNT_CAP, ANNUAL_RATE, TERM_CAP
from rules.engine.problems import Problem, problem
from rules.engine.structure_tables import cap_problems, doubled, scorecard_problems, table_problems
from rules.language import Type
from rules.language.builder import KEYWORDS, RESERVED
from rules.language.types import OF_CATALOGUE

_NOT_NAMES = KEYWORDS | RESERVED | frozenset((*SCORE_NAMES, BUSINESS_DATE))


def structure_problems(parsed: ParsedDocument, *, product: str, stage: str) -> list[Problem]:
    """Every problem that makes compiling meaningless, apart from those of the texts themselves."""
    document = parsed.document
    return [
        *_belonging(parsed, product, stage),
        *_outcomes(document),
        *_names(parsed),
        *_grades(document),
        *table_problems(parsed),
        *scorecard_problems(document),
        *_score_with(parsed),
        *_offer(parsed),
        *cap_problems(document),
    ]


def _belonging(parsed: ParsedDocument, product: str, stage: str) -> Iterable[Problem]:
    document = parsed.document
    if document.product != product:
        yield problem("product_mismatch", path="product", found=document.product, expected=product)
    if document.stage != stage:
        yield problem("stage_mismatch", path="stage", found=document.stage, expected=stage)
    if not parsed.variables:
        yield problem("product_without_variables", path="product", product=product)


def _outcomes(document: RuleSetDocument) -> Iterable[Problem]:
    ladder = LADDERS[document.stage]
    known = ", ".join(ladder)
    if not document.default_outcome:
        yield problem("default_outcome_missing", path="default_outcome")
    elif document.default_outcome not in ladder:
        yield problem("outcome_unknown", path="default_outcome", outcome=document.default_outcome, known=known)
    elif document.stage == "PRE_LOAN" and document.default_outcome == ladder[MILDEST]:
        yield problem("default_outcome_approves", path="default_outcome")
    places = [(f"rules/{number}", rule.then) for number, rule in enumerate(document.rules)]
    places += [(f"patterns/{number}", pattern.then) for number, pattern in enumerate(document.patterns)]
    for path, then in places:
        if then.outcome and then.outcome not in ladder:
            yield problem("outcome_unknown", path=f"{path}/then/outcome", outcome=then.outcome, known=known)


def _names(parsed: ParsedDocument) -> Iterable[Problem]:
    document = parsed.document
    named = [
        (f"{part}/{number}/name", entry.name)
        for part in ("parameters", "derived", "tables", "scorecards")
        for number, entry in enumerate(getattr(document, part))
    ]
    yield from doubled(named)
    yield from doubled([(f"rules/{number}/code", rule.code) for number, rule in enumerate(document.rules)])
    for number, rule in enumerate(document.rules):
        if rule.code in ANSWER_COLUMNS:
            yield problem("code_reserved", path=f"rules/{number}/code", code=rule.code)
    yield from doubled([(f"patterns/{number}/code", entry.code) for number, entry in enumerate(document.patterns)])
    yield from doubled([(f"grades/{number}/grade", grade.grade) for number, grade in enumerate(document.grades)])
    yield from doubled([(f"cases/{number}/name", case.name) for number, case in enumerate(document.cases)])
    for path, name in named:
        if name in _NOT_NAMES:
            yield problem("name_reserved", path=path, name=name)
        elif name in parsed.variables:
            yield problem("name_is_variable", path=path, name=name)


def _grades(document: RuleSetDocument) -> Iterable[Problem]:
    for number, (lower, upper) in enumerate(pairwise(document.grades), start=1):
        if upper.max_pd <= lower.max_pd:
            yield problem("grades_not_increasing", path=f"grades/{number}/max_pd", grade=upper.grade)
    if document.grades and document.grades[-1].max_pd != 1:
        yield problem("grades_do_not_cover", path=f"grades/{len(document.grades) - 1}/max_pd")


def _score_with(parsed: ParsedDocument) -> Iterable[Problem]:
    """Which model scores is settled before there is a score; reviews after payout have one model."""
    yield from doubled([(f"score_with/{n}/purpose", entry.purpose) for n, (entry, _) in enumerate(parsed.score_with)])
    if parsed.score_with and parsed.document.stage == "POST_LOAN":
        yield problem("score_with_post_loan", path="score_with")
    for number, (_, text) in enumerate(parsed.score_with):
        if reads_score(parsed, text):
            yield problem("score_with_reads_score", path=f"score_with/{number}/when")


def _offer(parsed: ParsedDocument) -> Iterable[Problem]:
    offer = parsed.document.offer
    if offer is None:
        return
    if parsed.document.stage == "POST_LOAN":
        yield problem("offer_post_loan", path="offer")
    table = next((table for table in parsed.document.tables if table.name == offer.table), None)
    if table is None:
        yield problem("table_unknown", path="offer/table", name=offer.table)
    else:
        outputs = {output.name: output.type for output in table.outputs}
        for name in (AMOUNT_CAP, ANNUAL_RATE, TERM_CAP):
            if outputs.get(name) != "number":
                yield problem("offer_output_missing", path="offer/table", name=name)
        if table.hit_policy != FIRST or any(output.default.strip() for output in table.outputs):
            yield problem("offer_table_policy", path="offer/table", name=table.name)
    yield from _requested(parsed, offer)


def _requested(parsed: ParsedDocument, offer: Offer) -> Iterable[Problem]:
    for field, name in (("amount_variable", offer.amount_variable), ("term_variable", offer.term_variable)):
        variable = parsed.variables.get(name)
        if variable is None or OF_CATALOGUE[variable.type] is not Type.NUMBER:
            yield problem("offer_variable_unknown", path=f"offer/{field}", name=name)
