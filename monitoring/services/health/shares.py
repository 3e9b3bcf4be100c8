"""A holder lets one recipient look once: started, turned into short-lived tokens, taken back."""

import base64
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from monitoring.health.purposes import NUMBERS
from monitoring.models import HealthLink, HealthShare
from monitoring.services.health.current import code_shown, policy_now
from monitoring.services.health.keys import token_sign
from monitoring.services.health.links import VISIT
from monitoring.services.health.recipients import recipient_for, secret_hash
from monitoring.verifier.verify_health_code import LONGEST_LIFE
from riskengine.errors import Conflict, NotPermitted

ACTOR: Final = "holder"
SECRET_BYTES: Final = 18
NONCE_BYTES: Final = 16
REFERENCE: Final = "HS1."
_REFERENCE: Final = re.compile(r"HS1\.([A-Za-z0-9_-]{22})", re.ASCII)
MOST_OPEN: Final = 20
"""Shares of one holder that wait at once: more is not somebody choosing."""


class ShareClosed(Conflict):
    """The share was looked at, taken back or has expired."""

    code = "health_share_closed"


class SharesTooMany(Conflict):
    """The holder has too many open shares: take some back."""

    code = "health_shares_too_many"


class ShareNotAsked(NotPermitted):
    """A share is started by the holder, on the page that a link of theirs opened, while it is open."""

    code = "health_share_not_asked"


class HealthCodeMissing(Conflict):
    """There is no code to sign a token of: no review has looked at this customer."""

    code = "health_code_missing"


@transaction.atomic
def share_start(*, link: HealthLink, recipient_code: str, purpose: str, at: datetime) -> tuple[HealthShare, str]:
    """Let a recipient look once, for a purpose; the share's code is returned this once.

    Only the holder starts one: `link` is the link of theirs that they have opened, at most VISIT ago. Raises
    ShareNotAsked, CustomerErasedError, SharesTooMany, and as `recipient_for`.
    """
    recipient, wanted = recipient_for(recipient_code, purpose)
    holder = Customer.objects.select_for_update(no_key=True).get(pk=link.customer_id)
    if holder.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(holder))
    opened_at = HealthLink.objects.filter(pk=link.pk).values_list("opened_at", flat=True).first()
    if opened_at is None or not opened_at <= at <= opened_at + VISIT:
        raise ShareNotAsked("The holder's page is not open.")
    open_ = HealthShare.objects.filter(customer=holder, used_at=None, revoked_at=None, expires_at__gt=at)
    if open_.count() >= MOST_OPEN:
        raise SharesTooMany("There are too many open shares: take some back.", most=MOST_OPEN)
    secret = base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    share = HealthShare.objects.create(
        customer=holder,
        recipient=recipient,
        purpose=wanted,
        link=link,
        secret_hash=secret_hash(secret),
        nonce=secrets.token_bytes(NONCE_BYTES),
        made_at=at,
        expires_at=at + timedelta(hours=policy_now(at).share_hours),
    )
    _record("health_share.started", share, ACTOR, at)
    return share, secret


def share_reference(share: HealthShare) -> str:
    """What a QR code for the recipient holds: it names the share and says nothing of holder, colour or purpose."""
    return REFERENCE + base64.urlsafe_b64encode(bytes(share.nonce)).decode().rstrip("=")


def reference_nonce(text: str) -> bytes | None:
    """The nonce that a reference holds; None where it is none. One nonce has one text."""
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return None
    nonce = base64.urlsafe_b64decode(found[1] + "==")
    return nonce if REFERENCE + base64.urlsafe_b64encode(nonce).decode().rstrip("=") == text else None


def share_token(*, share: HealthShare, at: datetime) -> str:
    """A token of the colour now, for at most ten minutes and not longer than the share: for those without a network.

    Whoever reads it sees the colour, so it is made for the holder alone, when they ask for it.
    Raises ShareClosed, HealthCodeMissing, NoHealthKey.
    """
    share_require_open(share, at)
    shown = code_shown(share.customer, at)
    if shown.code is None:
        raise HealthCodeMissing("No review has looked at this customer yet.")
    return token_sign(
        {
            "code_id": shown.code.pk,
            "colour": shown.colour,
            "issued_at": at,
            "expires_at": min(at + LONGEST_LIFE, share.expires_at),
            "nonce": bytes(share.nonce),
            "purpose": NUMBERS[share.purpose],
            "recipient": share.recipient_id,
        },
        at,
    )


@transaction.atomic
def share_revoke(*, share: HealthShare, actor: str, at: datetime) -> HealthShare:
    """Take a share back: online it counts no longer from this moment. Raises ShareClosed."""
    share = HealthShare.objects.select_for_update(of=("self",)).get(pk=share.pk)
    share_require_open(share, at)
    share.revoked_at = at
    share.save(update_fields=["revoked_at"])
    _record("health_share.revoked", share, actor, at)
    return share


def share_require_open(share: HealthShare, at: datetime) -> None:
    """Raises ShareClosed."""
    if share.used_at or share.revoked_at or share.expires_at <= at:
        raise ShareClosed("This share was looked at, taken back or has expired.", share=share.pk)


def _record(kind: str, share: HealthShare, actor: str, at: datetime) -> None:
    entry_append(
        kind=kind,
        object_type="customer",
        object_id=str(share.customer_id),
        actor=actor,
        payload={
            "share": share.pk,
            "link": share.link_id,
            "recipient": share.recipient.code,
            "purpose": share.purpose,
        },
        recorded_at=at,
    )
