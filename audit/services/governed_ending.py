"""Settings that lapse soon, or protective ones that did, with nothing approved to follow them."""

from datetime import date, timedelta
from typing import Final

from audit.governed_kinds import kinds_all
from audit.models import GovernedDocument
from audit.services.governed_live import governed_lives

AHEAD: Final = timedelta(days=30)


def governed_ending(on: date, ahead: timedelta = AHEAD) -> list[GovernedDocument]:
    """What is approved, ends by `on + ahead`, and has no successor for the day after; the soonest first.

    A successor is approved, of the same kind and name, and valid on that day. What has not begun to count is told too.
    """
    approved = GovernedDocument.objects.filter(state=GovernedDocument.State.APPROVED, approval__isnull=False)
    ending = approved.filter(valid_until__gte=on, valid_until__lte=on + ahead).order_by("valid_until", "kind", "name")
    return [one for one in ending if not _is_followed(one)]


def governed_lapsed(on: date) -> list[GovernedDocument]:
    """What was approved of a protective kind, is over, and has nothing of its kind and name in force on the day; the
    latest lapsed first, one for each kind and name. Told until another is in force."""
    protective = [kind.code for kind in kinds_all() if kind.is_protective]
    approved = GovernedDocument.objects.filter(state=GovernedDocument.State.APPROVED, kind__in=protective)
    over = approved.filter(approval__isnull=False, valid_until__lt=on).order_by("kind", "name", "-valid_until", "-pk")
    latest = over.distinct("kind", "name")
    lives = {code: governed_lives(code, on) for code in {one.kind for one in latest}}
    lapsed = [one for one in latest if one.valid_until and one.name not in lives[one.kind]]
    return sorted(lapsed, key=lambda one: (one.valid_until or on, one.kind, one.name), reverse=True)


def _is_followed(governed: GovernedDocument) -> bool:
    if governed.valid_until is None:
        return True
    after = governed.valid_until + timedelta(days=1)
    same = GovernedDocument.objects.filter(
        kind=governed.kind, name=governed.name, state=GovernedDocument.State.APPROVED, valid_from__lte=after
    ).exclude(pk=governed.pk)
    return any(other.valid_until is None or other.valid_until >= after for other in same)
