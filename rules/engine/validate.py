"""Everything wrong with a rule-set document, at once, coded, with its place, in both languages."""

from collections.abc import Iterable, Mapping

import msgspec

from rules.engine.checks.alternative import alternative_problems
from rules.engine.checks.bands import band_problems
from rules.engine.checks.case_texts import case_problems
from rules.engine.checks.conditions import condition_problems
from rules.engine.checks.context import Context
from rules.engine.checks.equality import equality_problems
from rules.engine.checks.observed import observed_problems
from rules.engine.checks.related import related_problems
from rules.engine.checks.scorecards import reason_problems, scorecard_problems
from rules.engine.checks.silence import silence_problems
from rules.engine.checks.tables import table_problems
from rules.engine.checks.usage import usage_problems
from rules.engine.document import Parameter, Pattern, Rule, RuleSetDocument, Then
from rules.engine.offer_checks import offer_problems
from rules.engine.outcomes import DEFAULT_REASON, LADDERS, MILDEST, MISSING_REASON, NO_OFFER_REASON
from rules.engine.parsed import ParsedDocument, ParsedText, document_parse, reads_score, type_is
from rules.engine.problems import Problem, problem
from rules.engine.size import size_problems
from rules.engine.structure import structure_problems
from rules.language.render import literal_text
from scoring.catalogue import Catalogue, Reason
from scoring.profiles import Profile

__all__ = ["Problem", "validate"]


def _readable(catalogue: Catalogue, stage: str) -> Catalogue:
    """After payout nobody's code is coloured by alternative data, and there is no amount left to control: a new version
    cannot name either. One approved before still loads, and finds them unknown."""
    if stage != "POST_LOAN":
        return catalogue
    kept = [item for item in catalogue.variables if not item.is_alternative and item.source != "model"]
    return msgspec.structs.replace(catalogue, variables=kept)


def validate(
    document: RuleSetDocument,
    catalogue: Catalogue,
    *,
    product: str,
    stage: str,
    profiles: Mapping[str, Profile] | None = None,
) -> list[Problem]:
    """Every problem, errors before warnings, each in the order of the document. No error: it may be published.

    `profiles` say what each variable was observed to be; without them thresholds are not held against it.
    Never raises for what a document says. Errors stop publication; warnings are shown to the checker.
    """
    if too_large := size_problems(document):
        return too_large
    parsed = document_parse(document, _readable(catalogue, stage), product=product)
    reasons = catalogue.reasons_by_code()
    found = [*structure_problems(parsed, product=product, stage=stage), *parsed.problems]
    context = Context(parsed, catalogue, profiles or {}, wrong=tuple(found))
    found += [
        *_parameters(document),
        *_rules(parsed, reasons),
        *condition_problems(context),
        *related_problems(context),
        *band_problems(context),
        *observed_problems(context),
        *silence_problems(context),
        *_score_with(parsed),
        *_patterns(document, reasons),
        *_tables(parsed),
        *table_problems(context),
        *scorecard_problems(context, reasons),
        *equality_problems(context),
        *usage_problems(parsed),
        *alternative_problems(context),
        *_engine_reasons(parsed, reasons),
        *offer_problems(context, reasons),
        *[entry for number, case in enumerate(document.cases) for entry in case_problems(case, parsed, number)],
    ]
    return sorted(found, key=lambda entry: entry.severity == "warning")


def _parameters(document: RuleSetDocument) -> Iterable[Problem]:
    for number, parameter in enumerate(document.parameters):
        path = f"parameters/{number}"
        yield from _parameter(parameter, path)
        yield from _labels(parameter.en, parameter.zh, path)


def _parameter(parameter: Parameter, path: str) -> Iterable[Problem]:
    name, value, low, high = parameter.name, parameter.value, parameter.minimum, parameter.maximum
    if not type_is(value, parameter.type):
        yield problem("parameter_type_wrong", path=f"{path}/value", name=name, type=parameter.type)
        return
    if parameter.type not in ("integer", "number"):
        return
    if low is None or high is None:
        yield problem("parameter_range_missing", path=path, name=name)
    elif low > high:
        yield problem("parameter_range_empty", path=path, name=name)
    elif isinstance(value, float) and not low <= value <= high:
        yield problem(
            "parameter_out_of_range",
            path=f"{path}/value",
            name=name,
            value=literal_text(value),
            minimum=literal_text(low),
            maximum=literal_text(high),
        )


def _labels(en: str, zh: str, path: str) -> Iterable[Problem]:
    if not (en.strip() and zh.strip()):
        yield problem("label_missing", path=path)


def _rules(parsed: ParsedDocument, reasons: dict[str, Reason]) -> Iterable[Problem]:
    for number, (rule, text) in enumerate(parsed.rules):
        path = f"rules/{number}"
        yield from _labels(rule.label_en, rule.label_zh, path)
        yield from _then(rule.then, parsed, path, reasons, needs_reason=not reads_score(parsed, text))
        yield from _basis(rule, text, parsed, path)
    document = parsed.document
    ladder = LADDERS[document.stage]
    approves = [rule for rule, text in parsed.rules if rule.enabled and rule.then.outcome == ladder[MILDEST]]
    if document.stage == "PRE_LOAN" and not approves:
        yield problem("nothing_approves", path="rules")


def _then(
    then: Then, parsed: ParsedDocument, path: str, reasons: dict[str, Reason], *, needs_reason: bool
) -> Iterable[Problem]:
    if not (then.outcome or then.points or then.set):
        yield problem("rule_does_nothing", path=f"{path}/then", severity="warning")
    is_adverse = then.outcome in LADDERS[parsed.document.stage][MILDEST + 1 :]
    if is_adverse and needs_reason and not then.reason:
        yield problem("reason_missing", path=f"{path}/then/reason", outcome=then.outcome)
    if then.reason:
        yield from reason_problems(then.reason, f"{path}/then/reason", reasons)


def _basis(rule: Rule, text: ParsedText, parsed: ParsedDocument, path: str) -> Iterable[Problem]:
    if not rule.legal_basis.strip():
        for name in _prohibited(text, parsed):
            yield problem("prohibited_basis", path=f"{path}/when", name=name)


def _prohibited(text: ParsedText, parsed: ParsedDocument) -> list[str]:
    variables = parsed.variables
    return sorted(name for name in parsed.reads(text) if name in variables and variables[name].is_prohibited_basis)


def _score_with(parsed: ParsedDocument) -> Iterable[Problem]:
    """Nobody is scored by another model for what may not count against them."""
    variables = parsed.variables
    for number, (_, text) in enumerate(parsed.score_with):
        path = f"score_with/{number}/when"
        for name in _prohibited(text, parsed):
            yield problem("score_with_prohibited_basis", path=path, name=name)
        for name in sorted(parsed.reads(text)):
            if name in variables and (variables[name].is_alternative or variables[name].is_link):
                yield problem("score_with_alternative", path=path, name=name)


def _patterns(document: RuleSetDocument, reasons: dict[str, Reason]) -> Iterable[Problem]:
    for number, pattern in enumerate(document.patterns):
        path = f"patterns/{number}"
        yield from _labels(pattern.label_en, pattern.label_zh, path)
        yield from _pattern(pattern, path)
        if pattern.then.outcome in LADDERS[document.stage][MILDEST + 1 :] and not pattern.then.reason:
            yield problem("reason_missing", path=f"{path}/then/reason", outcome=pattern.then.outcome)
        if pattern.then.reason:
            yield from reason_problems(pattern.then.reason, f"{path}/then/reason", reasons)


def _pattern(pattern: Pattern, path: str) -> Iterable[Problem]:
    """Steps, fields and windows are the pattern compiler's to judge; it is loaded only where there are patterns."""
    from rules.engine.patterns.compile import pattern_compile

    return pattern_compile(pattern, path=path)[1]


def _tables(parsed: ParsedDocument) -> Iterable[Problem]:
    for number, table in enumerate(parsed.document.tables):
        rows = parsed.tables[table.name].rows
        read = {name for row in rows for text in (row.condition, *row.outputs) for name in _prohibited(text, parsed)}
        for name in sorted(read):
            yield problem("prohibited_basis_in_table", path=f"tables/{number}", name=name)


def _engine_reasons(parsed: ParsedDocument, reasons: dict[str, Reason]) -> Iterable[Problem]:
    """Reasons the engine gives by itself need wordings too."""
    document = parsed.document
    needed = {DEFAULT_REASON} if document.default_outcome != LADDERS[document.stage][MILDEST] else set()
    if any(rule.on_unknown == "refer" for rule in document.rules):
        needed.add(MISSING_REASON)
    if document.offer is not None:
        needed.add(NO_OFFER_REASON)
    for code in sorted(needed):
        yield from reason_problems(code, "", reasons)
