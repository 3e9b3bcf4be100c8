"""The form of a governed document: made from its kind's struct, with its name, its validity and rows of its tables."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.governed_fields import date_input, document_values, form_fields, initial_values
from audit.admin.widgets import line_widget, select_widget
from audit.governed_fields import Field, fields_of
from audit.governed_kinds import Currency, Kind
from audit.governed_words import field_help, field_label
from audit.models import GovernedDocument

EMPTY_ROWS = 2
MOST_ROWS = 200


class RowForm(forms.Form):
    """One row of a table; a row left as it came is none."""

    kind: Kind
    parent: Field
    currency: Currency | None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        row = options.pop("initial", None)
        super().__init__(*arguments, **options)
        for part in self.parent.fields:
            self.fields.update(form_fields(self.kind, part, f"{self.parent.name}.", self.currency))
            default = None if part.default is msgspec.NODEFAULT else part.default
            value = default if row is None else row.get(part.name)
            self.initial.update(initial_values(part, value))

    def document(self) -> dict[str, Any]:
        """The row as it is stored."""
        return {key: value for part in self.parent.fields for key, value in self._values(part).items()}

    def _values(self, part: Field) -> dict[str, Any]:
        return document_values(part, self.cleaned_data)


class GovernedForm(forms.Form):
    """A whole document: what every one has, its kind's own fields, and a formset for each table of rows."""

    name = forms.CharField(
        label=gettext_lazy("For"),
        required=False,
        max_length=80,
        widget=line_widget(),
        help_text=gettext_lazy("What this setting is for; empty where there is one for everything."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        widget=date_input(),
        help_text=gettext_lazy("The first day. It counts once approved, not before."),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=date_input(),
        help_text=gettext_lazy("The last day, included; empty for no end."),
    )
    expected_hash = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        kind: Kind,
        start: GovernedDocument | None = None,
        is_edit: bool = False,
        name: str = "",
    ) -> None:
        super().__init__(data)
        self.kind, self.struct_fields = kind, fields_of(kind.struct)
        document = start.document if start else {}
        self._name_field(is_edit)
        self.initial = {"name": name, **_first_values(start, is_edit)}
        currency = self._currency(start)
        for field in self.struct_fields:
            if field.shape == "rows":
                continue
            self.fields.update(form_fields(kind, field, currency=currency))
            default = None if field.default is msgspec.NODEFAULT else field.default
            self.initial.update(initial_values(field, document.get(field.name, default)))
        tables = (field for field in self.struct_fields if field.shape == "rows")
        self.tables = [_table(data, kind, field, document, currency) for field in tables]

    def is_valid(self) -> bool:
        """Whether the fields and every row can be read, and make a document of the kind."""
        # Each is asked, so that all problems are shown at once.
        unsound = [label for label, _help, formset in self.tables if not formset.is_valid()]
        if not super().is_valid() or unsound:
            return False
        try:
            msgspec.convert(self.document(), self.kind.struct)
        except msgspec.ValidationError as error:
            self._place(str(error))
        return not self.errors

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error("valid_until", _("It would end before it begins."))
        return cleaned

    def document(self) -> dict[str, Any]:
        """The document as typed, in JSON's types."""
        document: dict[str, Any] = {}
        tables = {formset.form.parent.name: formset for _label, _help, formset in self.tables}
        for field in self.struct_fields:
            if field.shape == "rows":
                forms_kept = [form for form in tables[field.name].forms if _is_kept(form)]
                document[field.name] = [form.document() for form in forms_kept]
            else:
                document.update(document_values(field, self.cleaned_data))
        return document

    def own_fields(self) -> list[forms.BoundField]:
        """The kind's fields in order, tables aside."""
        return [self[name] for name in self.fields if name not in GovernedForm.base_fields]

    def _name_field(self, is_edit: bool) -> None:
        if is_edit:
            del self.fields["name"]
        elif self.kind.name_choices is not None:
            self.fields["name"] = forms.ChoiceField(
                label=_("For"),
                required=False,
                choices=self.kind.name_choices(),
                widget=select_widget(),
            )

    def _currency(self, start: GovernedDocument | None) -> Currency | None:
        """What money is typed in; unnamed where a person may still choose between currencies."""
        found = self.kind.currency(self._name_now(start))
        choices = [name for name, _words in getattr(self.fields.get("name"), "choices", ())]
        several = len({one.code for one in map(self.kind.currency, choices) if one}) > 1
        return found._replace(code="") if found and several else found

    def _name_now(self, start: GovernedDocument | None) -> str:
        """What the document is for: as posted, as it was, or as the page offers first."""
        if "name" not in self.fields:
            return start.name if start else ""
        first = next(iter(getattr(self.fields["name"], "choices", ())), ("", ""))[0]
        return str(self.data.get("name") or self.initial.get("name") or first)

    def _place(self, problem: str) -> None:
        """A refusal of the struct beside the field it is about, where it names one of ours."""
        path = problem.rpartition("`$.")[2].rstrip("`")
        is_ours = path in self.fields
        self.add_error(path if is_ours else None, _("This is outside of what is allowed here.") if is_ours else problem)


def _first_values(start: GovernedDocument | None, is_edit: bool) -> dict[str, Any]:
    if start is None:
        return {"valid_from": timezone.now().date()}
    if is_edit:
        return {
            "valid_from": start.valid_from,
            "valid_until": start.valid_until,
            "expected_hash": start.content_hash,
        }
    return {"name": start.name, "valid_from": max(start.valid_from, timezone.now().date())}


def _table(
    data: Mapping[str, Any] | None,
    kind: Kind,
    field: Field,
    document: Mapping[str, Any],
    currency: Currency | None,
) -> tuple[str, str, Any]:
    row_form = type("RowForm", (RowForm,), {"kind": kind, "parent": field, "currency": currency})
    formset: Any = forms.formset_factory(row_form, extra=EMPTY_ROWS, can_delete=True, max_num=MOST_ROWS)
    rows = document.get(field.name) or []
    return field_label(kind, field), field_help(field), formset(data, initial=rows, prefix=field.name)


def _is_kept(form: forms.BaseForm) -> bool:
    # A row that was there before and was not touched has not changed; only an untouched empty row is none.
    is_empty = getattr(form, "empty_permitted", False) and not form.has_changed()
    return not is_empty and not form.cleaned_data.get("DELETE")
