"""Everything wrong with a rule-set document, at once, coded, with its place, in both languages."""

from collections.abc import Iterable

from rules.engine.document import Case, Parameter, Pattern, Rule, RuleSetDocument, Then
from rules.engine.offer_checks import offer_problems
from rules.engine.outcomes import DEFAULT_REASON, LADDERS, MILDEST, MISSING_REASON, NO_OFFER_REASON
from rules.engine.parsed import ParsedDocument, ParsedText, document_parse, reads_score, type_is
from rules.engine.problems import Problem, problem
from rules.engine.structure import structure_problems
from rules.language import names_in
from rules.language.render import literal_text
from rules.language.tree import Literal
from scoring.catalogue import Catalogue, Reason

__all__ = ["Problem", "validate"]


def validate(document: RuleSetDocument, catalogue: Catalogue, *, product: str, stage: str) -> list[Problem]:
    """Every problem, errors before warnings, each in the order of the document. No error: it may be published.

    Never raises for what a document says. Errors stop publication; warnings are shown to the checker.
    """
    parsed = document_parse(document, catalogue, product=product)
    reasons = catalogue.reasons_by_code()
    found = [
        *structure_problems(parsed, product=product, stage=stage),
        *parsed.problems,
        *_parameters(parsed),
        *_rules(parsed, reasons),
        *_patterns(document, reasons),
        *_tables(parsed),
        *_engine_reasons(parsed, reasons),
        *offer_problems(parsed, reasons),
        *[entry for number, case in enumerate(document.cases) for entry in _case(case, parsed, f"cases/{number}")],
    ]
    return sorted(found, key=lambda entry: entry.severity == "warning")


def _parameters(parsed: ParsedDocument) -> Iterable[Problem]:
    texts = [text for _, text in parsed.derived] + [text for _, text in parsed.rules]
    for table in parsed.tables.values():
        texts += [text for row in table.rows for text in (row.condition, *row.outputs)]
    used = {name for text in texts for name in names_in(text.written)}
    for number, parameter in enumerate(parsed.document.parameters):
        path = f"parameters/{number}"
        yield from _parameter(parameter, path)
        yield from _labels(parameter.en, parameter.zh, path)
        if parameter.name not in used:
            yield problem("parameter_unused", path=path, severity="warning", name=parameter.name)


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
        if not text.names and not isinstance(text.written, Literal):
            yield problem("condition_is_constant", path=f"{path}/when", severity="warning")
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
        yield from _reason(then.reason, f"{path}/then/reason", reasons)


def _reason(code: str, path: str, reasons: dict[str, Reason]) -> Iterable[Problem]:
    reason = reasons.get(code)
    if reason is None:
        yield problem("reason_unknown", path=path, reason=code)
    elif not (reason.en.strip() and reason.zh.strip()):
        yield problem("reason_incomplete", path=path, reason=code)


def _basis(rule: Rule, text: ParsedText, parsed: ParsedDocument, path: str) -> Iterable[Problem]:
    if not rule.legal_basis.strip():
        for name in _prohibited(text, parsed):
            yield problem("prohibited_basis", path=f"{path}/when", name=name)


def _prohibited(text: ParsedText, parsed: ParsedDocument) -> list[str]:
    variables = parsed.variables
    return sorted(name for name in parsed.reads(text) if name in variables and variables[name].is_prohibited_basis)


def _patterns(document: RuleSetDocument, reasons: dict[str, Reason]) -> Iterable[Problem]:
    for number, pattern in enumerate(document.patterns):
        path = f"patterns/{number}"
        yield from _labels(pattern.label_en, pattern.label_zh, path)
        yield from _pattern(pattern, path)
        if pattern.then.outcome in LADDERS[document.stage][MILDEST + 1 :] and not pattern.then.reason:
            yield problem("reason_missing", path=f"{path}/then/reason", outcome=pattern.then.outcome)
        if pattern.then.reason:
            yield from _reason(pattern.then.reason, f"{path}/then/reason", reasons)


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
        if parsed.document.offer is None or parsed.document.offer.table != table.name:
            yield problem("table_unused", path=f"tables/{number}", severity="warning", name=table.name)


def _engine_reasons(parsed: ParsedDocument, reasons: dict[str, Reason]) -> Iterable[Problem]:
    """Reasons the engine gives by itself need wordings too."""
    document = parsed.document
    needed = {DEFAULT_REASON} if document.default_outcome != LADDERS[document.stage][MILDEST] else set()
    if any(rule.on_unknown == "refer" for rule in document.rules):
        needed.add(MISSING_REASON)
    if document.offer is not None:
        needed.add(NO_OFFER_REASON)
    for code in sorted(needed):
        yield from _reason(code, "", reasons)


def _case(case: Case, parsed: ParsedDocument, path: str) -> Iterable[Problem]:
    for name, value in case.inputs.items():
        variable = parsed.variables.get(name)
        if variable is None:
            yield problem("case_input_unknown", path=f"{path}/inputs/{name}", name=name)
        elif value is not None and not type_is(value, variable.type):
            yield problem("case_input_wrong", path=f"{path}/inputs/{name}", name=name, type=variable.type)
    document, expect = parsed.document, case.expect
    if isinstance(expect.outcome, str) and expect.outcome not in LADDERS[document.stage]:
        known = ", ".join(LADDERS[document.stage])
        yield problem("outcome_unknown", path=f"{path}/expect/outcome", outcome=expect.outcome, known=known)
    codes = {rule.code for rule in document.rules}
    for field in ("hits", "misses"):
        listed = getattr(expect, field)
        for code in listed if isinstance(listed, list) else []:
            if code not in codes:
                yield problem("case_rule_unknown", path=f"{path}/expect/{field}", code=code)
