"""What a model means and who answers for it, as fields of a form: asked once, when it is made."""

from typing import Any

import msgspec
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from audit.admin.widgets import area_widget, line_widget
from riskengine.errors import RiskEngineError
from scoring.training.statement import Statement, Text, statement_read

TEXTS = ("pd_horizon", "bad_definition", "sample", "exit_rule")


def _text(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=area_widget(2), **options)


class StatementForm(forms.Form):
    """Fields of a statement; every text in both languages."""

    pd_horizon_months = forms.IntegerField(
        label=_("Horizon of the PD in months"),
        required=False,
        min_value=1,
        max_value=600,
        widget=forms.NumberInput(attrs={"class": "rk-input rk-narrow"}),
        help_text=_("Empty: the data do not say over which time default was observed."),
    )
    pd_horizon_en = _text(_("Horizon in words (English)"))
    pd_horizon_zh = _text(_("Horizon in words (Chinese)"))
    bad_definition_en = _text(_("Bad means (English)"))
    bad_definition_zh = _text(_("Bad means (Chinese)"))
    sample_en = _text(_("Sample (English)"))
    sample_zh = _text(_("Sample (Chinese)"))
    limit_en = _text(
        _("Limits of use (English)"), help_text=_("One limit a line, in the same order in both languages.")
    )
    limit_zh = _text(_("Limits of use (Chinese)"))
    owner = forms.CharField(
        label=_("Owner"), max_length=120, widget=line_widget(), help_text=_("Who answers for the model.")
    )
    next_validation_on = forms.DateField(
        label=_("Next validation by"),
        widget=forms.DateInput(attrs={"class": "rk-input rk-narrow", "type": "date"}, format="%Y-%m-%d"),
    )
    exit_rule_en = _text(_("Taken out of use when (English)"))
    exit_rule_zh = _text(_("Taken out of use when (Chinese)"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if len(_lines(cleaned.get("limit_en"))) != len(_lines(cleaned.get("limit_zh"))):
            self.add_error("limit_zh", forms.ValidationError(_("As many lines as in English.")))
        return cleaned

    def statement(self) -> Statement:
        """What was filled in; the form is valid."""
        data = self.cleaned_data
        limits = zip(_lines(data["limit_en"]), _lines(data["limit_zh"]), strict=True)
        return Statement(
            pd_horizon_months=data["pd_horizon_months"],
            limits_of_use=[Text(en, zh) for en, zh in limits],
            owner=data["owner"],
            next_validation_on=data["next_validation_on"],
            pd_horizon=self._both("pd_horizon"),
            bad_definition=self._both("bad_definition"),
            sample=self._both("sample"),
            exit_rule=self._both("exit_rule"),
        )

    def _both(self, name: str) -> Text:
        return Text(self.cleaned_data[f"{name}_en"], self.cleaned_data[f"{name}_zh"])

    @property
    def statement_fields(self) -> list[forms.BoundField]:
        """The fields that belong to the statement, in order."""
        return [self[name] for name in StatementForm.base_fields]


def statement_initial(product: str) -> dict[str, Any]:
    """The statement kept for a product, if there is one, as first values of the form."""
    try:
        kept = statement_read(settings.BASE_DIR / "data" / "models" / f"{product}.statement.json")
    except RiskEngineError:
        return {}
    found = msgspec.to_builtins(kept)
    texts = {name: found[name] or {"en": "", "zh": ""} for name in TEXTS}
    return {
        "pd_horizon_months": kept.pd_horizon_months,
        **{f"{name}_{language}": text[language] for name, text in texts.items() for language in ("en", "zh")},
        "limit_en": "\n".join(limit.en for limit in kept.limits_of_use),
        "limit_zh": "\n".join(limit.zh for limit in kept.limits_of_use),
        "owner": kept.owner,
        "next_validation_on": kept.next_validation_on,
    }


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
