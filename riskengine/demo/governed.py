"""A governed document of the demo, taken live through the same services and four eyes as any."""

from datetime import date, datetime

import msgspec
from django.db import transaction

from audit.models import User
from audit.services.governed import governed_approve, governed_draft, governed_live, governed_submit


@transaction.atomic
def governed_ensure(
    *,
    kind: str,
    name: str,
    document: msgspec.Struct,
    note: str,
    maker: User,
    checker: User,
    at: datetime,
    valid_from: date | None = None,
) -> bool:
    """Take a document live from `valid_from`, else from today, unless one of its kind and name is; whether it did."""
    start = valid_from or at.date()
    if governed_live(kind, name, on=max(start, at.date())) is not None:
        return False
    draft = governed_draft(kind=kind, name=name, document=document, author=maker, at=at, valid_from=start)
    waits = governed_submit(governed=draft, maker=maker, at=at, comment=note)
    governed_approve(governed=waits, checker=checker, content_hash=waits.content_hash, at=at)
    return True
