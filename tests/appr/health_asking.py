"""An override and an answer about a health code, put forward by an author."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from audit.models import User
from lending.services.customers import customer_create
from monitoring.models import HealthDispute, HealthOverride
from monitoring.services.health import disputes, overrides
from monitoring.services.health.disputes import dispute_answer, dispute_decide, dispute_open
from monitoring.services.health.overrides import override_ask, override_decide
from tests.health.world import granted


def override(_live: Any, author: User) -> HealthOverride:
    """GREEN for a day."""
    at = timezone.now()
    return override_ask(
        customer=customer_create(identifiers={}, at=at),
        colour="GREEN",
        reason="for a reason",
        until=at + timedelta(days=1),
        maker=granted(author, "monitoring.add_healthoverride"),
        at=at,
    )


def answer(_live: Any, author: User) -> HealthDispute:
    """Disputed data, and that they are right."""
    at = timezone.now()
    customer = customer_create(identifiers={}, at=at)
    dispute = dispute_open(
        customer=customer, kind="DISPUTE", subject="OTHER", text="not mine", channel="API", actor="holder", at=at
    )
    by = granted(author, "monitoring.change_healthdispute")
    return dispute_answer(dispute=dispute, outcome="REFUSED", text="it is yours", by=by, at=at)


def _override_approve(thing: HealthOverride, checker: User, content_hash: str) -> object:
    return override_decide(
        override=thing, checker=checker, content_hash=content_hash, is_approved=True, at=timezone.now()
    )


def _answer_approve(thing: HealthDispute, checker: User, content_hash: str) -> object:
    return dispute_decide(
        dispute=thing, checker=checker, content_hash=content_hash, is_approved=True, at=timezone.now()
    )


_REQUEST = "(SELECT max(id) FROM audit_approval)"
ROWS = [
    (
        overrides.OBJECT_TYPE,
        override,
        _override_approve,
        "/admin/monitoring/healthoverride/{pk}/change/",
        f"UPDATE monitoring_healthoverride SET approval_id = {_REQUEST} WHERE id = {{pk}}",
    ),
    (
        disputes.OBJECT_TYPE,
        answer,
        _answer_approve,
        "/admin/monitoring/healthdispute/{pk}/change/",
        f"UPDATE monitoring_healthdispute SET state = 'ANSWERED', approval_id = {_REQUEST} WHERE id = {{pk}}",
    ),
]
"""Type, how it is asked for, how it is approved, the page, and what raw SQL would try."""
