"""The decision a person writes on a referred application: terms, reasons, words."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.widgets import area_widget
from rules.admin.forms import INPUT, NumberField
from rules.admin.numbers import SHARE, number_shown
from rules.localised import localised
from rules.services.referrals.case import ReferralCase
from rules.services.referrals.errors import ProposalInvalid
from rules.services.referrals.proposals import NOTE_LEAST, NOTE_MOST, Proposal
from scoring.catalogue import Reason
from scoring.reasons import PRINCIPAL_REASONS

PROBLEMS = {
    ("outcome", "missing"): gettext_lazy("Choose to approve or to decline."),
    ("note", "length"): gettext_lazy("Say in %(least)s to %(most)s characters why you decide so."),
    ("note", "missing"): gettext_lazy("Say what is to be looked at again."),
    ("reasons", "missing"): gettext_lazy(
        "A decline owes the applicant at least one specific reason. Choose those that decided it."
    ),
    ("reasons", "untrue"): gettext_lazy(
        "A reason you chose belongs to a rule that did not hold here, so it would not be true."
    ),
    ("reasons", "not_specific"): gettext_lazy("A reason you chose is not one that an applicant can be told."),
    ("reasons", "too_many"): gettext_lazy("Choose at most %(reasons)s reasons: those that weighed most."),
    ("amount", "out_of_range"): gettext_lazy("The amount must be more than nothing and at most the limit shown."),
    ("term_months", "out_of_range"): gettext_lazy("The term must be at least a month and at most the limit shown."),
    ("annual_rate", "out_of_range"): gettext_lazy("The annual rate must lie between 0%% and 100%%."),
}


class ReferralForm(forms.Form):
    """Approve within the offer table, or decline with reasons; always with words of one's own."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[("APPROVE", gettext_lazy("Approve")), ("DECLINE", gettext_lazy("Decline"))],
        widget=forms.RadioSelect,
        required=False,
    )
    reasons = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    note = forms.CharField(
        label=gettext_lazy("Why you decide so"),
        required=False,
        max_length=NOTE_MOST,
        widget=area_widget(4),
        help_text=gettext_lazy("For the file: it is sealed, and the applicant is not told it."),
    )

    def __init__(self, case: ReferralCase, currency: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.case = case
        self.fields["reasons"].choices = [  # type: ignore[attr-defined]
            (_("Reasons of this application"), _choices(case.reasons[: case.near])),
            (_("Other reasons of the catalogue"), _choices(case.reasons[case.near :])),
        ]
        if case.has_offer:
            self._add_terms(case, f"{currency} minor units")

    def _add_terms(self, case: ReferralCase, money: str) -> None:
        offer, asked = case.offer, case.asked
        amount = offer.amount_offered_minor if offer else asked.amount_minor
        term = offer.term_months if offer else asked.term_months
        self.fields["amount"] = NumberField(
            label=_("Amount"), unit=money, whole=True, low=None, high=None, required=False,
            initial=number_shown(amount, money),
        )  # fmt: skip
        self.fields["term_months"] = NumberField(
            label=_("Term in months"), unit="", whole=True, low=None, high=None, required=False,
            initial=number_shown(term, ""),
        )  # fmt: skip
        if offer is None:
            self.fields["annual_rate"] = NumberField(
                label=_("Annual rate in percent"), unit=SHARE, low=None, high=None, required=False
            )

    @property
    def reason_groups(self) -> list[dict[str, Any]]:
        """The reasons with their wording and whether they are ticked, in their two groups."""
        ticked = set(self.data.getlist("reasons")) if self.is_bound else set()  # type: ignore[attr-defined]
        near, case = self.case.near, self.case
        return [
            {"is_near": is_near, "rows": [{"reason": reason, "is_ticked": reason.code in ticked} for reason in part]}
            for is_near, part in ((True, case.reasons[:near]), (False, case.reasons[near:]))
        ]

    def proposal(self) -> Proposal:
        """What the form says, for the service to judge."""
        data = self.cleaned_data
        return Proposal(
            outcome=data["outcome"],
            note=data["note"],
            reasons=data["reasons"] if data["outcome"] == "DECLINE" else [],
            amount_minor=data.get("amount"),
            annual_rate=data.get("annual_rate"),
            term_months=data.get("term_months"),
        )

    def add_problems(self, error: ProposalInvalid) -> None:
        """Show each problem of the service at its field."""
        for words, field in problem_words(error):
            self.add_error(field if field in self.fields else None, words)


def problem_words(error: ProposalInvalid) -> list[tuple[str, str]]:
    """(words, field) of every problem, in the reader's language."""
    facts = {"least": NOTE_LEAST, "most": f"{NOTE_MOST:,}", "reasons": PRINCIPAL_REASONS}
    problems: Any = error.facts.get("problems", [])
    return [(str(PROBLEMS[found["field"], found["code"]]) % facts, found["field"]) for found in problems]


class ReturnForm(forms.Form):
    """The second person's words: a must where the proposal is returned."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Comment"),
        required=False,
        max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={**INPUT, "class": "rk-textarea", "rows": 3}),
    )


def _choices(reasons: list[Reason]) -> list[tuple[str, str]]:
    return [(reason.code, localised(reason)) for reason in reasons]
