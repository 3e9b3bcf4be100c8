"""What the owner of a kind shows beside its drafts, in a template of its own: what a draft would mean on the book."""

from collections.abc import Callable
from typing import Any, NamedTuple

from audit.models import GovernedDocument


class Panel(NamedTuple):
    """A template, and what it is given as `panel`."""

    template: str
    context: dict[str, Any]


_PANELS: dict[str, Callable[[GovernedDocument], Panel | None]] = {}


class PanelAlreadyRegistered(LookupError):
    """Two owners claim the panel of one kind: a mistake in the code."""


def panel_register(kind: str, panel: Callable[[GovernedDocument], Panel | None]) -> None:
    """Say what stands beside drafts of a kind. Raises PanelAlreadyRegistered."""
    if kind in _PANELS:
        raise PanelAlreadyRegistered(kind)
    _PANELS[kind] = panel


def panel_of(governed: GovernedDocument) -> Panel | None:
    """The panel of a draft, or of what waits for approval; None where its kind has none, or nothing to say."""
    panel = _PANELS.get(governed.kind)
    is_open = governed.state in (GovernedDocument.State.DRAFT, GovernedDocument.State.SUBMITTED)
    return panel(governed) if panel and is_open else None
