"""Every address the project answers at, out of the resolver, and a sample object for each that asks for one."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

VERBS = ("changelist", "add", "history", "delete", "change")


class Address(NamedTuple):
    """One pattern: the name it is known by (its route where it has none), and its parts from the root."""

    name: str
    route: str
    parts: tuple[object, ...]


def addresses() -> list[Address]:
    """All patterns, depth first, as Django tries them."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[object], namespace: str, parts: tuple[object, ...]) -> Iterator[Address]:
    for entry in patterns:
        here = (*parts, entry.pattern)  # type: ignore[attr-defined]
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, here)
        elif isinstance(entry, URLPattern):
            route = "/" + "".join(str(pattern) for pattern in here)
            yield Address(f"{namespace}{entry.name}" if entry.name else route, route, here)


def path_of(address: Address, values: Mapping[str, object]) -> str:
    """A real path: `values` fills the places. Raises KeyError for a place without a value."""
    text = "/"
    for pattern in address.parts:
        if isinstance(pattern, RoutePattern):
            part = str(pattern)
            for name, converter in pattern.converters.items():
                part = part.replace(_placeholder(part, name), str(converter.to_url(values[name])))
            text += part
        else:
            text += str(values[str(pattern)])
    return text


def _placeholder(part: str, name: str) -> str:
    return next(piece for piece in _placeholders(part) if piece.rstrip(">").split(":")[-1].lstrip("<") == name)


def _placeholders(part: str) -> list[str]:
    return ["<" + piece.split(">")[0] + ">" for piece in part.split("<")[1:]]


def registered() -> dict[str, type[Model]]:
    """The models of the admin by the stem of their addresses' names."""
    return {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}


def model_of(address: Address) -> str:
    """The stem of the model an address of the admin belongs to, or ""."""
    stems = sorted(registered(), key=len, reverse=True)
    place = address.route.removeprefix("/admin/").replace("/", "_")
    return next((stem for stem in stems if address.route.startswith("/admin/") and place.startswith(f"{stem}_")), "")
