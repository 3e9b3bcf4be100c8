"""Example decisions, made through the decision service itself, so that the admin has something to show."""

from datetime import datetime, timedelta

from audit.models import ApiClient
from lending.models import Customer, RiskEvent
from lending.services.customers import customer_find_or_create
from riskengine.demo.applicants import DECLINED_ELSEWHERE, applicant, application_bodies
from riskengine.demo.people import CLIENT
from riskengine.demo.places import SOURCE
from rules.services.decisions.making import decision_make
from rules.services.decisions.request import request_read

DECLINED_BEFORE = timedelta(days=3)


def applications_ensure(*, at: datetime) -> int:
    """Decide the demo applications; an application decided before keeps its decision. Returns how many were decided."""
    client, _ = ApiClient.objects.get_or_create(code=CLIENT, defaults={"name": "Demo lending system"})
    _decline_elsewhere(at)
    made = [
        decision_make(
            client_id=client.pk,
            actor=f"client:{client.code}",
            idempotency_key=f"demo-{body['external_id']}",
            request=request_read(body),
        )
        for body in application_bodies()
    ]
    return sum(not decision.is_replay for decision in made)


def _decline_elsewhere(at: datetime) -> None:
    """One made-up decline by another lender, shortly before that applicant comes to us."""
    customer: Customer = customer_find_or_create(identifiers=applicant(DECLINED_ELSEWHERE), at=at)
    kind = RiskEvent.Kind.DECLINE_ELSEWHERE
    if not RiskEvent.objects.filter(customer=customer, kind=kind, source=SOURCE).exists():
        happened = at - DECLINED_BEFORE
        RiskEvent.objects.create(customer=customer, kind=kind, event_at=happened, known_at=happened, source=SOURCE)
