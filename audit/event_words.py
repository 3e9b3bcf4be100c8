"""What the kinds of log entries are called, by groups, and who acted: each app tells of its own."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit.models import User

Words = str | Promise
SYSTEM: dict[str, Words] = {
    "system:api_keys": _("System: API keys"),
    "system:approvals": _("System: approvals"),
    "system:cases": _("System: cases"),
    "system:catalogue": _("System: registration of catalogues"),
    "system:delinquency": _("System: delinquency"),
    "system:demo": _("System: loading of the demo"),
    "system:diversion": _("System: use of loans"),
    "system:drift": _("System: drift"),
    "system:generate_book": _("System: generated book"),
    "system:graph": _("System: links between customers"),
    "system:health": _("System: health codes"),
    "system:import": _("System: imports of the book"),
    "system:loans": _("System: loans"),
    "system:portraits": _("System: portraits"),
    "system:reapply_erasures": _("System: erasures applied again"),
    "system:regions": _("System: products and regions"),
    "system:retraining": _("System: retraining"),
    "system:review": _("System: review of the portfolio"),
    "system:snoozes": _("System: snoozes"),
    "system:training": _("System: registration of models"),
    "system:triggers": _("System: triggers"),
    "system:warning_report": _("System: report on warnings"),
    "system:warning_scheme": _("System: warning scheme"),
}


class EventGroup(NamedTuple):
    """Kinds that belong together, for a filter."""

    name: Words
    kinds: Mapping[str, Words]


class KindAlreadyRegistered(LookupError):
    """Two owners claim one kind of entry: a mistake in the code."""


class Actor(NamedTuple):
    """Who acted, as people say it, and the page of the account where it is one."""

    words: str
    url: str | None = None


_GROUPS: dict[str, EventGroup] = {}
_KINDS: dict[str, Words] = {}


def events_register(group: str, name: Words, kinds: Mapping[str, Words]) -> None:
    """Say what a group of kinds is called, and each of them. Raises KindAlreadyRegistered."""
    twice = _KINDS.keys() & kinds.keys()
    if twice or group in _GROUPS:
        raise KindAlreadyRegistered(", ".join(sorted(twice)) or group)
    _GROUPS[group] = EventGroup(name, kinds)
    _KINDS.update(kinds)


def event_groups() -> Mapping[str, EventGroup]:
    """The groups by key."""
    return _GROUPS


def event_words(kind: str) -> str:
    """What happened, in words; the kind itself where nobody said."""
    return str(_KINDS.get(kind, kind))


def actors_named(actors: Iterable[str], *, linked: bool) -> dict[str, Actor]:
    """Each actor of the log by name, in one query; `linked` where the reader may open accounts."""
    wanted = set(actors)
    keys = [actor.removeprefix("user:") for actor in wanted if actor.startswith("user:")]
    people = {f"user:{user.pk}": user for user in User.objects.filter(pk__in=[key for key in keys if key.isdecimal()])}
    return {actor: _named(actor, people.get(actor), linked) for actor in wanted}


def _named(actor: str, person: User | None, linked: bool) -> Actor:
    if person is not None:
        url = reverse("admin:audit_user_change", args=[person.pk]) if linked else None
        return Actor(person.get_full_name() or person.get_username(), url)
    kind, _colon, name = actor.partition(":")
    if kind == "client":
        return Actor(gettext("API client %(name)s") % {"name": name})
    return Actor(str(SYSTEM.get(actor, actor)))
