"""The form in which a modeller asks for a model."""

from pathlib import Path
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.widgets import area_widget, line_widget, select_widget
from scoring.admin.statement_forms import StatementForm
from scoring.admin.words import kind_word
from scoring.models import ModelPackage, TrainingJob
from scoring.services.training.jobs import KINDS, SUFFIXES, Choices, training_files

UPLOADED = ""
DEFINED = ("pd_horizon_en", "pd_horizon_zh", "bad_definition_en", "bad_definition_zh")
"""What the governed definition says, where the target follows it."""


class TrainingForm(StatementForm):
    """What to train on, how, and what the model will mean."""

    name = forms.CharField(label=gettext_lazy("Name of the model"), max_length=80, widget=line_widget())
    file = forms.ChoiceField(label=gettext_lazy("Data file"), required=False, widget=select_widget())
    upload = forms.FileField(
        label=gettext_lazy("or upload one"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"class": "rk-input", "accept": ",".join(SUFFIXES)}),
        help_text=gettext_lazy("Parquet or CSV in UTF-8, at most 20 MB, without names, phone numbers or other"
                               " identifiers. It is kept until the training has ended, then forgotten."),
    )  # fmt: skip
    target = forms.CharField(
        label=gettext_lazy("Column with the outcome"),
        max_length=100,
        widget=line_widget(),
        help_text=gettext_lazy("Two values, bad and good; rows without one train nothing."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of model"),
        choices=lambda: [(name, kind_word(name)) for name in KINDS],
        widget=select_widget(),
    )
    is_compared = forms.BooleanField(
        label=gettext_lazy("Compare all four kinds on the same folds"),
        required=False,
        help_text=gettext_lazy("Takes about four times as long; the model is of the kind chosen all the same."),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("What it is for"),
        choices=ModelPackage.Purpose.choices,
        initial=ModelPackage.Purpose.MAIN,
        widget=select_widget(),
        help_text=gettext_lazy("The amount control has a network of its own, whatever the kind chosen."),
    )
    where = forms.CharField(
        label=gettext_lazy("Rows that train"),
        required=False,
        max_length=500,
        widget=line_widget(placeholder=gettext_lazy("COLUMN = value|value and COLUMN = value")),
        help_text=gettext_lazy("Empty: all. A thin-file model is trained on the rows it is for."),
    )
    date_column = forms.CharField(
        label=gettext_lazy("Column of dates"),
        required=False,
        max_length=100,
        widget=line_widget(),
        help_text=gettext_lazy("Given, later rows are told from earlier ones too; the model never reads it."),
    )
    monotone = forms.ChoiceField(
        label=gettext_lazy("Directions it is held to"),
        choices=TrainingJob.Monotone.choices,
        initial=TrainingJob.Monotone.CATALOGUE,
        widget=select_widget(),
    )
    has_own_names = forms.BooleanField(
        label=gettext_lazy("Columns are the catalogue's variables by name and in its units"),
        required=False,
        help_text=gettext_lazy("As post_loan_rows writes them; else columns are read as the catalogue maps them."),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        initial=42,
        widget=forms.NumberInput(attrs={"class": "rk-input rk-narrow"}),
        help_text=gettext_lazy("The same data and seed give the same model."),
    )
    folds = forms.IntegerField(
        label=gettext_lazy("Folds"),
        min_value=2,
        max_value=20,
        initial=5,
        widget=forms.NumberInput(attrs={"class": "rk-input rk-narrow"}),
    )
    drop = forms.CharField(
        label=gettext_lazy("Columns to leave out"),
        required=False,
        max_length=2000,
        widget=line_widget(),
        help_text=gettext_lazy("Separated by commas."),
    )
    waivers = forms.CharField(
        label=gettext_lazy("Waived suspicions of the leak check"),
        required=False,
        max_length=4000,
        widget=area_widget(2),
        help_text=gettext_lazy("COLUMN=REASON, one a line; kept on the model card."),
    )

    is_by_definition = forms.BooleanField(
        label=gettext_lazy("The target follows the product's governed definition of bad"), required=False
    )

    def __init__(self, *arguments: Any, definition: str = "", **options: Any) -> None:
        """`definition` says the one in force; empty where there is none."""
        super().__init__(*arguments, **options)
        asked = self.fields["is_by_definition"]
        asked.help_text = definition or _("None is in force: draft one among the settings and have it approved.")
        asked.disabled = not definition
        for name in DEFINED:  # else a browser would ask for them whether or not the box is ticked
            self.fields[name].required = not definition
        files = [(name, name) for name in training_files()]
        self.fields["file"].choices = [(UPLOADED, _("the file uploaded below")), *files]  # type: ignore[attr-defined]

    @property
    def training_fields(self) -> list[forms.BoundField]:
        """The fields that are not the statement's, in order."""
        return [self[name] for name in self.fields if name not in (*StatementForm.base_fields, "is_by_definition")]

    @property
    def meaning_fields(self) -> list[forms.BoundField]:
        """What the model means; first of all whether its target is governed."""
        return [self["is_by_definition"], *self.statement_fields]

    def clean_drop(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["drop"].split(",") if name.strip()]

    def clean_waivers(self) -> dict[str, str]:
        lines = [line for line in self.cleaned_data["waivers"].splitlines() if line.strip()]
        if any("=" not in line for line in lines):
            raise forms.ValidationError(_("Each line is COLUMN=REASON."))
        return {column.strip(): reason.strip() for column, reason in (line.split("=", 1) for line in lines)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in () if cleaned.get("is_by_definition") else DEFINED:
            if name in cleaned and not cleaned[name]:
                self.add_error(name, forms.ValidationError(_("Say it, or let the target follow the definition.")))
        if bool(cleaned.get("file")) == bool(cleaned.get("upload")):
            self.add_error("file", forms.ValidationError(_("Choose a file or upload one: one of the two.")))
        return cleaned

    def job(self) -> dict[str, Any]:
        """Arguments of `training_job_ask`; the form is valid."""
        data = self.cleaned_data
        upload = data["upload"]
        return {
            **{name: data[name] for name in ("name", "target", "kind", "seed", "folds", "drop", "waivers")},
            "file_name": data["file"] or Path(upload.name).name,
            "upload": upload.read() if upload else None,
            "statement": self.statement(),
            "choices": Choices(**{name: data[name] for name in Choices._fields}),
        }
