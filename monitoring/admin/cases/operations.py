"""What the buttons of a case's page do: each reads its part of the form and calls its service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lending.business_dates import business_date_end
from monitoring.admin.cases.view import CaseView
from monitoring.models import ProposedMeasure
from monitoring.services.cases.closing import case_close, case_reopen
from monitoring.services.cases.errors import MeasureSettled, NothingWaits, SnoozeTooLong
from monitoring.services.cases.measures import measure_accept, measure_decline, measure_done
from monitoring.services.cases.snoozes import snooze_begin, snooze_end
from monitoring.services.cases.work import case_claim, case_note, case_propose, case_release, case_take_over

Form = Mapping[str, str]


@dataclass(frozen=True)
class Operation:
    """A button: what it does, what it says when done, and whether the person goes back to the queue."""

    apply: Callable[[CaseView, Form], object]
    words: str | Promise
    leaves: bool = False


def _claim(view: CaseView, _form: Form) -> object:
    return case_claim(case=view.case, person=view.user, at=view.at)


def _release(view: CaseView, _form: Form) -> object:
    return case_release(case=view.case, person=view.user, at=view.at)


def _take_over(view: CaseView, _form: Form) -> object:
    return case_take_over(case=view.case, person=view.user, at=view.at)


def _note(view: CaseView, form: Form) -> object:
    return case_note(case=view.case, person=view.user, note=form.get("note", ""), at=view.at)


def _propose(view: CaseView, _form: Form) -> object:
    return case_propose(case=view.case, person=view.user, at=view.at)


def _snooze(view: CaseView, form: Form) -> object:
    until = _end_of(form.get("until", ""), view.case.product.timezone)
    return snooze_begin(case=view.case, person=view.user, until=until, reason=form.get("reason", ""), at=view.at)


def _end_snooze(view: CaseView, _form: Form) -> object:
    if view.snooze is None:
        raise NothingWaits("No snooze runs.", case=view.case.pk)
    return snooze_end(snooze=view.snooze, person=view.user, at=view.at)


def _close(view: CaseView, form: Form) -> object:
    outcome, note = form.get("outcome", ""), form.get("note", "")
    return case_close(case=view.case, person=view.user, outcome=outcome, note=note, at=view.at)


def _reopen(view: CaseView, form: Form) -> object:
    return case_reopen(case=view.case, person=view.user, reason=form.get("reason", ""), at=view.at)


def _accept(view: CaseView, form: Form) -> object:
    return measure_accept(measure=_measure(view, form), person=view.user, clause=form.get("clause", ""), at=view.at)


def _decline(view: CaseView, form: Form) -> object:
    return measure_decline(measure=_measure(view, form), person=view.user, reason=form.get("reason", ""), at=view.at)


def _done(view: CaseView, form: Form) -> object:
    return measure_done(measure=_measure(view, form), person=view.user, note=form.get("note", ""), at=view.at)


def _measure(view: CaseView, form: Form) -> ProposedMeasure:
    number = form.get("measure", "")
    found = view.case.measures.filter(pk=number).first() if number.isdecimal() else None
    if found is None:
        raise MeasureSettled("There is no such measure on this case.", case=view.case.pk)
    return found


def _end_of(day: str, zone: str) -> datetime:
    try:
        return business_date_end(date.fromisoformat(day), zone)
    except (ValueError, OverflowError) as error:
        raise SnoozeTooLong("Choose a day.") from error


OPERATIONS: Final[dict[str, Operation]] = {
    "claim": Operation(_claim, _("The case is in work with you.")),
    "release": Operation(_release, _("The case is free again."), leaves=True),
    "take_over": Operation(_take_over, _("You took the case over.")),
    "note": Operation(_note, _("The note is kept.")),
    "propose": Operation(_propose, _("Level and GRx are held against the scheme anew.")),
    "snooze": Operation(_snooze, _("Snoozed, or asked for where it is long. A worse level wakes it.")),
    "end_snooze": Operation(_end_snooze, _("The snooze has ended.")),
    "close": Operation(_close, _("Closed, or waiting for a second person where a severe warning is called false.")),
    "reopen": Operation(_reopen, _("The case is open again.")),
    "accept": Operation(_accept, _("Accepted, or waiting for a second person where the scheme says so.")),
    "decline": Operation(_decline, _("Declined.")),
    "done": Operation(_done, _("Kept as done.")),
}
