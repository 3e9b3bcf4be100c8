"""To whom holders may show their code: registered by an administrator, known by an access code shown once."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from monitoring.health.purposes import purpose_of
from monitoring.models import HealthRecipient
from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted

OBJECT_TYPE: Final = "health_recipient"
MANAGE_PERMISSION: Final = "monitoring.change_healthrecipient"


class RecipientInvalid(InvalidInput):
    """A recipient has a code, a name and at least one purpose, and its code is nobody else's."""

    code = "health_recipient_invalid"


class RecipientEnded(Conflict):
    """The recipient is registered no longer."""

    code = "health_recipient_ended"


class RecipientUnknown(NotFound):
    """Nobody of this code is registered."""

    code = "health_recipient_unknown"


class PurposeNotOfRecipient(NotPermitted):
    """The recipient is not registered for this purpose."""

    code = "health_purpose_not_of_recipient"


class RecipientNotPermitted(NotPermitted):
    """The account may not register recipients."""

    code = "health_recipient_not_permitted"


@transaction.atomic
def recipient_register(
    *, code: str, name: str, purposes: Sequence[str], actor: User, at: datetime
) -> tuple[HealthRecipient, str]:
    """Register somebody for these purposes; the access code is returned this once.

    Raises RecipientNotPermitted, RecipientInvalid, HealthPurposeRefused, HealthPurposeUnknown.
    """
    _require(actor)
    wanted = sorted({purpose_of(purpose).code for purpose in purposes})
    if not (code.strip() and name.strip() and wanted):
        raise RecipientInvalid("A recipient has a code, a name and at least one purpose.")
    if HealthRecipient.objects.filter(code=code).exists():
        raise RecipientInvalid("This code is taken.", field="code")
    secret = secrets.token_urlsafe(24)
    recipient = HealthRecipient.objects.create(
        code=code, name=name.strip(), purposes=wanted, secret_hash=secret_hash(secret), made_at=at
    )
    _record("health_recipient.registered", recipient, actor, at, purposes=wanted)
    return recipient, secret


@transaction.atomic
def recipient_code_renew(*, recipient: HealthRecipient, actor: User, at: datetime) -> str:
    """A new access code in place of one that was lost or seen, returned this once; the old one opens nothing more.

    Raises RecipientNotPermitted, RecipientEnded.
    """
    _require(actor)
    recipient = HealthRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if recipient.ended_at is not None:
        raise RecipientEnded("This recipient has ended before.", recipient=recipient.code)
    secret = secrets.token_urlsafe(24)
    recipient.secret_hash = secret_hash(secret)
    recipient.save(update_fields=["secret_hash"])
    _record("health_recipient.code_renewed", recipient, actor, at)
    return secret


@transaction.atomic
def recipient_end(*, recipient: HealthRecipient, actor: User, at: datetime) -> HealthRecipient:
    """Show this recipient nothing any more, from now on. Raises RecipientNotPermitted, RecipientEnded."""
    _require(actor)
    recipient = HealthRecipient.objects.select_for_update(of=("self",)).get(pk=recipient.pk)
    if recipient.ended_at is not None:
        raise RecipientEnded("This recipient has ended before.", recipient=recipient.code)
    recipient.ended_at = at
    recipient.save(update_fields=["ended_at"])
    _record("health_recipient.ended", recipient, actor, at)
    return recipient


def recipient_for(code: str, purpose: str) -> tuple[HealthRecipient, str]:
    """The recipient of this code and the purpose's code, if it is registered for that.

    Raises HealthPurposeRefused, HealthPurposeUnknown, RecipientUnknown, RecipientEnded, PurposeNotOfRecipient.
    """
    wanted = purpose_of(purpose)
    recipient = HealthRecipient.objects.filter(code=code).first()
    if recipient is None:
        raise RecipientUnknown("Nobody of this code is registered.", field="recipient")
    if recipient.ended_at is not None:
        raise RecipientEnded("This recipient is registered no longer.", recipient=recipient.code)
    if wanted.code not in recipient.purposes:
        raise PurposeNotOfRecipient("The recipient is not registered for this purpose.", purpose=wanted.code)
    return recipient, wanted.code


def is_recipient(recipient: HealthRecipient, secret: str) -> bool:
    """Whether somebody who gives this access code is the recipient, registered still."""
    given = hashlib.sha256(secret.strip().encode()).digest()
    return hmac.compare_digest(given, bytes(recipient.secret_hash)) and recipient.ended_at is None


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret of at least 128 random bits: its SHA-256."""
    return hashlib.sha256(secret.strip().encode()).digest()


def _require(actor: User) -> None:
    if not (actor.is_active and actor.has_perm(MANAGE_PERMISSION)):
        raise RecipientNotPermitted("This account may not register recipients.")


def _record(kind: str, recipient: HealthRecipient, actor: User, at: datetime, **more: object) -> None:
    entry_append(
        kind=kind,
        object_type=OBJECT_TYPE,
        object_id=str(recipient.pk),
        actor=actor_user(actor),
        payload={"recipient": recipient.code, **more},
        recorded_at=at,
    )
