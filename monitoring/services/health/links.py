"""The holder's way in: a link that opens their page once, asked for by the lending system they deal with."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Application, Consent, Customer
from lending.services.customers import CustomerErasedError
from monitoring.models import HealthLink
from monitoring.services.health.current import policy_now
from monitoring.services.health.recipients import secret_hash
from riskengine.errors import NotFound, NotPermitted

VISIT: Final = timedelta(minutes=30)
"""How long the page stays open to the browser that opened it."""


class CustomerOfHolderNotFound(NotFound):
    """The client has no customer of this number."""

    code = "customer_not_found"


class LinkNotValid(NotPermitted):
    """The link was never given out, has expired, or was opened before."""

    code = "health_link_not_valid"


def customer_of_client(client_id: int, number: str) -> Customer:
    """The customer a lending system means: by its application number, or as C00000012 if it ever dealt with them.

    Raises CustomerOfHolderNotFound, also for customers of others.
    """
    application = Application.objects.filter(client=client_id, external_id=number).select_related("customer").first()
    if application is not None:
        return application.customer
    digits = number[1:]
    if number[:1] == "C" and digits.isascii() and digits.isdecimal() and len(digits) <= 12:
        customer = Customer.objects.filter(pk=int(digits)).first()
        mine = {"customer": customer, "client": client_id}
        if customer and (Application.objects.filter(**mine).exists() or Consent.objects.filter(**mine).exists()):
            return customer
    raise CustomerOfHolderNotFound("You have no customer of this number.")


@transaction.atomic
def link_make(*, customer: Customer, client_id: int, actor: str, at: datetime) -> tuple[HealthLink, str]:
    """A link for the holder; its secret is returned this once. Raises CustomerErasedError."""
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    secret = secrets.token_urlsafe(24)
    link = HealthLink.objects.create(
        customer=customer,
        client_id=client_id,
        secret_hash=secret_hash(secret),
        made_at=at,
        expires_at=at + timedelta(hours=policy_now(at).link_hours),
    )
    entry_append(
        kind="health_link.made",
        object_type="customer",
        object_id=str(customer.pk),
        actor=actor,
        payload={"link": link.pk},
        recorded_at=at,
    )
    return link, secret


@transaction.atomic
def link_open(*, secret: str, at: datetime) -> HealthLink:
    """Open the holder's page with a link, once. Raises LinkNotValid."""
    link = link_holder(secret=secret, at=at)
    if not HealthLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at):
        raise LinkNotValid("This link was opened before.")
    return link


def link_holder(*, secret: str, at: datetime) -> HealthLink:
    """Whose link this is, opened or not: what lets the holder object over the API. Raises LinkNotValid."""
    links = HealthLink.objects.select_related("customer").filter(expires_at__gt=at)
    found = links.filter(secret_hash=secret_hash(secret)).first() if "\x00" not in secret else None
    if found is None or found.customer.wrapped_key is None:
        raise LinkNotValid("This link is not valid, or has expired.")
    return found
