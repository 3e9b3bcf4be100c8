"""What the editor is given at once: the document, the names it may read, functions, reasons, units and addresses."""

from collections.abc import Iterable
from typing import Any

import msgspec

from audit.admin.page import page_url
from rules.admin.versions.view import VersionView
from rules.engine.document import Table, TableOutput, document_json
from rules.engine.expression_words import SCORE_TERMS
from rules.engine.outcomes import LADDERS
from rules.engine.parsed import document_parse
from rules.engine.patterns.facts import FIELDS, INTEGER_FIELDS, TIME_FIELD
from rules.engine.problems import Problem
from rules.language.functions import FUNCTIONS, Function
from rules.language.types import Type
from rules.localised import language, localised
from rules.pattern_words import EVENTS
from rules.pattern_words import FIELDS as FIELD_WORDS
from rules.words import MINOR_DIGITS, OUTCOMES, UNITS, currency_of, unit_words
from scoring.catalogue import Variable
from scoring.services.profiles import variable_profiles

ADDRESSES = {
    "editor": "editor",
    "save": "document",
    "check": "check",
    "condition": "condition",
    "words": "words",
    "pattern": "pattern",
    "try": "try",
    "decisions": "try/decisions",
    "cases_run": "cases/run",
    "cases_make": "cases/make",
    "excel": "excel",
}
SCORE_RANGES: dict[str, tuple[str, float | None, float | None]] = {
    "pd": ("number", 0, 1),
    "score_points": ("number", None, None),
    "grade": ("string", None, None),
}


def editor_data(view: VersionView) -> dict[str, Any]:
    """The answer of GET editor/, plain JSON data."""
    product, catalogue = view.rule_set.product, view.catalogue
    change = page_url("rules_rulesetversion_change", view.version.pk)
    here = change.removesuffix("change/")
    names = [*_variables(view), *_score(view), *_defined(view)]
    return {
        "id": view.version.pk,
        "hash": view.version.content_hash,
        "state": view.version.state,
        "may_edit": view.may["edit"],
        "language": language(),
        "stage": view.rule_set.stage,
        "product": product.code,
        "currency": {"code": product.currency, "digits": MINOR_DIGITS.get(product.currency, 2)},
        "document": document_json(view.document),
        "base_document": document_json(view.base_document) if view.base_document else None,
        "names": names,
        "functions": [_function(function) for function in FUNCTIONS.values()],
        "reasons": [_both(reason.code, reason.en, reason.zh) for reason in (catalogue.reasons if catalogue else [])],
        "outcomes": [_both(outcome, *OUTCOMES[outcome]) for outcome in LADDERS[view.rule_set.stage]],
        "event_kinds": [_both(kind, *words) for kind, words in EVENTS.items()],
        "fact_fields": [_fact_field(name) for name in FIELDS],
        "units": _units([name["unit"] for name in names], product.currency),
        "problems": problems_shown(view.problems),
        "words": _words(view),
        "addresses": {name: f"{here}{route}/" for name, route in ADDRESSES.items()} | {"page": change},
    }


def problems_shown(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems as the editor marks them: code, path, message in the reader's language, severity, position."""
    return [
        {
            "code": found.code,
            "path": found.path,
            "message": localised(found, "message"),
            "severity": found.severity,
            "position": msgspec.to_builtins(found.position),
        }
        for found in problems
    ]


def _both(code: str | int, en: str, zh: str) -> dict[str, Any]:
    return {"code": code, "en": en, "zh": zh}


def _name(name: str, kind: str, type_name: str, en: str, zh: str, unit: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "en": en,
        "zh": zh,
        "type": type_name,
        "unit": unit,
        "minimum": None,
        "maximum": None,
        "codes": [],
        "note": "",
        "missing": "",
        "is_protected": False,
        "distribution": None,
    }


def _variables(view: VersionView) -> list[dict[str, Any]]:
    profiles = variable_profiles(view.rule_set.product.code)
    variables = view.catalogue.of_product(view.rule_set.product.code).values() if view.catalogue else []
    return [_variable(variable, profiles.get(variable.name)) for variable in variables]


def _variable(variable: Variable, profile: Any) -> dict[str, Any]:
    return _name(variable.name, "variable", variable.type, variable.en, variable.zh, variable.unit) | {
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "codes": [_both(code.code, code.en, code.zh) for code in variable.codes],
        "note": localised(variable, "note"),
        "missing": variable.missing,
        "is_protected": variable.is_prohibited_basis,
        "distribution": msgspec.to_builtins(profile),
    }


def _score(view: VersionView) -> list[dict[str, Any]]:
    grades = [_both(grade.grade, grade.en, grade.zh) for grade in view.document.grades]
    found = []
    for name, (type_name, low, high) in SCORE_RANGES.items():
        term = SCORE_TERMS[name]
        found.append(
            _name(name, "score", type_name, term.en, term.zh, term.unit)
            | {"minimum": low, "maximum": high, "codes": grades if name == "grade" else []}
        )
    return [*found, _name("business_date", "date", "date", "Business date", "业务日期")]


def _defined(view: VersionView) -> list[dict[str, Any]]:
    """What the document defines itself, with its type; of several names of one table each is one."""
    if view.catalogue is None:
        return []
    document = view.document
    types = document_parse(document, view.catalogue, product=view.rule_set.product.code).scope.names
    offered = document.offer.table if document.offer else ""
    found = [_name(entry.name, "derived", "", entry.en, entry.zh, entry.unit) for entry in document.derived]
    for table in document.tables:
        if table.name != offered:
            found += [
                _name(_output_name(table, output), "table", "", *_labels_of(table, output), output.unit)
                for output in table.outputs
            ]
    found += [_name(card.name, "scorecard", "", card.en, card.zh, "points") for card in document.scorecards]
    for row in found:
        row["type"] = TYPE_NAMES.get(types[row["name"]].type, "") if row["name"] in types else ""
    return found


def _output_name(table: Table, output: TableOutput) -> str:
    return table.name if len(table.outputs) == 1 else f"{table.name}.{output.name}"


def _labels_of(table: Table, output: TableOutput) -> tuple[str, str]:
    if len(table.outputs) == 1:
        return table.en or output.en, table.zh or output.zh
    return (
        f"{table.en or table.name}: {output.en or output.name}",
        f"{table.zh or table.name}：{output.zh or output.name}",
    )


TYPE_NAMES = {Type.NUMBER: "number", Type.STRING: "string", Type.BOOLEAN: "boolean", Type.DATE: "date"}


def _function(function: Function) -> dict[str, Any]:
    parameters = [str(parameter) for parameter in function.parameters]
    if function.is_variadic:
        parameters.append("…")
    return {
        "name": function.name,
        "signature": f"{function.name}({', '.join(parameters)})",
        "en": function.en,
        "zh": function.zh,
        "examples": [text for text, _value in function.examples],
    }


def _fact_field(name: str) -> dict[str, str]:
    kind = "number" if name in INTEGER_FIELDS else "time" if name == TIME_FIELD else "string"
    en, zh = FIELD_WORDS[name]
    return {"name": name, "type": kind, "en": en, "zh": zh}


def _units(used: list[str], currency: str) -> dict[str, dict[str, Any]]:
    """How numbers of each unit are shown and typed; those that people choose from are always among them."""
    money = [f"{currency} minor units", f"{currency} minor units per month"]
    return {unit: _unit(unit) for unit in dict.fromkeys([*used, "share", "ratio", *UNITS, *money]) if unit}


def _unit(unit: str) -> dict[str, Any]:
    currency = currency_of(unit)
    digits = MINOR_DIGITS.get(currency, 2) if currency else None
    factor = 10.0**-digits if digits is not None else 100.0 if unit == "share" else 1.0
    return {
        "factor": factor,
        "suffix_en": unit_words(unit, "en"),
        "suffix_zh": unit_words(unit, "zh"),
        "digits": digits,
    }


def _words(view: VersionView) -> dict[str, str]:
    """Every condition and formula in words, by its path."""
    rules = {f"rules/{at}/when": rule.when for at, rule in enumerate(view.document.rules)}
    derived = {f"derived/{at}/expression": entry.expression for at, entry in enumerate(view.document.derived)}
    return {path: view.in_words(text) for path, text in (rules | derived).items()}
