"""Law, review and pilot of a source, approved through the services, for tests of what they open."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from audit.models import GovernedDocument
from audit.services.governed import Live, governed_approve, governed_draft, governed_live, governed_submit
from scoring.services.alternative.value_reports import value_report_keep
from tests.factories.audit import user

TODAY = datetime.now(UTC).date()
LONG = {
    "en": "What is written here is longer than forty characters.",
    "zh": "此处填写的中文内容必须足够长才可以通过检查。",
}
FIGURES: dict[str, Any] = {
    "verdict": "adds", "fairness_state": "kept", "fairness": [], "auc_difference": 0.02, "interval": [0.01, 0.03],
    "auc_without": 0.7, "auc_with": 0.72, "n": 1000, "thin_file": None, "columns_without": ["a"],
    "columns_with": ["a", "b"], "training_data": {"file": "rows.parquet", "sha256": "0" * 64},
}  # fmt: skip


def governed(kind: str, name: str, document: dict[str, Any], *, since: date | None = None) -> GovernedDocument:
    """A document in force from yesterday, approved by a second person."""
    at = datetime.now(UTC)
    maker, checker = user(), user(is_checker=True)
    since = since or TODAY - timedelta(days=1)
    draft = governed_draft(kind=kind, name=name, document=document, author=maker, at=at, valid_from=since)
    governed_submit(governed=draft, maker=maker, at=at)
    return governed_approve(governed=draft, checker=checker, content_hash=draft.content_hash, at=at)


def reviewed(source: str, **figures: Any) -> GovernedDocument:
    """An ethics review on a value report of these figures."""
    report = value_report_keep(source=source, document=FIGURES | figures, at=datetime.now(UTC))
    texts = dict.fromkeys(("purpose", "necessity", "risks", "conditions"), LONG)
    document = {**texts, "reviewers": ["A. Reviewer", "B. Reviewer"], "value_report": report.content_hash}
    return governed("ethics_review", source, document)


def piloted(source: str, **change: Any) -> GovernedDocument:
    """A pilot of the product `instalment` with room for many."""
    ends_on = (TODAY + timedelta(days=30)).isoformat()
    return governed("pilot", source, {"product": "instalment", "cap": 100, "ends_on": ends_on, **change})


def forbidden(source: str, *countries: str, name: str = "EU") -> GovernedDocument:
    """A law that forbids the source in these countries."""
    citation = {"en": "Directive (EU) 2023/2225", "zh": "欧盟指令 2023/2225"}
    return governed("jurisdiction_rule", name, {"citation": citation, "countries": countries, "forbids": [source]})


def live(kind: str, name: str) -> Live | None:
    """What is in force today."""
    return governed_live(kind, name, on=TODAY)
