"""What a model said in recorded decisions, month by month: read from plain columns, so nothing is opened."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from rules.models import Decision

MOST = 50_000
"""Decisions looked at, newest first."""


class _Bundle(msgspec.Struct, frozen=True):
    model_hash: str
    others: tuple[tuple[str, str], ...] = ()


class _Document(msgspec.Struct, frozen=True):
    bundle: _Bundle | None = None


def scores_by_month(product: str, content_hash: str) -> dict[date, list[float]]:
    """PDs of the last decisions that this model alone scored, by the first day of the month they were made in.

    Decisions whose rules chose among several models are left out: the bundle does not say which one spoke.
    """
    rows = Decision.objects.filter(product__code=product, pd__isnull=False).order_by("-decided_at")
    found = rows.values_list("bundle_hash", "decided_at", "pd", "product__timezone")[:MOST]
    scored: dict[str, bool] = {}
    months: dict[date, list[float]] = defaultdict(list)
    for bundle_hash, decided_at, pd, zone in found:
        if bundle_hash not in scored:
            scored[bundle_hash] = _is_scored_by(bundle_hash, content_hash)
        if scored[bundle_hash] and pd is not None:
            months[decided_at.astimezone(ZoneInfo(zone)).date().replace(day=1)].append(pd)
    return dict(sorted(months.items()))


def _is_scored_by(bundle_hash: str, content_hash: str) -> bool:
    document = Decision.objects.filter(bundle_hash=bundle_hash).values_list("document", flat=True).first()
    bundle = msgspec.json.decode(bytes(document or b"{}"), type=_Document).bundle
    return bundle is not None and bundle.model_hash == content_hash and not bundle.others
