"""The tabs of a version: what each shows, in the reader's language."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry, User
from rules.admin.versions.coverage import coverage_tab
from rules.admin.versions.problem_places import problem_rows
from rules.admin.versions.tables import cases_tab, decision_tables, offer_tab, scorecard_tab, tables_tab
from rules.admin.versions.view import VersionView
from rules.diff.tables import Change
from rules.diff.words import SECTIONS
from rules.language.parse import parse
from rules.language.problems import ExpressionInvalid
from rules.language.tree import names_in
from rules.localised import language, localised
from rules.models import RuleSetVersion
from rules.pattern_words import pattern_words
from rules.services.versions.life import OBJECT_TYPE
from rules.words import purpose_words, range_words, unit_words, value_words

CASES_SHOWN = 5
"""More changes of cases than this are folded away: what decides comes first."""
TABS: dict[str, str | Promise] = {
    "overview": _("Overview"),
    "parameters": _("Parameters"),
    "derived": _("Variables"),
    "rules": _("Rules"),
    "tables": _("Tables"),
    "scorecard": _("Scorecard"),
    "patterns": _("Patterns"),
    "offer": _("Offer"),
    "cases": _("Cases"),
    "checks": _("Checks"),
    "history": _("History"),
    "compare": _("Compare"),
}
EDITOR_TABS = ("parameters", "derived", "rules", "tables", "scorecard", "patterns", "offer", "cases")
"""Those that a draft's editor shows itself."""
EVENTS: dict[str, str | Promise] = {
    "drafted": _("Draft made"),
    "edited": _("Draft changed"),
    "submitted": _("Sent for approval"),
    "approved": _("Approved"),
    "rejected": _("Rejected"),
    "withdrawn": _("Taken back by its maker"),
    "retired": _("Retired"),
}


def tab_counts(view: VersionView) -> dict[str, int]:
    """How many entries each tab has, for its label."""
    document = view.document
    counts = {name: len(getattr(document, name)) for name in ("parameters", "rules", "derived", "patterns", "cases")}
    return {
        **counts,
        "tables": len(decision_tables(document)),
        "scorecard": len(document.scorecards),
    }


def changes_by_section(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Changes under the headings of their sections."""
    grouped: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        grouped[change.section].append(change)
    return [
        {
            "heading": SECTIONS[name].heading(language()) if name in SECTIONS else name,
            "changes": group,
            "is_long": name == "cases" and len(group) > CASES_SHOWN,
        }
        for name, group in grouped.items()
    ]


def overview_tab(view: VersionView) -> dict[str, Any]:
    """What changes, where it stands, who asked and who decided."""
    return {
        "sections": changes_by_section(view.changes),
        "editors": view.version.editors.exclude(pk=view.version.author_id),
        "outcomes": _outcome_counts(view),
        "score_with": [
            {"entry": entry, "purpose": purpose_words(entry.purpose, language()), "words": view.in_words(entry.when)}
            for entry in view.document.score_with
        ],
        "thresholds": [] if view.base else parameters_tab(view)["rows"],
    }


def _outcome_counts(view: VersionView) -> list[tuple[str, int]]:
    counts: dict[str, int] = defaultdict(int)
    for rule in view.document.rules:
        if rule.enabled and rule.then.outcome:
            counts[rule.then.outcome] += 1
    return sorted(counts.items(), key=lambda item: -item[1])


def parameters_tab(view: VersionView) -> dict[str, Any]:
    """Thresholds: value, allowed range, what is live, where it is used."""
    live = {entry["name"]: entry["value"] for entry in (view.base.document.get("parameters", []) if view.base else [])}
    uses = _uses(view)
    rows = []
    for entry in view.version.document["parameters"]:
        unit, name = entry.get("unit", ""), entry["name"]
        bounds = entry.get("minimum"), entry.get("maximum")
        rows.append(
            {
                "entry": entry,
                "shown": value_words(entry["value"], unit, language()),
                "range": range_words(*bounds, unit, language()) if None not in bounds else "",
                "live": value_words(live[name], unit, language()) if name in live else None,
                "differs": name in live and live[name] != entry["value"],
                "uses": uses.get(name, []),
            }
        )
    return {"rows": rows}


def _uses(view: VersionView) -> dict[str, list[dict[str, str]]]:
    """The rules and derived variables that read each name: code, and name in the reader's language."""
    uses: dict[str, list[dict[str, str]]] = defaultdict(list)
    texts = [(rule.code, localised(rule, "label") or rule.code, rule.when) for rule in view.document.rules]
    texts += [(one.name, localised(one) or one.name, one.expression) for one in view.document.derived]
    for code, words, text in texts:
        try:
            for name in names_in(parse(text)):
                uses[name].append({"code": code, "name": words})
        except ExpressionInvalid:
            continue
    return uses


def rules_tab(view: VersionView) -> dict[str, Any]:
    """Rules as a list: what each says and what follows."""
    wrong = _places_with_errors(view, "rules")
    rows = [
        {
            "rule": rule,
            "words": view.in_words(rule.when),
            "reason": view.reason(rule.then.reason),
            "is_wrong": number in wrong,
        }
        for number, rule in enumerate(view.document.rules)
    ]
    return {"rows": rows, "default_outcome": view.document.default_outcome}


def derived_tab(view: VersionView) -> dict[str, Any]:
    """Derived variables with their formula in words, and the catalogue's variables they may read."""
    wrong, uses = _places_with_errors(view, "derived"), _uses(view)
    rows = [
        {
            "entry": entry,
            "words": view.in_words(entry.expression),
            "is_wrong": at in wrong,
            "uses": uses.get(entry.name),
        }
        for at, entry in enumerate(view.document.derived)
    ]
    variables = view.catalogue.of_product(view.rule_set.product.code).values() if view.catalogue else []
    shown = [
        {"variable": variable, "unit": unit_words(variable.unit, language()), "uses": uses.get(variable.name, [])}
        for variable in variables
    ]
    return {"rows": rows, "variables": shown}


def patterns_tab(view: VersionView) -> dict[str, Any]:
    """Patterns, each explained in a sentence."""
    currency = view.rule_set.product.currency
    rows = [
        {
            "pattern": pattern,
            "words": pattern_words(pattern, language(), currency),
            "reason": view.reason(pattern.then.reason),
        }
        for pattern in view.document.patterns
    ]
    return {"rows": rows}


def checks_tab(view: VersionView) -> dict[str, Any]:
    """Every finding, in words, with where it is."""
    return {
        "errors": problem_rows(view, view.errors),
        "warnings": problem_rows(view, view.warnings),
        "has_catalogue": view.catalogue is not None,
        "coverage": coverage_tab(view),
    }


def _places_with_errors(view: VersionView, section: str) -> set[int]:
    places = (found.path.split("/") for found in view.errors)
    return {int(parts[1]) for parts in places if parts[0] == section and len(parts) > 1 and parts[1].isdecimal()}


def compare_tab(view: VersionView, chosen: str = "") -> dict[str, Any]:
    """This version beside any other of the rule set."""
    others = RuleSetVersion.objects.filter(rule_set=view.rule_set).exclude(pk=view.version.pk)
    others = others.select_related("author").order_by("-number")
    other = others.filter(number=int(chosen)).first() if chosen.isdecimal() else (view.base or others.first())
    changes = view.changes_from(other) if other else []
    return {"others": others.defer("document"), "other": other, "sections": changes_by_section(changes)}


def history_tab(view: VersionView) -> dict[str, Any]:
    """What happened to this version, newest first, from the audit log."""
    entries = AuditEntry.objects.filter(object_type=OBJECT_TYPE, object_id=str(view.version.pk)).order_by("-pk")
    shown = [entry for entry in entries[:500] if entry.kind.startswith(f"{OBJECT_TYPE}.")]
    people = {f"user:{user.pk}": user for user in User.objects.all()} if shown else {}
    rows = [
        {
            "entry": entry,
            "words": EVENTS.get(entry.kind.rpartition(".")[2], entry.kind),
            "person": people.get(entry.actor),
            "content_hash": entry.payload.get("content_hash", ""),
        }
        for entry in shown
    ]
    return {"rows": rows, "activations": view.activations}


BUILDERS: dict[str, Callable[..., dict[str, Any]]] = {
    "overview": overview_tab,
    "parameters": parameters_tab,
    "rules": rules_tab,
    "derived": derived_tab,
    "patterns": patterns_tab,
    "tables": tables_tab,
    "scorecard": scorecard_tab,
    "offer": offer_tab,
    "cases": cases_tab,
    "checks": checks_tab,
    "compare": compare_tab,
    "history": history_tab,
}
