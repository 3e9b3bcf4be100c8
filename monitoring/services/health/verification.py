"""A share or its token verified online: once, by its recipient, against what is true now, on the holder's log."""

from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from monitoring.health.purposes import NUMBERS
from monitoring.models import HealthScan, HealthShare
from monitoring.services.health.current import code_shown
from monitoring.services.health.keys import keys_public
from monitoring.services.health.recipients import is_recipient, secret_hash
from monitoring.services.health.shares import REFERENCE, reference_nonce
from monitoring.verifier.verify_health_code import PREFIX, Refused, Token, token_read, verify

UNKNOWN: Final = "unknown"
"""Neither a share nor a token of ours: nobody's log can tell of it."""
LONGEST: Final = 400
_Result = HealthScan.Result


class Verdict(msgspec.Struct, frozen=True):
    """What whoever asks is told: `colour` only where `result` is "shown"."""

    result: str
    colour: str = ""
    purpose: str = ""
    recipient: str = ""
    expires_at: datetime | None = None


@transaction.atomic
def share_verify(*, code: str, access_code: str, channel: str, at: datetime) -> Verdict:
    """Show the colour to the share's recipient, once. `code` is the share's code, its reference or a token of it."""
    share, token, problem = _found(code, at)
    if share is None:
        return Verdict(UNKNOWN)
    result = problem or _refusal(share, at) or ("" if is_recipient(share.recipient, access_code) else "wrong_recipient")
    if result:
        return _told(share, result, channel, at)
    shown = code_shown(share.customer, at)
    if token is not None and (shown.code is None or (token.code_id, token.colour) != (shown.code.pk, shown.colour)):
        return _told(share, _Result.SUPERSEDED, channel, at)
    share.used_at = at
    share.save(update_fields=["used_at"])
    return _told(share, _Result.SHOWN, channel, at, shown.colour)


@transaction.atomic
def share_check(*, code: str, channel: str, at: datetime) -> Verdict:
    """Whether a share or token is open still, to anybody, without its colour and without using it up."""
    share, _token, problem = _found(code, at)
    if share is None:
        return Verdict(UNKNOWN)
    return _told(share, problem or _refusal(share, at) or _Result.CHECKED, channel, at)


def _found(code: str, at: datetime) -> tuple[HealthShare | None, Token | None, str]:
    """The share meant (locked), the token if it is one, and what is wrong with it."""
    text = code.strip().rpartition("?c=")[2]
    locked = HealthShare.objects.select_for_update(of=("self",)).select_related("recipient", "customer")
    if len(text) > LONGEST or "\x00" in text:
        return None, None, ""
    if text.startswith(REFERENCE):
        nonce = reference_nonce(text)
        return locked.filter(nonce=nonce).first() if nonce else None, None, ""
    if not text.startswith(PREFIX):
        return locked.filter(secret_hash=secret_hash(text)).first(), None, ""
    try:
        claimed, _body, _signature = token_read(text)
    except Refused:
        return None, None, ""
    share = locked.filter(nonce=claimed.nonce).first()
    if share is None:
        return None, None, ""
    try:
        token = verify(text, keys_public(), at, share.recipient_id)
    except Refused as error:
        return share, None, _Result.EXPIRED if error.code == "expired" else _Result.BAD_TOKEN
    return share, token, "" if token.purpose == NUMBERS[share.purpose] else _Result.BAD_TOKEN


def _refusal(share: HealthShare, at: datetime) -> str:
    if share.revoked_at is not None:
        return _Result.REVOKED
    if share.used_at is not None:
        return _Result.USED
    if share.expires_at <= at or share.customer.wrapped_key is None:
        return _Result.EXPIRED
    return ""


def _told(share: HealthShare, result: str, channel: str, at: datetime, colour: str = "") -> Verdict:
    HealthScan.objects.create(share=share, at=at, channel=channel, result=result, colour=colour)
    is_theirs = result == _Result.SHOWN
    return Verdict(
        str(result),
        colour,
        share.purpose if is_theirs else "",
        share.recipient.name if is_theirs else "",
        share.expires_at if result in (_Result.SHOWN, _Result.CHECKED) else None,
    )
