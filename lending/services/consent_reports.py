"""A lending system's report of its applicant's consent: who is meant, what is recorded, what is answered."""

from datetime import datetime
from typing import Any

from django.db import transaction

from audit.models import ApiClient
from audit.services.log import instant_text
from lending.models import Application, Consent, Customer
from lending.services.consents import consent_grant, consent_is_live, consent_withdraw
from lending.services.customers import customer_by_national_id, customer_find_or_create
from riskengine.errors import NotFound


class ApplicationOfConsentNotFoundError(NotFound):
    """The client has no application of this number."""

    code = "application_not_found"


class CustomerOfConsentNotFoundError(NotFound):
    """Nobody with this national ID is known, so nothing can be withdrawn."""

    code = "customer_not_found"


@transaction.atomic
def consent_report(
    *,
    client_id: int,
    actor: str,
    action: str,
    scope: str,
    external_id: str | None,
    national_id: str | None,
    happened_at: datetime,
    expires_at: datetime | None,
    evidence: str,
    at: datetime,
) -> dict[str, Any]:
    """Record a grant or withdrawal; the answer as JSON data. A client withdraws only what was given through it.

    A grant by a person not yet known makes the customer: consent comes before the application.
    Raises ApplicationOfConsentNotFoundError, CustomerOfConsentNotFoundError, UnusableIdentifierError, and as
    `consent_grant` and `consent_withdraw`.
    """
    client = ApiClient.objects.get(pk=client_id)
    if action == "grant":
        customer = _customer(client, external_id, national_id, at, is_made=True)
        told = [
            consent_grant(
                customer=customer,
                scope=scope,
                granted_at=happened_at,
                expires_at=expires_at,
                evidence=evidence,
                at=at,
                actor=actor,
                client=client,
            )
        ]
    else:
        customer = _customer(client, external_id, national_id, at, is_made=False)
        told = _withdrawn_before(customer, client, scope, happened_at) or consent_withdraw(
            customer=customer, scope=scope, withdrawn_at=happened_at, at=at, actor=actor, client=client
        )
    return {
        "scope": scope,
        "is_live": consent_is_live(customer, scope, at),
        "consents": [_told(consent) for consent in told],
    }


def _customer(
    client: ApiClient, external_id: str | None, national_id: str | None, at: datetime, *, is_made: bool
) -> Customer:
    if national_id is None:
        application = Application.objects.filter(client=client, external_id=external_id).select_related("customer")
        found = application.first()
        if found is None:
            raise ApplicationOfConsentNotFoundError("You have no application of this number.", field="external_id")
        return found.customer
    if is_made:
        return customer_find_or_create(identifiers={"national_id": national_id}, at=at)
    customer = customer_by_national_id(national_id)
    if customer is None:
        raise CustomerOfConsentNotFoundError("Nobody of this national ID is known.", field="applicant.national_id")
    return customer


def _withdrawn_before(customer: Customer, client: ApiClient, scope: str, withdrawn_at: datetime) -> list[Consent]:
    """What the same report ended the first time it came."""
    return list(Consent.objects.filter(customer=customer, client=client, scope=scope, withdrawn_at=withdrawn_at))


def _told(consent: Consent) -> dict[str, Any]:
    times = ("granted_at", "expires_at", "withdrawn_at")
    given = {name: getattr(consent, name) for name in times}
    return {name: None if at is None else instant_text(at) for name, at in given.items()} | {
        "evidence": consent.evidence
    }
