"""Forms of list entries. What is typed as an identifier is hashed in `clean` and never rendered again."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from audit.admin.widgets import area_widget, day_widget, line_widget, select_widget
from lending.models import Dimension, ListKind
from lending.services.list_content import (
    MAX_REASON,
    MAX_SOURCE,
    MAX_VALUE,
    EntryContent,
    InvalidListEntry,
    entry_content,
)
from lending.services.list_imports import DIMENSIONS, FIRST_DAY, KINDS, LAST_DAY, day_end, day_start
from rules.admin.lists.words import ENTRY

DAYS = (MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY))


class OnceInput(forms.TextInput):
    """Shows what is typed while it is typed, and never sends it back."""

    def format_value(self, value: Any) -> None:
        return None


class EntryForm(forms.Form):
    """One entry."""

    kind = forms.ChoiceField(label=_("List"), choices=ListKind.choices, widget=select_widget())
    dimension = forms.ChoiceField(label=_("Dimension"), choices=Dimension.choices, widget=select_widget())
    value = forms.CharField(
        label=_("Identifier"),
        max_length=MAX_VALUE,
        widget=OnceInput(attrs={"class": "rk-input", "autocomplete": "off"}),
        help_text=_("It is hashed at once and cannot be read again. Spaces, hyphens and capitals do not matter."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=MAX_SOURCE,
        widget=line_widget(),
        help_text=_("Who told us, such as an authority or a department."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        widget=area_widget(3),
        help_text=_("Why it belongs on the list. Without names or numbers of persons: it stays on record."),
    )
    start = forms.DateField(
        label=_("Starts on"),
        required=False,
        widget=day_widget(),
        validators=DAYS,
        help_text=_("Empty: as soon as it is approved."),
    )
    expiry = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=day_widget(),
        validators=DAYS,
        help_text=_("Empty: until it is ended."),
    )

    def __init__(self, *arguments: Any, at: datetime, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.at = at
        self.content: EntryContent | None = None

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        if self.errors:
            return fields
        start, expiry = fields["start"], fields["expiry"]
        try:
            self.content = entry_content(
                kind=fields["kind"],
                dimension=fields["dimension"],
                value=fields.pop("value"),
                source=fields["source"],
                reason=fields["reason"],
                from_at=self.at if start is None else day_start(start),
                until_at=None if expiry is None else day_end(expiry),
                kinds=KINDS,
                dimensions=DIMENSIONS,
            )
        except InvalidListEntry as error:
            for found in error.problems():
                self.add_error(found.field, str(ENTRY[found.code]))
        return fields


class SearchForm(forms.Form):
    """Looking for an identifier: posted, hashed, and shown by nobody."""

    dimension = forms.ChoiceField(
        label=_("Dimension"), required=False, choices=[("", _("any")), *Dimension.choices], widget=select_widget()
    )
    value = forms.CharField(
        label=_("Identifier"),
        max_length=MAX_VALUE,
        widget=OnceInput(attrs={"class": "rk-input", "autocomplete": "off"}),
    )


class EndForm(forms.Form):
    """Why an entry shall end."""

    comment = forms.CharField(
        label=_("Why it shall end"),
        max_length=MAX_REASON,
        widget=area_widget(2),
    )


class FileForm(forms.Form):
    """A file of entries."""

    file = forms.FileField(
        label=_("CSV file"), widget=forms.FileInput(attrs={"class": "rk-input", "accept": ".csv,text/csv"})
    )
