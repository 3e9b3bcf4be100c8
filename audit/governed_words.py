"""What a governed document says, in the reader's language: its name, its fields and what differs between two."""

from typing import Any

from django.utils.translation import gettext

from audit.governed_kinds import is_kind, kind_of
from audit.models import GovernedDocument


def kind_title(code: str) -> str:
    """What a kind is called; its code where its app is gone."""
    return str(kind_of(code).title) if is_kind(code) else code


def name_words(code: str, name: str) -> str:
    """What a document is for: the label its kind gives the name, or the name."""
    choices: Any = kind_of(code).name_choices if is_kind(code) else None
    return str(dict(choices()).get(name, name)) if choices else name


def governed_words(governed: GovernedDocument) -> str:
    """A document as people call it: Drift policy · instalment · version 2."""
    version = gettext("version %(number)s") % {"number": governed.number}
    parts = (kind_title(governed.kind), name_words(governed.kind, governed.name), version)
    return " · ".join(part for part in parts if part)


def governed_label(object_id: str) -> str | None:
    """The same by its id; None where it is gone."""
    governed = GovernedDocument.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return governed_words(governed) if governed else None
