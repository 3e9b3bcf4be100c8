"""Settings that lapse soon with nothing approved to follow them: whoever keeps them hears of it before, not after."""

from datetime import date, timedelta
from typing import Final

from audit.models import GovernedDocument

AHEAD: Final = timedelta(days=30)


def governed_ending(on: date, ahead: timedelta = AHEAD) -> list[GovernedDocument]:
    """What is approved, ends by `on + ahead`, and has no successor for the day after; the soonest first.

    A successor is approved, of the same kind and name, and valid on that day. What has not begun to count is told too.
    """
    approved = GovernedDocument.objects.filter(state=GovernedDocument.State.APPROVED, approval__isnull=False)
    ending = approved.filter(valid_until__gte=on, valid_until__lte=on + ahead).order_by("valid_until", "kind", "name")
    return [one for one in ending if not _is_followed(one)]


def _is_followed(governed: GovernedDocument) -> bool:
    if governed.valid_until is None:
        return True
    after = governed.valid_until + timedelta(days=1)
    same = GovernedDocument.objects.filter(
        kind=governed.kind, name=governed.name, state=GovernedDocument.State.APPROVED, valid_from__lte=after
    ).exclude(pk=governed.pk)
    return any(other.valid_until is None or other.valid_until >= after for other in same)
