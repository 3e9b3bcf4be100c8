"""A drift report as plain data, for files and pages."""

from typing import Any

from monitoring.models import DriftReport
from scoring.drift.verdicts import SOURCES

_FIGURE = (
    "stage", "measure", "subject", "value", "reference", "limit", "critical", "p_value", "cases", "reference_cases",
    "state", "is_large", "distribution",
)  # fmt: skip


def drift_report_json(report: DriftReport) -> dict[str, Any]:
    """The report with all its figures, and the sources of the tests."""
    return {
        "product": report.product.code,
        "since": report.since.isoformat(),
        "until": report.until.isoformat(),
        "policy_hash": report.policy_hash,
        "model_hash": report.model_hash,
        "rule_set_hash": report.rule_set_hash,
        "state": report.state,
        "level": report.level,
        "decisions": report.decisions,
        "matured": report.matured,
        "notes": report.notes,
        "figures": list(report.figures.order_by("pk").values(*_FIGURE)),
        "sources": SOURCES,
    }
