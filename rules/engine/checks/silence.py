"""Rules that are passed over without a word where something is not known: an application may be approved unasked."""

from collections.abc import Iterable, Iterator
from typing import Any

from rules.engine.checks.context import LANGUAGES, Context
from rules.engine.checks.grid import TooManyCombinations
from rules.engine.checks.grid_of import table_grid
from rules.engine.checks.regions import TooManyBoxes
from rules.engine.document import Rule
from rules.engine.outcomes import LADDERS, MILDEST
from rules.engine.problems import Problem, problem
from rules.language import Node
from rules.words import value_words

_SHOWN = 4


def silence_problems(context: Context) -> Iterable[Problem]:
    """Before payout: adverse rules that ignore what is not known although it may be missing, all in one warning; and
    each rule that ignores a table or scorecard that may give nothing."""
    yield from _tables_ignored(context)
    if context.parsed.document.stage != "PRE_LOAN":
        return
    silent = [(rule, missing) for rule, node in _ignoring(context) if (missing := _may_be_missing(context, rule, node))]
    if silent:
        facts: dict[str, Any] = {"count": len(silent)}
        for language in LANGUAGES:
            named = [f"{rule.code} ({context.name_words(missing[0], language)})" for rule, missing in silent[:_SHOWN]]
            facts[f"rules_{language}"] = value_words(named, "", language) + ("…" if len(silent) > _SHOWN else "")
        yield problem("unknown_ignored", path="rules", severity="warning", **facts)


def _ignoring(context: Context) -> Iterator[tuple[Rule, Node]]:
    adverse = LADDERS[context.parsed.document.stage][MILDEST + 1 :]
    for number, node in context.conditions:
        rule = context.parsed.rules[number][0]
        if rule.on_unknown == "ignore" and rule.then.outcome in adverse:
            yield rule, node


def _may_be_missing(context: Context, rule: Rule, node: Node) -> list[str]:
    """Variables the rule reads that an application may leave out without going to a person for it."""
    try:
        if not context.regions.of(node, None):
            return []
    except TooManyBoxes:
        pass
    text = next(text for one, text in context.parsed.rules if one is rule)
    variables = context.parsed.variables
    return sorted(
        name for name in context.parsed.reads(text) if name in variables and variables[name].missing == "skip"
    )


def _tables_ignored(context: Context) -> Iterator[Problem]:
    tables = [table.table.name for table in context.parsed.asked_tables]
    open_ended = {name: label for table in tables for name, label in _with_gap(context, table)}
    for number, (rule, text) in enumerate(context.parsed.rules):
        if rule.enabled and rule.on_unknown == "ignore":
            for name in sorted(context.parsed.reads(text) & set(open_ended)):
                facts: dict[str, Any] = {
                    "code": rule.code,
                    "table_en": open_ended[name][0],
                    "table_zh": open_ended[name][1],
                }
                yield problem("table_gap_ignored", path=f"rules/{number}/on_unknown", severity="warning", **facts)


def _with_gap(context: Context, table_name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names of a table that has neither a row for everything nor a default, each with the table's labels."""
    table = context.parsed.tables[table_name]
    number = [entry.name for entry in context.parsed.document.tables].index(table_name)
    if any(table.defaults) or not context.is_sound(f"tables/{number}"):
        return
    try:
        if table_grid(context, table).uncovered() is None:
            return
    except TooManyCombinations:
        return
    for name in table.names:
        yield name, (table.table.en or table_name, table.table.zh or table_name)
