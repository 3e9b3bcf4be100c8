"""What a governed document says, in the reader's language: its name, its fields, and what differs between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from audit.governed_fields import Field, fields_of
from audit.governed_kinds import Currency, Kind, is_kind, kind_of
from audit.models import GovernedDocument

LINES_SHOWN = 8
"""A longer list is one running line."""


@dataclass(frozen=True)
class Said:
    """One field in words: its lines, or a table of rows."""

    label: str
    help: str
    lines: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Change:
    """One field that differs: lines that went and lines that came."""

    label: str
    before: Sequence[str]
    after: Sequence[str]


def kind_title(code: str) -> str:
    """What a kind is called; its code where its app is gone."""
    return str(kind_of(code).title) if is_kind(code) else code


def names_words(code: str) -> dict[str, str]:
    """The labels a kind gives its names now."""
    choices = kind_of(code).name_choices if is_kind(code) else None
    return {name: str(label) for name, label in choices()} if choices else {}


def name_words(code: str, name: str) -> str:
    """What a document is for: the label its kind gives the name, or the name."""
    return names_words(code).get(name, name)


def governed_words(governed: GovernedDocument) -> str:
    """A document as people call it: Drift policy · instalment · version 2."""
    version = gettext("version %(number)s") % {"number": governed.number}
    parts = (kind_title(governed.kind), name_words(governed.kind, governed.name), version)
    return " · ".join(part for part in parts if part)


def governed_label(object_id: str) -> str | None:
    """The same by its id; None where it is gone."""
    governed = GovernedDocument.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return governed_words(governed) if governed else None


def field_label(kind: Kind, field: Field, parent: str = "") -> str:
    """What a field is called: by its kind, by its annotation, or by its name."""
    words = kind.labels.get(f"{parent}{field.name}")
    if words is not None:
        return str(words)
    return gettext(field.title) if field.title else field.name.replace("_", " ").capitalize()


def field_help(field: Field) -> str:
    """What an annotation says about a field."""
    return gettext(field.description) if field.description else ""


def choice_label(kind: Kind, path: str, value: Any) -> str:
    """What a choice is called: by its kind, or by its value."""
    words = kind.labels.get(f"{path}={value}")
    return str(words) if words is not None else str(value).replace("_", " ")


def document_said(kind: Kind, document: Mapping[str, Any], name: str) -> list[Said]:
    """Every field of a document in words, in the order of its struct; older documents may lack some."""
    currency = kind.currency(name)
    return [_said(kind, field, document.get(field.name), currency) for field in fields_of(kind.struct)]


def document_changes(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> list[Change]:
    """What differs between two documents of one name, field by field; of rows and lists, what went and what came."""
    changes, currency = [], kind.currency(name)
    for field in fields_of(kind.struct):
        old, new = before.get(field.name), after.get(field.name)
        if old == new:
            continue
        was, now = _lines(kind, field, old, currency), _lines(kind, field, new, currency)
        went, came = [line for line in was if line not in now], [line for line in now if line not in was]
        # Rows that only changed places are told whole.
        label = field_label(kind, field)
        changes.append(Change(label, went, came) if went or came else Change(label, was, now))
    return changes


def value_words(kind: Kind, field: Field, path: str, value: Any, currency: Currency | None = None) -> str:
    """One value of a document as people write it; numbers without loss, money in units of `currency`."""
    if value is None or value == "":
        return "–"
    if path in kind.words:
        return kind.words[path](value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field.shape == "choice":
        return choice_label(kind, path, value)
    if field.is_share:
        return f"{_number_words(round(100.0 * value, 10))}%"
    if field.is_money and currency is not None:
        return f"{Decimal(value).scaleb(-currency.digits):,.{currency.digits}f} {currency.code}"
    if isinstance(value, float):
        return _number_words(value)
    if isinstance(value, Mapping):
        return " / ".join(str(value[language]) for language in ("en", "zh") if value.get(language)) or "–"
    if isinstance(value, list | tuple):
        item = field.item or field
        return ", ".join(value_words(kind, item, path, one, currency) for one in value) or "–"
    return str(value)


def _number_words(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def _said(kind: Kind, field: Field, value: Any, currency: Currency | None) -> Said:
    label, about = field_label(kind, field), field_help(field)
    if field.shape != "rows":
        lines = _lines(kind, field, value, currency)
        is_long = field.shape == "list" and len(lines) > LINES_SHOWN
        return Said(label, about, lines=[", ".join(lines)] if is_long else lines)
    path = f"{field.name}."
    columns = [field_label(kind, part, path) for part in field.fields]
    rows = [
        [value_words(kind, part, path + part.name, row.get(part.name), currency) for part in field.fields]
        for row in value or ()
    ]
    return Said(label, about, columns=columns, rows=rows)


def _lines(kind: Kind, field: Field, value: Any, currency: Currency | None) -> list[str]:
    if field.shape == "rows":
        path = f"{field.name}."
        return [
            "; ".join(
                f"{field_label(kind, part, path)}: {words}"
                for part in field.fields
                for words in [value_words(kind, part, path + part.name, row.get(part.name), currency)]
            )
            for row in value or ()
        ]
    if field.shape == "text" and isinstance(value, Mapping):
        return [str(value.get(language, "")) for language in ("en", "zh")]
    if field.shape == "list" and field.item is not None:
        return [value_words(kind, field.item, field.name, one, currency) for one in value or ()]
    return [value_words(kind, field, field.name, value, currency)]
