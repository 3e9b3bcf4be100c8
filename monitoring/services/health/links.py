"""The holder's way in: a one-time link that goes to them by their own channel, or is handed over by staff in person.

Whoever asked for it, a lending system or a colleague, never learns the secret of a link that was sent. So what is
started on the page behind it was started by the holder.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Application, Consent, Customer, Identifier
from lending.services.customers import CustomerErasedError, identifier_context
from lending.vault import key_unwrap, unseal
from monitoring.holder_channels import HolderChannelMissing, holder_channel
from monitoring.models import HealthLink
from monitoring.services.health.current import policy_now
from monitoring.services.health.recipients import recipient_for, secret_hash
from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted

VISIT: Final = timedelta(minutes=30)
"""How long the page stays open to the browser that opened it."""
REQUEST_LIFE: Final = timedelta(hours=1)
"""How long a request to be shown the code may be granted."""
MOST_WAITING: Final = 5
"""Unopened links of one holder at once: more is somebody pestering them."""
HAND_PERMISSION: Final = "monitoring.add_healthlink"
Channel = HealthLink.Channel
CHANNELS: Final = {Identifier.Kind.PHONE: Channel.PHONE, Identifier.Kind.EMAIL: Channel.EMAIL}


class CustomerOfHolderNotFound(NotFound):
    """The client has no customer of this number."""

    code = "customer_not_found"


class LinkNotValid(NotPermitted):
    """The link was never given out, has expired, or was opened before."""

    code = "health_link_not_valid"


class LinksTooMany(Conflict):
    """The holder has too many links that they did not open: wait until these end."""

    code = "health_links_too_many"


class HolderUnreachable(Conflict):
    """Neither a phone nor an e-mail address of the holder is known: staff hand the link over in person."""

    code = "holder_unreachable"


class LinkNotPermitted(NotPermitted):
    """The account may not hand links over."""

    code = "health_link_not_permitted"


class IdentityNotSeen(InvalidInput):
    """A link is handed over to somebody whose identity was checked, and how is noted."""

    code = "health_identity_not_seen"


def customer_of_client(client_id: int, number: str) -> Customer:
    """The customer a lending system means: by its application number, or as C00000012 if it ever dealt with them.

    Raises CustomerOfHolderNotFound, also for customers of others.
    """
    if "\x00" in number:
        raise CustomerOfHolderNotFound("You have no customer of this number.")
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


def link_send(
    *,
    customer: Customer,
    client_id: int,
    actor: str,
    text: Callable[[str, HealthLink], str],
    at: datetime,
    recipient_code: str = "",
    purpose: str = "",
) -> HealthLink:
    """Send the holder a link; `text` makes the message of its secret. Nobody else learns the secret.

    The link is kept first and sent then: what is sent opens, and no row is held while a channel takes its time. What
    the channel does not take is undone, on record.
    With a recipient and a purpose it asks them to show their code. Raises CustomerErasedError, LinksTooMany,
    HolderUnreachable, HolderChannelMissing, and of recipients and purposes as `recipient_for`.
    """
    way = holder_channel()
    with transaction.atomic():
        held = _holder_locked(customer, at)
        channel, address = _address_of(held)
        link, secret = _make(held, at, recipient_code, purpose, client_id=client_id, channel=channel)
        _record(link, actor, at)
    try:
        way.send(kind=channel, address=address, text=text(secret, link))
    except OSError:
        _undo(link, actor, at)
        raise HolderChannelMissing("The channel to the holder did not take the message.") from None
    return link


@transaction.atomic
def link_hand_over(
    *, customer: Customer, staff: User, identity: str, at: datetime, recipient_code: str = "", purpose: str = ""
) -> tuple[HealthLink, str]:
    """A link for a holder who stands in front of staff; its secret is shown this once, and who handed it is on record.

    Raises LinkNotPermitted, IdentityNotSeen, CustomerErasedError, LinksTooMany, and as `recipient_for`.
    """
    if not (staff.is_active and staff.has_perm(HAND_PERMISSION)):
        raise LinkNotPermitted("This account may not hand links over.")
    if identity not in HealthLink.Identity.values:
        raise IdentityNotSeen("Note how the holder's identity was checked.", field="identity")
    held = _holder_locked(customer, at)
    made = _make(held, at, recipient_code, purpose, staff=staff, identity=identity, channel=Channel.IN_PERSON)
    _record(made[0], actor_user(staff), at)
    return made


@transaction.atomic
def link_open(*, secret: str, at: datetime) -> HealthLink:
    """Open the holder's page with a link, once. Raises LinkNotValid."""
    link = link_holder(secret=secret, at=at)
    if not HealthLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at):
        raise LinkNotValid("This link was opened before.")
    link.opened_at = at
    return link


def link_holder(*, secret: str, at: datetime) -> HealthLink:
    """Whose link this is, opened or not: what lets the holder object over the API. Raises LinkNotValid."""
    links = HealthLink.objects.select_related("customer", "recipient").filter(expires_at__gt=at)
    found = links.filter(secret_hash=secret_hash(secret)).first() if "\x00" not in secret else None
    if found is None or found.customer.wrapped_key is None:
        raise LinkNotValid("This link is not valid, or has expired.")
    return found


def _holder_locked(customer: Customer, at: datetime) -> Customer:
    held = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if held.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(held))
    if HealthLink.objects.filter(customer=held, opened_at=None, expires_at__gt=at).count() >= MOST_WAITING:
        raise LinksTooMany("There are too many links that were not opened.", most=MOST_WAITING)
    return held


def _make(customer: Customer, at: datetime, recipient_code: str, purpose: str, **how: object) -> tuple[HealthLink, str]:
    life = timedelta(hours=policy_now(at).link_hours)
    asks: dict[str, object] = {}
    if recipient_code or purpose:
        recipient, wanted = recipient_for(recipient_code, purpose)
        asks = {"recipient": recipient, "purpose": wanted}
        life = min(life, REQUEST_LIFE)
    secret = secrets.token_urlsafe(24)
    fields = {"made_at": at, "expires_at": at + life, "secret_hash": secret_hash(secret), **asks, **how}
    return HealthLink.objects.create(customer=customer, **fields), secret


def _address_of(customer: Customer) -> tuple[str, str]:
    """The channel and the address that became known first: a later one may be of whoever applied in their name."""
    known = Identifier.objects.filter(customer=customer, kind__in=CHANNELS)
    first = known.order_by("created_at", "-kind", "pk").first()
    if first is None:
        raise HolderUnreachable("Neither a phone nor an e-mail address of the holder is known.", customer=str(customer))
    key = key_unwrap(customer.wrapped_key or b"")
    address = unseal(key, first.sealed, identifier_context(customer.pk, first.kind)).decode()
    return CHANNELS[Identifier.Kind(first.kind)], address


@transaction.atomic
def _undo(link: HealthLink, actor: str, at: datetime) -> None:
    number, customer_id = link.pk, link.customer_id
    HealthLink.objects.filter(pk=number).delete()
    entry_append(
        kind="health_link.not_sent",
        object_type="customer",
        object_id=str(customer_id),
        actor=actor,
        payload={"link": number},
        recorded_at=at,
    )


def _record(link: HealthLink, actor: str, at: datetime) -> None:
    asked = {"recipient": link.recipient.code, "purpose": link.purpose} if link.recipient else {}
    entry_append(
        kind="health_link.made",
        object_type="customer",
        object_id=str(link.customer_id),
        actor=actor,
        payload={"link": link.pk, "channel": link.channel, "identity": link.identity, **asked},
        recorded_at=at,
    )
