"""Sources fetched from by schedule: each fetch is an import like any other, from where the last one ended."""

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import BookImport, BookMapping, BookPull, BookSource, Product
from lending.services.book_imports.mappings import mapping_of
from lending.services.book_imports.staging import OPEN, State, import_ask
from riskengine.errors import InvalidInput, RiskEngineError

logger = logging.getLogger(__name__)
FAILS_WARNED: Final = 3
"""So many failures in a row are no accident."""
LATE: Final = timedelta(minutes=15)
"""So long after its time a fetch has not begun: nobody looks, or it cannot begin."""
_LOOKED_AT: Final = 20


class PullInvalid(InvalidInput):
    """The mapping has no column that only grows, or the times are not within what is allowed."""

    code = "book_pull_invalid"


class PullState(NamedTuple):
    """A fetch by schedule, as pages show it."""

    pull: BookPull
    last: BookImport | None
    fails: int
    """Failed in a row, up to now."""
    is_late: bool

    @property
    def is_often_failed(self) -> bool:
        """Whether that is no accident any more."""
        return self.fails >= FAILS_WARNED

    @property
    def is_troubled(self) -> bool:
        """Whether somebody has to look."""
        return self.pull.is_on and (self.is_often_failed or self.is_late)


@transaction.atomic
def pull_set(
    *,
    mapping: BookMapping,
    source: BookSource,
    every: int,
    unit: str,
    at: time,
    zone: str,
    is_on: bool,
    by: User,
    now: datetime,
) -> BookPull:
    """Say when a source is fetched from through a mapping, or that it no longer is. Raises PullInvalid.

    Only with a watermark: without one every fetch would read the whole of the source.
    """
    most = {BookPull.Unit.HOURS: 24, BookPull.Unit.DAYS: 31}.get(BookPull.Unit(unit), 0) if unit else 0
    if not mapping_of(mapping).watermark:
        raise PullInvalid("The mapping has no column that only grows.", reason="watermark")
    if not 1 <= every <= most:
        raise PullInvalid("A source is fetched from every 1 to 24 hours or 1 to 31 days.", reason="every")
    try:
        ZoneInfo(zone)
    except (LookupError, OSError, ValueError):
        raise PullInvalid("There is no such time zone.", reason="zone") from None
    told = {"every": every, "unit": unit, "at": at, "zone": zone, "is_on": is_on, "set_by": by, "set_at": now}
    row = BookPull(mapping_name=mapping.name, source=source, **told)
    row.next_at = next_time(row, now)
    row, _made = BookPull.objects.update_or_create(
        mapping_name=mapping.name, source=source, defaults={**told, "next_at": row.next_at}
    )
    entry_append(
        kind="book_pull.set",
        object_type="book_source",
        object_id=str(source.pk),
        actor=actor_user(by),
        payload={
            **{"mapping": mapping.name, "every": every, "unit": unit},
            **{"at": f"{at:%H:%M}", "zone": zone, "is_on": is_on},
        },
        recorded_at=now,
    )
    return row


def next_time(pull: BookPull, after: datetime) -> datetime:
    """The first of its times later than `after`: on the day it was set at the time of day in its zone, then every so
    many hours, or at that time of every so many days. Times missed are not made up for: one fetch reads all."""
    zone = ZoneInfo(pull.zone)
    first = pull.set_at.astimezone(zone).date()
    begun = datetime.combine(first, pull.at, zone).astimezone(UTC)
    if pull.unit == BookPull.Unit.HOURS:
        step = timedelta(hours=pull.every)
        return begun + max((after - begun) // step + 1, 0) * step
    step = timedelta(days=pull.every)
    steps = max((after.astimezone(zone).date() - first) // step, 0)
    # The same time of day, whatever the clocks did in between.
    found = (datetime.combine(first + (steps + one) * step, pull.at, zone).astimezone(UTC) for one in (0, 1))
    return next(at for at in found if at > after)


def zone_usual() -> str:
    """The business time zone of most products, UTC without any: that in which times are entered where none is set."""
    zones = Product.objects.filter(is_active=True).order_by("timezone").values_list("timezone", flat=True)
    counted = Counter(zones).most_common(1)
    return counted[0][0] if counted else "UTC"


def pulls_ask(now: datetime) -> list[int]:
    """Ask for an import of each source whose time has come; their numbers. One that still runs is not asked twice."""
    due = BookPull.objects.filter(is_on=True, next_at__lte=now).order_by("next_at", "pk").values_list("pk", flat=True)
    asked = []
    for pull_id in list(due):
        try:
            if (number := _ask(pull_id, now)) is not None:
                asked.append(number)
        except RiskEngineError as error:  # its time stays, so pages show it as late
            logger.error("the fetch %s by schedule cannot begin: %s", pull_id, error.code)
    return asked


def pull_states(now: datetime, mapping_name: str | None = None) -> list[PullState]:
    """Every fetch by schedule, or those through one mapping."""
    pulls = BookPull.objects.select_related("source", "set_by").order_by("mapping_name", "source__name")
    return [_state(pull, now) for pull in (pulls.filter(mapping_name=mapping_name) if mapping_name else pulls)]


@transaction.atomic
def _ask(pull_id: int, now: datetime) -> int | None:
    held = BookPull.objects.select_for_update(skip_locked=True, of=("self",)).select_related("source")
    pull = held.filter(pk=pull_id, is_on=True, next_at__lte=now).first()
    if pull is None or _imports(pull).filter(state__in=OPEN).exists():
        return None
    mapping = BookMapping.objects.filter(name=pull.mapping_name).order_by("-version").first()
    if mapping is None:
        return None
    pull.next_at = next_time(pull, now)
    pull.save(update_fields=["next_at"])
    return import_ask(mapping=mapping, source=pull.source, at=now, by=None).pk


def _imports(pull: BookPull) -> QuerySet[BookImport]:
    found = BookImport.objects.filter(mapping__name=pull.mapping_name, source=pull.source)
    return found.defer("upload").order_by("-pk")


def _state(pull: BookPull, now: datetime) -> PullState:
    imports = list(_imports(pull)[:_LOOKED_AT])
    ended = [row.state for row in imports if row.state in (State.DONE, State.FAILED)]
    fails = next((place for place, state in enumerate(ended) if state != State.FAILED), len(ended))
    is_running = bool(imports) and imports[0].state in OPEN
    is_late = pull.is_on and not is_running and now - pull.next_at > LATE
    return PullState(pull, imports[0] if imports else None, fails, is_late)


def troubled(states: Iterable[PullState]) -> list[PullState]:
    """Those that somebody has to look at."""
    return [state for state in states if state.is_troubled]
