"""A holder lets one recipient look once: started, turned into short-lived tokens, taken back."""

import base64
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from monitoring.health.purposes import NUMBERS, purpose_of
from monitoring.models import HealthRecipient, HealthShare
from monitoring.services.health.current import code_shown, policy_now
from monitoring.services.health.keys import token_sign
from monitoring.services.health.recipients import RecipientEnded, secret_hash
from monitoring.verifier.verify_health_code import LONGEST_LIFE
from riskengine.errors import Conflict, NotFound, NotPermitted

SECRET_BYTES: Final = 18
MOST_OPEN: Final = 20
"""Shares of one holder that wait at once: more is not somebody choosing."""


class ShareClosed(Conflict):
    """The share was looked at, taken back or has expired."""

    code = "health_share_closed"


class SharesTooMany(Conflict):
    """The holder has too many open shares: take some back."""

    code = "health_shares_too_many"


class PurposeNotOfRecipient(NotPermitted):
    """The recipient is not registered for this purpose."""

    code = "health_purpose_not_of_recipient"


class RecipientUnknown(NotFound):
    """Nobody of this code is registered."""

    code = "health_recipient_unknown"


class HealthCodeMissing(Conflict):
    """There is no code to sign a token of: no review has looked at this customer."""

    code = "health_code_missing"


@transaction.atomic
def share_start(
    *, customer: Customer, recipient_code: str, purpose: str, actor: str, at: datetime, client_id: int | None = None
) -> tuple[HealthShare, str]:
    """Let a recipient look once, for a purpose; the share's code is returned this once.

    The holder starts it, on their page or through the lending system `client_id`. Raises HealthPurposeRefused,
    HealthPurposeUnknown, RecipientUnknown, RecipientEnded, PurposeNotOfRecipient, CustomerErasedError, SharesTooMany.
    """
    wanted = purpose_of(purpose)
    recipient = HealthRecipient.objects.filter(code=recipient_code).first()
    if recipient is None:
        raise RecipientUnknown("Nobody of this code is registered.", field="recipient")
    if recipient.ended_at is not None:
        raise RecipientEnded("This recipient is registered no longer.", recipient=recipient.code)
    if wanted.code not in recipient.purposes:
        raise PurposeNotOfRecipient("The recipient is not registered for this purpose.", purpose=wanted.code)
    holder = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if holder.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(holder))
    open_ = HealthShare.objects.filter(customer=holder, used_at=None, revoked_at=None, expires_at__gt=at)
    if open_.count() >= MOST_OPEN:
        raise SharesTooMany("There are too many open shares: take some back.", most=MOST_OPEN)
    secret = base64.urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    share = HealthShare.objects.create(
        customer=holder,
        recipient=recipient,
        purpose=wanted.code,
        client_id=client_id,
        secret_hash=secret_hash(secret),
        nonce=secrets.token_bytes(16),
        made_at=at,
        expires_at=at + timedelta(hours=policy_now(at).share_hours),
    )
    _record("health_share.started", share, actor, at)
    return share, secret


def share_token(*, share: HealthShare, at: datetime) -> str:
    """A token of the colour now, for at most ten minutes and not longer than the share.

    Raises ShareClosed, HealthCodeMissing, NoHealthKey.
    """
    _require_open(share, at)
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
    _require_open(share, at)
    share.revoked_at = at
    share.save(update_fields=["revoked_at"])
    _record("health_share.revoked", share, actor, at)
    return share


def _require_open(share: HealthShare, at: datetime) -> None:
    if share.used_at or share.revoked_at or share.expires_at <= at:
        raise ShareClosed("This share was looked at, taken back or has expired.", share=share.pk)


def _record(kind: str, share: HealthShare, actor: str, at: datetime) -> None:
    entry_append(
        kind=kind,
        object_type="customer",
        object_id=str(share.customer_id),
        actor=actor,
        payload={"share": share.pk, "recipient": share.recipient.code, "purpose": share.purpose},
        recorded_at=at,
    )
