"""Value reports: kept under the hash of their content, and read back only if they still hold it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.canonical import content_hash as hash_of
from audit.services.log import entry_append
from riskengine.errors import InvalidInput
from scoring.alternative_sources import SOURCES
from scoring.models import ValueReport


class UnknownSourceError(InvalidInput):
    """No such source of alternative data."""

    code = "alternative_source_unknown"


@transaction.atomic
def value_report_keep(*, source: str, document: dict[str, Any], at: datetime) -> ValueReport:
    """Keep a report of a source; the same content is kept once. Raises UnknownSourceError."""
    if source not in SOURCES:
        raise UnknownSourceError(f"There is no source {source}; there is {', '.join(SOURCES)}.")
    content_hash = hash_of({"source": source, "report": document})
    earlier = ValueReport.objects.filter(content_hash=content_hash).first()
    if earlier is not None:
        return earlier
    report = ValueReport.objects.create(source=source, content_hash=content_hash, document=document, created_at=at)
    entry_append(
        kind="value_report.kept",
        object_type="value_report",
        object_id=str(report.pk),
        actor="system:training",
        payload={"content_hash": content_hash, "source": source, "verdict": document["verdict"]},
        recorded_at=at,
    )
    return report


def value_report_of(source: str, content_hash: str) -> ValueReport | None:
    """The report of this source and hash; None where there is none, or its row no longer is what the hash names."""
    report = ValueReport.objects.filter(source=source, content_hash=content_hash).first()
    if report is None or hash_of({"source": report.source, "report": report.document}) != report.content_hash:
        return None
    return report
