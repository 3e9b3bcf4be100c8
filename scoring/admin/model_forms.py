"""What a modeller says when a model is put forward or retired."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.admin.decision_form import DecisionForm
from audit.admin.widgets import area_widget, select_widget
from scoring.models import ModelPackage
from scoring.services.models.roles import ROLES_OF

State = ModelPackage.State
ROLE_WORDS: dict[str, Promise] = {
    State.CHAMPION: gettext_lazy("champion: it scores every application from then on"),
    State.CHALLENGER: gettext_lazy("challenger: measured beside the champion, decides nothing"),
    State.APPROVED: gettext_lazy("approved: fit for use, kept ready"),
}


class SubmitForm(forms.Form):
    """As what the model is put forward, and what the modeller tells the checker."""

    role = forms.ChoiceField(label=gettext_lazy("Put forward as"), widget=select_widget())
    comment = forms.CharField(
        label=gettext_lazy("Why this model"),
        max_length=4000,
        widget=area_widget(3),
        help_text=gettext_lazy("The checker reads this first; it stays on record."),
    )

    def __init__(self, model: ModelPackage, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        roles = ROLES_OF[State(model.state)]
        field = self.fields["role"]
        field.choices = [(role.value, ROLE_WORDS[role]) for role in roles]  # type: ignore[attr-defined]
        field.required = len(roles) > 1

    def clean_role(self) -> str:
        return str(self.cleaned_data["role"] or State.CHAMPION)


class RetireForm(forms.Form):
    """Why a model is taken out of use."""

    reason = forms.CharField(label=gettext_lazy("Why it is retired"), max_length=1000, widget=area_widget(2))


class ModelDecisionForm(DecisionForm):
    """The checker's word on a model in the role that the page showed."""

    role = forms.ChoiceField(choices=State.choices, widget=forms.HiddenInput)
