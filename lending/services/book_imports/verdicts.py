"""What a person says of two customers who may be one."""

from datetime import datetime
from typing import Final

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import CustomerLink, SuspectedDuplicate
from lending.services.book.inputs import LinkInput
from lending.services.book.links import links_record
from riskengine.errors import Conflict, InvalidInput

SOURCE: Final = "duplicates"
Verdict = SuspectedDuplicate.Verdict


class DuplicateDecided(Conflict):
    """Somebody said already whether the two are one."""

    code = "duplicate_decided"


class VerdictInvalid(InvalidInput):
    """They are one person or two."""

    code = "duplicate_verdict_invalid"


@transaction.atomic
def duplicate_decide(*, pair: SuspectedDuplicate, verdict: str, by: User, at: datetime) -> SuspectedDuplicate:
    """Say that the two are one person, or two; once, with name and time. Raises DuplicateDecided, VerdictInvalid.

    Two rows of one person are not put together: decisions, letters and consents name the one they were made of. They
    are linked both ways and liable for one another, so trouble of one is trouble of the other from then on.
    """
    if verdict not in Verdict.values:
        raise VerdictInvalid("They are one person or two.", verdict=verdict[:20])
    row = SuspectedDuplicate.objects.select_for_update(of=("self",)).get(pk=pair.pk)
    if row.verdict:
        raise DuplicateDecided("Somebody said so already.", pair=row.pk)
    row.verdict, row.decided_by, row.decided_at = verdict, by, at
    row.save(update_fields=["verdict", "decided_by", "decided_at"])
    if verdict == Verdict.SAME:
        both = ((row.customer_id, row.other_id), (row.other_id, row.customer_id))
        links = [
            LinkInput(
                customer_id=one,
                other_id=other,
                kind=CustomerLink.Kind.SAME_PERSON,
                is_liable=True,
                since=at.date(),
                known_at=at,
            )
            for one, other in both
        ]
        links_record(items=links, source=SOURCE, at=at, actor=actor_user(by))
    entry_append(
        kind="suspected_duplicate.decided",
        object_type="suspected_duplicate",
        object_id=str(row.pk),
        actor=actor_user(by),
        payload={"verdict": verdict, "customer": row.customer_id, "other": row.other_id},
        recorded_at=at,
    )
    return row
