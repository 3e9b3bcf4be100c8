"""A decision on the use of a loan that one person proposed and nobody approved yet; a row of the matrix."""

from datetime import datetime
from typing import Any

from audit.models import Approval, User
from monitoring.models import DiversionFinding
from monitoring.services.diversion.decisions import diversion_decide, diversion_propose
from monitoring.services.diversion.findings import DECISION, diversion_trace
from tests.appr.governing import LATEST, Governed, service, word
from tests.diversion.diversion_book import NOW, diverted, policy_goes_live
from tests.factories.audit import user
from tests.health.world import granted

NOTE = "The broker's statement shows the money."


def suspected() -> DiversionFinding:
    """A finding of which 60 % went to a broker, under the demo's policy."""
    policy_goes_live()
    found = diversion_trace(loan_id=diverted().pk, at=NOW)
    assert found is not None
    return found


def waiting(finding: DiversionFinding, maker: User, outcome: str = "CONFIRMED", at: datetime = NOW) -> Approval:
    """What `maker` proposes of the finding."""
    return diversion_propose(finding=finding, outcome=outcome, maker=maker, note=NOTE, at=at).approval


def decided(
    finding: DiversionFinding, request: Approval, *, is_approved: bool = True, at: datetime = NOW, **facts: Any
):
    """The word of a second person, another one unless `checker` names them."""
    checker = facts.pop("checker", None) or user(is_checker=True)
    content_hash = request.content_hash
    return diversion_decide(
        finding=finding, checker=checker, content_hash=content_hash, is_approved=is_approved, at=at, **facts
    )


def confirmed(finding: DiversionFinding, maker: User, at: datetime = NOW) -> DiversionFinding:
    """Proposed by one and approved by another."""
    return decided(finding, waiting(finding, maker, at=at), at=at)


def _ask(_live: Any, author: User) -> DiversionFinding:
    finding = suspected()
    waiting(finding, granted(author, "monitoring.decide_diversion"))
    return finding


COLUMNS = (
    "loan_id, as_of, known_at, state, purpose, method, disbursed_minor, diverted_minor, untraceable_minor,"
    " off_purpose_minor, circular_minor, diverted_share, untraceable_share, other_method_share, causes, path,"
    " policy_hash"
)
DIVERSION = [
    Governed(
        DECISION,
        _ask,
        service(diversion_decide, "finding", is_approved=True),
        "/admin/monitoring/diversionfinding/{pk}/change/",
        word,
        f"INSERT INTO monitoring_diversionfinding ({COLUMNS}, follows_id, decided_by_id, note, proposal_id)"
        f" SELECT {COLUMNS.replace('state', chr(39) + 'CONFIRMED' + chr(39), 1)}, f.id, a.maker_id, p.note, p.id"
        " FROM monitoring_diversionfinding f, monitoring_diversionproposal p, audit_approval a"
        f" WHERE f.id = {{pk}} AND p.finding_id = f.id AND a.id = {LATEST}",
    ),
]
