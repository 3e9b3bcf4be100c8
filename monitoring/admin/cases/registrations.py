"""What cases, snoozes, measures and their log entries are called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.event_words import events_register
from audit.object_pages import page_register
from monitoring.admin.cases.words import about_words, case_title, snooze_title
from monitoring.models import ProposedMeasure, WarningCase, WarningSnooze
from monitoring.services.cases import closing, measures, snoozes
from monitoring.services.cases.writing import RELATED


def _case_label(object_id: str) -> str | None:
    cases = WarningCase.objects.select_related(*RELATED)
    found = cases.filter(pk=object_id).first() if object_id.isdecimal() else None
    return case_title(found) if found else None


def _closing_label(object_id: str) -> str | None:
    title = _case_label(object_id)
    return _("Closing of “%(case)s”") % {"case": title} if title else None


def _snooze_label(object_id: str) -> str | None:
    found = WarningSnooze.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    return snooze_title(found) if found else None


def _measure_label(object_id: str) -> str | None:
    found = ProposedMeasure.objects.select_related("case__warning__loan").filter(pk=object_id).first()
    return f"{found.get_measure_display()} · {about_words(found.case)}" if found else None


_CASE_PAGE = "admin:monitoring_warningcase_change"
page_register("warning_case", name=gettext_lazy("Warning case"), url_name=_CASE_PAGE, label=_case_label)
page_register(closing.OBJECT_TYPE, name=gettext_lazy("Closing of a case"), url_name=_CASE_PAGE, label=_closing_label)
page_register(
    snoozes.OBJECT_TYPE,
    name=gettext_lazy("Snooze"),
    url_name="admin:monitoring_warningsnooze_change",
    label=_snooze_label,
)
page_register(
    measures.OBJECT_TYPE,
    name=gettext_lazy("Proposed measure"),
    url_name="admin:monitoring_proposedmeasure_change",
    label=_measure_label,
)

events_register(
    "warning_cases",
    gettext_lazy("Work on cases"),
    {
        "warning.merged": gettext_lazy("Warnings raised and merged by a review"),
        "warning_case.opened": gettext_lazy("Case opened"),
        "warning_case.kept_quiet": gettext_lazy("Found again soon after a closing: no new case"),
        "warning_case.proposed": gettext_lazy("Measures proposed by level and GRx"),
        "warning_case.claimed": gettext_lazy("Case taken"),
        "warning_case.released": gettext_lazy("Case given back"),
        "warning_case.taken_over": gettext_lazy("Case taken over"),
        "warning_case.noted": gettext_lazy("Note on a case"),
        "warning_case.snooze_asked": gettext_lazy("Snooze asked for"),
        "warning_case.snoozed": gettext_lazy("Warning snoozed"),
        "warning_case.snooze_refused": gettext_lazy("Snooze not approved"),
        "warning_case.snooze_ended": gettext_lazy("Snooze ended"),
        "warning_case.measure_asked": gettext_lazy("Measure waits for a second person"),
        "warning_case.measure_accepted": gettext_lazy("Measure accepted"),
        "warning_case.measure_refused": gettext_lazy("Measure not approved"),
        "warning_case.measure_declined": gettext_lazy("Measure declined"),
        "warning_case.measure_done": gettext_lazy("Measure done"),
        "warning_case.closing_asked": gettext_lazy("Closing asked for"),
        "warning_case.returned": gettext_lazy("Closing returned"),
        "warning_case.closed": gettext_lazy("Case closed"),
        "warning_case.reopened": gettext_lazy("Case opened again"),
    },
)
