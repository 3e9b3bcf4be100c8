"""Following the money of loans in the book and keeping what is found: a row where something changed, else none."""

from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from audit.services.approvals import approval_void
from audit.services.governed_live import Live
from audit.services.log import entry_append
from lending.business_dates import business_date_of
from lending.models import Loan, RiskEvent
from lending.services.book.events import events_record
from lending.services.book.inputs import EventInput
from monitoring.diversion.model import Stream
from monitoring.diversion.paths import path_of, suspicious_lines
from monitoring.diversion.pools import Method
from monitoring.diversion.verdict import Verdict, judge
from monitoring.loan_use_policy import loan_use_policy_of
from monitoring.models import DiversionFinding, DiversionWatch
from monitoring.services.diversion.streams import stream_read

ACTOR: Final = "system:diversion"
SOURCE: Final = "monitoring.diversion"
DECISION: Final = "diversion_decision"
"""What a second person approves of a finding."""
State = DiversionFinding.State


@transaction.atomic
def diversion_trace(*, loan_id: int, at: datetime) -> DiversionFinding | None:
    """Follow a loan's money as known at `at`; the new finding, or None where nothing is new or nothing can be said.

    What a person confirmed stands until a person lifts it. What a person lifted is suspected again only where money
    went to prohibited uses in lines that they did not see. Raises StreamUnusable where the book contradicts itself.
    """
    loan = Loan.objects.select_related("product", "customer").get(pk=loan_id)
    DiversionWatch.objects.get_or_create(loan=loan)
    watch = DiversionWatch.objects.select_for_update().get(loan=loan)
    policy = loan_use_policy_of(loan.product.code, on=business_date_of(at, loan.product.timezone))
    stream = stream_read(loan, policy.value, at) if policy else None
    watch.traced_at, watch.failures, found = at, 0, None
    if policy is not None and stream is not None:
        found, watch.until = _judged(loan, stream, policy, at)
    watch.save(update_fields=["traced_at", "until", "failures"])
    return found


def _judged(loan: Loan, stream: Stream, policy: Live, at: datetime) -> tuple[DiversionFinding | None, datetime]:
    traced, verdict = judge(stream, policy.value)
    latest = finding_latest(loan.pk)
    path = path_of(stream, traced, policy.value)
    state = State(verdict.state.value)
    if latest is not None and latest.decided_by_id is not None:
        seen = suspicious_lines(latest.path)
        if latest.state == State.CONFIRMED or (state == State.SUSPECTED and suspicious_lines(path) <= seen):
            return None, traced.until
    finding = DiversionFinding(
        loan=loan,
        as_of=at,
        known_at=at,
        state=state,
        purpose=stream.disbursement.purpose,
        other_method_share=_other_share(stream, policy),
        path=path,
        policy_hash=policy.content_hash,
        follows=latest,
        **_figures(verdict, policy),
    )
    if latest is not None and _is_same(finding, latest):
        return None, traced.until
    if latest is not None:
        approval_void(
            object_type=DECISION, object_id=str(latest.pk), at=at, reason="something newer was found", actor=ACTOR
        )
    finding.save(force_insert=True)
    _tell(finding, verdict, latest, at)
    return finding, traced.until


def _figures(verdict: Verdict, policy: Live) -> dict[str, Any]:
    return {
        "method": policy.value.method.value,
        "disbursed_minor": verdict.disbursed_minor,
        "diverted_minor": verdict.diverted_minor,
        "untraceable_minor": verdict.untraceable_minor,
        "off_purpose_minor": verdict.off_purpose_minor,
        "circular_minor": verdict.circular_minor,
        "diverted_share": verdict.diverted_share,
        "untraceable_share": verdict.untraceable_share,
        "causes": [cause.value for cause in verdict.causes],
    }


def _other_share(stream: Stream, policy: Live) -> float:
    other = Method.FIFO if policy.value.method is Method.HAIRCUT else Method.HAIRCUT
    return judge(stream, msgspec.structs.replace(policy.value, method=other))[1].diverted_share


def _is_same(finding: DiversionFinding, latest: DiversionFinding) -> bool:
    names = ("state", "diverted_minor", "untraceable_minor", "off_purpose_minor", "circular_minor", "causes", "path")
    return all(getattr(finding, name) == getattr(latest, name) for name in (*names, "policy_hash"))


def _tell(finding: DiversionFinding, verdict: Verdict, latest: DiversionFinding | None, at: datetime) -> None:
    if finding.state == State.SUSPECTED and (latest is None or latest.state != State.SUSPECTED):
        worst = max(verdict.prohibited, key=lambda use: verdict.prohibited[use], default="")
        event_write(finding, kind=RiskEvent.Kind.DIVERSION_SUSPECTED, category=worst, at=at, actor=ACTOR)
    entry_append(
        kind="diversion.found",
        object_type="diversion_finding",
        object_id=str(finding.pk),
        actor=ACTOR,
        payload={"loan": finding.loan_id, "state": finding.state, "policy": finding.policy_hash},
        recorded_at=at,
    )


def event_write(finding: DiversionFinding, *, kind: str, category: str, at: datetime, actor: str) -> None:
    """A risk event of the customer from a finding, for rules and patterns."""
    event = EventInput(
        kind=kind,
        customer_id=finding.loan.customer_id,
        loan_id=finding.loan_id,
        external_id=f"diversion-{finding.pk}",
        event_at=at,
        known_at=at,
        amount_minor=finding.diverted_minor or None,
        category=category,
    )
    events_record(items=[event], source=SOURCE, at=at, actor=actor)


def finding_latest(loan_id: int) -> DiversionFinding | None:
    """The finding that holds for a loan now."""
    return DiversionFinding.objects.filter(loan=loan_id).order_by("-known_at", "-pk").first()
