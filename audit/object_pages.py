"""How an object that approvals and log entries name is called and where it is looked at, as its owner tells."""

from collections.abc import Callable
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


class ObjectPage(NamedTuple):
    """A type's name for people, and the admin page of one object, which takes its id.

    `decide_url_name` is the page where a request for approval of it is decided, where that is another.
    `label` gives one object's own name by its id, in the reader's language; None where it is gone.
    `telling` gives by its id what puts the names of its parts, in a text, into the reader's words.
    """

    name: str | Promise
    url_name: str
    label: Callable[[str], str | None] | None = None
    decide_url_name: str = ""
    telling: Callable[[str], Callable[[str], str]] | None = None


_PAGES: dict[str, ObjectPage] = {}


class PageAlreadyRegistered(LookupError):
    """Two owners claim one object type: a mistake in the code."""


def page_register(
    object_type: str,
    *,
    name: str | Promise,
    url_name: str,
    label: Callable[[str], str | None] | None = None,
    decide_url_name: str = "",
    telling: Callable[[str], Callable[[str], str]] | None = None,
) -> None:
    """Say what objects of a type are called and which page shows them. Raises PageAlreadyRegistered."""
    if object_type in _PAGES and _PAGES[object_type].url_name != url_name:
        raise PageAlreadyRegistered(object_type)
    _PAGES[object_type] = ObjectPage(name, url_name, label, decide_url_name, telling)


def types_registered() -> frozenset[str]:
    """The types that have a name."""
    return frozenset(_PAGES)


def type_words(object_type: str) -> str:
    """A type's name for people."""
    page = _PAGES.get(object_type)
    return str(page.name) if page else object_type


def telling_of(object_type: str, object_id: str) -> Callable[[str], str]:
    """What puts the names of an object's parts into words; texts as they are where its owner tells nothing."""
    page = _PAGES.get(object_type)
    return page.telling(object_id) if page and page.telling else str


def object_words(object_type: str, object_id: str) -> str:
    """An object as people call it: Instalment loan · version 2; without a label of its own, Decision 7f…"""
    page = _PAGES.get(object_type)
    label = page.label(object_id) if page and page.label else None
    return label or f"{type_words(object_type)} {object_id}"


def page_of(object_type: str, object_id: str) -> str | None:
    """The address of an object's page; None where its type has none."""
    page = _PAGES.get(object_type)
    return _address(page.url_name, object_id) if page else None


def decide_page_of(object_type: str, object_id: str) -> str | None:
    """The address where a request for approval of an object is decided; None where its type has none."""
    page = _PAGES.get(object_type)
    return _address(page.decide_url_name or page.url_name, object_id) if page else None


def _address(url_name: str, object_id: str) -> str | None:
    try:
        return reverse(url_name, args=[object_id])
    except NoReverseMatch:
        return None
