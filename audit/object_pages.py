"""How an object that approvals and log entries name is called and where it is looked at, as its owner tells."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


class ObjectPage(NamedTuple):
    """A type's name for people, and the admin page of one object, which takes its id."""

    name: str | Promise
    url_name: str


_PAGES: dict[str, ObjectPage] = {}


class PageAlreadyRegistered(LookupError):
    """Two owners claim one object type: a mistake in the code."""


def page_register(object_type: str, *, name: str | Promise, url_name: str) -> None:
    """Say what objects of a type are called and which page shows them. Raises PageAlreadyRegistered."""
    if object_type in _PAGES and _PAGES[object_type].url_name != url_name:
        raise PageAlreadyRegistered(object_type)
    _PAGES[object_type] = ObjectPage(name, url_name)


def object_words(object_type: str, object_id: str) -> str:
    """An object as people call it: Rule set version 4."""
    page = _PAGES.get(object_type)
    return f"{page.name if page else object_type} {object_id}"


def page_of(object_type: str, object_id: str) -> str | None:
    """The address of an object's page; None where its type has none."""
    try:
        return reverse(_PAGES[object_type].url_name, args=[object_id])
    except (KeyError, NoReverseMatch):
        return None
