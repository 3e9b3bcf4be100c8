"""What is kept of a trace as evidence: ids, instants, amounts and classes, never a name or a text. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from monitoring.diversion.model import Stream
from monitoring.diversion.policy import ALWAYS_HARMLESS, LoanUsePolicy, Use
from monitoring.diversion.trace import DISBURSEMENT, Flow, Trace

FLOWS_KEPT: Final = 200
"""Lines kept one by one; the largest, the others are added up like the harmless ones."""


@dataclass
class _Sum:
    count: int
    amount_minor: int
    first: datetime
    last: datetime


def path_of(stream: Stream, found: Trace, policy: LoanUsePolicy) -> dict[str, Any]:
    """The evidence as JSON.

    `flows`: lines one by one, [line id, instant, source, target, minor units, evidence]; `sums`: the rest by source and
    target, [source, target, lines, minor units, first, last]; `against`: prohibited uses among them; `weighs`: ids of
    the lines that speak against the borrower; `openings`: [account, minor units, basis]; `used`, `remaining` and `lost`
    in minor units.
    """
    purpose = policy.purpose(stream.disbursement.purpose)
    harmless = {f"use:{use}" for use in (*ALWAYS_HARMLESS, *(purpose.uses if purpose else ()))}
    shown = [flow for flow in found.flows if flow.target not in harmless and flow.source not in harmless]
    shown = sorted(shown, key=lambda flow: (flow.source != DISBURSEMENT, -flow.amount_minor))[:FLOWS_KEPT]
    single = {id(flow) for flow in shown}
    homes = {flow.target for flow in found.flows if flow.source == DISBURSEMENT}
    return {
        "until": found.until.isoformat(),
        "flows": [_row(flow) for flow in sorted(shown, key=lambda flow: (flow.at, flow.transaction_id))],
        "sums": _sums([flow for flow in found.flows if id(flow) not in single]),
        "against": [str(use) for use in policy.against(stream.disbursement.purpose) if found.used.get(use)],
        "weighs": sorted({flow.transaction_id for flow in found.flows if _weighs(flow, harmless, policy, homes)}),
        "openings": [[opening.account_id, opening.amount_minor, opening.basis.value] for opening in found.openings],
        "used": dict(sorted(found.used.items())),
        "remaining": {str(account): amount for account, amount in sorted(found.remaining.items())},
        "lost": dict(sorted(found.lost.items())),
    }


def suspicious_lines(path: Mapping[str, Any]) -> set[int]:
    """Ids of the lines that speak against the borrower."""
    return set(path["weighs"])


def _weighs(flow: Flow, harmless: set[str], policy: LoanUsePolicy, homes: set[str]) -> bool:
    if flow.target.startswith("use:"):
        not_followed = {f"use:{use}" for use in (*policy.not_followed, Use.UNKNOWN)}
        return flow.target not in harmless | not_followed
    return flow.target in homes and flow.source != DISBURSEMENT


def _row(flow: Flow) -> list[Any]:
    at = flow.at.isoformat()
    return [flow.transaction_id, at, flow.source, flow.target, flow.amount_minor, flow.evidence]


def _sums(flows: list[Flow]) -> list[list[Any]]:
    sums: dict[tuple[str, str], _Sum] = {}
    for flow in flows:
        entry = sums.setdefault((flow.source, flow.target), _Sum(0, 0, flow.at, flow.at))
        entry.count += 1
        entry.amount_minor += flow.amount_minor
        entry.first, entry.last = min(entry.first, flow.at), max(entry.last, flow.at)
    return [
        [*ends, entry.count, entry.amount_minor, entry.first.isoformat(), entry.last.isoformat()]
        for ends, entry in sorted(sums.items())
    ]
