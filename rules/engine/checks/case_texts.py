"""What a case says of names: variables, outcomes, rules, tables and scorecards that must exist."""

from collections.abc import Iterable

from rules.engine.document import Case
from rules.engine.outcomes import LADDERS
from rules.engine.parsed import ParsedDocument, type_is
from rules.engine.problems import Problem, problem
from scoring.velocity import EVENTS


def case_problems(case: Case, parsed: ParsedDocument, number: int) -> Iterable[Problem]:
    """Inputs and expectations of one case that the document or the catalogue do not know."""
    path = f"cases/{number}"
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
    for place, event in enumerate(case.events):
        if event.kind not in EVENTS:
            yield problem("case_event_unknown", path=f"{path}/events/{place}/kind", kind=event.kind)
    results = {name for table in parsed.asked_tables for name in table.names} | set(parsed.scorecards)
    for name in expect.tables if isinstance(expect.tables, dict) else ():
        if name not in results:
            yield problem("case_table_unknown", path=f"{path}/expect/tables/{name}", name=name)
