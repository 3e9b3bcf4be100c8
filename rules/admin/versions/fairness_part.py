"""Fairness on a version's pages: what a draft would show when submitted, and what the checker is shown."""

from typing import Any

from riskengine.errors import RiskEngineError
from rules.admin.versions.view import VersionView
from rules.services.fairness.search import RuleTried, version_search
from rules.services.fairness.versions import version_fairness, version_fairness_standing
from scoring.admin.fairness_card import TONES, fairness_card, state_words
from scoring.services.fairness.gate import Standing


def fairness_of_draft(view: VersionView) -> dict[str, Any]:
    """Measured now, with the search for alternatives where it would stop the approval."""
    try:
        return _part(view, version_fairness(view.version, view.at.date()))
    except RiskEngineError:
        return {}  # the draft has problems, which its page shows


def fairness_of_waiting(view: VersionView) -> dict[str, Any]:
    """As its approval's evidence has it."""
    return _part(view, view.approval.evidence if view.approval else {})


def _part(view: VersionView, evidence: dict[str, Any]) -> dict[str, Any]:
    standing = version_fairness_standing(view.version, evidence, view.at.date())
    if standing is None or (standing.policy is None and standing.result is None):
        return {}
    product = view.rule_set.product.code
    return {"fairness": fairness_card(standing, product, view.version.content_hash), "search": _search(view, standing)}


def _search(view: VersionView, standing: Standing) -> list[dict[str, str]]:
    """For the first attribute that stops the approval, or that a necessity covers."""
    covered = standing.necessity.value.attributes if standing.necessity else []
    attribute = next(iter([*standing.open, *covered]), None)
    rows = version_search(view.version, attribute, view.at.date()) if attribute else []
    return [_row(row) for row in rows]


def _row(row: RuleTried) -> dict[str, str]:
    return {
        "code": row.code,
        "ratio": "–" if row.ratio is None else f"{row.ratio:.2f}",
        "share": f"{row.approve_share:.1%}",
        "bad_rate": "–" if row.bad_rate is None else f"{row.bad_rate:.1%}",
        "tone": TONES[row.state],
        "words": state_words(row.state),
    }
