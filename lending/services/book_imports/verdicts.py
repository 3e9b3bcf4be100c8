"""What a person says of two customers who may be one."""

from datetime import datetime
from typing import Final

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import CustomerLink, SuspectedDuplicate
from lending.services.book.inputs import LinkInput
from lending.services.book.links import links_record
from riskengine.errors import Conflict, InvalidInput

SOURCE: Final = "duplicates"
Verdict = SuspectedDuplicate.Verdict


class Withdrawal(models.TextChoices):
    """Why two are no longer taken for one person; no free words, which would stay in the log for ever."""

    MISTAKEN = "MISTAKEN", _("Said by mistake")
    NEW_EVIDENCE = "NEW_EVIDENCE", _("Newer evidence")


class DuplicateDecided(Conflict):
    """Somebody said already whether the two are one; only that they are one is taken back, with a reason."""

    code = "duplicate_decided"


class VerdictInvalid(InvalidInput):
    """They are one person or two; and why, where one person is taken back."""

    code = "duplicate_verdict_invalid"


@transaction.atomic
def duplicate_decide(
    *, pair: SuspectedDuplicate, verdict: str, by: User, at: datetime, reason: str = ""
) -> SuspectedDuplicate:
    """Say that the two are one person, or two, with name and time. Raises DuplicateDecided, VerdictInvalid.

    Two rows of one person are not put together: decisions, letters and consents name the one they were made of. They
    are linked both ways, and neither is liable for the other: trouble of one is news of the other. That they are one is
    taken back by saying that they are two, with a `Withdrawal` as the reason, which ends the links.
    """
    if verdict not in Verdict.values:
        raise VerdictInvalid("They are one person or two.", verdict=verdict[:20])
    row = SuspectedDuplicate.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    is_withdrawn = (row.verdict, verdict) == (Verdict.SAME, Verdict.DIFFERENT)
    if row.verdict and not is_withdrawn:
        raise DuplicateDecided("Somebody said so already.", pair=row.pk)
    if is_withdrawn != (reason in Withdrawal.values):
        raise VerdictInvalid("Say why they are two persons after all.", pair=row.pk)
    since, until = (row.decided_at or at).date(), at.date() if is_withdrawn else None
    row.verdict, row.decided_by, row.decided_at = verdict, by, at
    row.save(update_fields=["verdict", "decided_by", "decided_at"])
    if verdict == Verdict.SAME or is_withdrawn:
        both = ((row.customer_id, row.other_id), (row.other_id, row.customer_id))
        links = [
            LinkInput(
                customer_id=one,
                other_id=other,
                kind=CustomerLink.Kind.SAME_PERSON,
                is_liable=False,
                since=since,
                until=until,
                known_at=at,
            )
            for one, other in both
        ]
        links_record(items=links, source=SOURCE, at=at, actor=actor_user(by))
    said = {"verdict": verdict, "customer": row.customer_id, "other": row.other_id}
    entry_append(
        kind="suspected_duplicate.decided",
        object_type="suspected_duplicate",
        object_id=str(row.pk),
        actor=actor_user(by),
        payload={**said, "withdrawn": reason} if is_withdrawn else said,
        recorded_at=at,
    )
    return row
