"""The form in which a change of a loan is asked for: the schedule typed in money, a line for each instalment."""

import re
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.widgets import area_widget, select_widget
from lending.book_imports.values import Habits, ValueProblem, money_read
from lending.models import Instalment, Loan, LoanChange
from lending.money import MINOR_DIGITS
from lending.services.book.inputs import ScheduledInstalment

INPUT: Final = {"class": "rk-input"}
MOST_LINES: Final = 600
_BETWEEN: Final = re.compile(r"[\s;|]+")


class LoanChangeForm(forms.Form):
    """What becomes of a loan, since when and why; what the book says against it is said by the service."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What becomes of the loan"),
        choices=[(one.value, one.label) for one in reversed(LoanChange.Kind)],
        widget=select_widget(),
    )
    changed_on = forms.DateField(
        label=gettext_lazy("Since"),
        help_text=gettext_lazy("Business date, today at the latest."),
        widget=forms.DateInput(attrs={**INPUT, "type": "date"}),
    )
    cause = forms.ChoiceField(
        label=gettext_lazy("Why closed"),
        required=False,
        choices=[("", "–"), *LoanChange.Cause.choices],
        widget=select_widget(),
        help_text=gettext_lazy("Only of a closing. A loan that still owes is not repaid; written off, it stays lost."),
    )
    schedule = forms.CharField(
        label=gettext_lazy("New schedule"),
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"class": "rk-textarea rk-mono", "rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Only of a restructuring. A line for each instalment: due day, principal, interest, fees. The whole of it, "
            "instalments paid before included."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=4000,
        widget=area_widget(3),
        help_text=gettext_lazy("What was agreed and what proves it; the checker decides by this."),
    )

    def __init__(self, loan: Loan, *arguments: Any, **options: Any) -> None:
        self.currency = loan.product.currency
        super().__init__(*arguments, **options)

    def clean_schedule(self) -> list[ScheduledInstalment]:
        lines = [line.strip() for line in self.cleaned_data["schedule"].splitlines() if line.strip()]
        if self.data.get("kind") != LoanChange.Kind.RESTRUCTURED:
            return []  # what stands there was filled in for a restructuring
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("These are too many lines."))
        return [self._instalment(number, line) for number, line in enumerate(lines, 1)]

    def _instalment(self, number: int, line: str) -> ScheduledInstalment:
        day, *money = _BETWEEN.split(line)
        try:
            amounts = [money_read(one, "", self.currency, Habits()) for one in money]
            if not 1 <= len(amounts) <= 3 or min(amounts) < 0:
                raise ValueError
            principal, interest, fee = [*amounts, 0, 0][:3]
            due_on = date.fromisoformat(day)
        except (ValueError, ValueProblem):
            words = _("Line %(number)d is not a day and one to three amounts, such as 2026-12-05 1000.00 25.50 0.")
            raise forms.ValidationError(words % {"number": number}) from None
        return ScheduledInstalment(
            number=number, due_on=due_on, principal_minor=principal, interest_minor=interest, fee_minor=fee
        )


def schedule_text(instalments: list[Instalment], currency: str) -> str:
    """A schedule as the form takes it."""
    return "\n".join(
        f"{one.due_on} {_plain(one.principal_minor, currency)} {_plain(one.interest_minor, currency)}"
        f" {_plain(one.fee_minor, currency)}"
        for one in instalments
    )


def _plain(minor: int, currency: str) -> str:
    digits = MINOR_DIGITS.get(currency, 2)
    whole, rest = divmod(minor, 10**digits)
    return f"{whole}.{rest:0{digits}d}" if digits else str(whole)
