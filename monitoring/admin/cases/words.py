"""What a refused step means to the person at the screen, what a case is called, and how hits and ages are told."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.error_words import words_register
from monitoring.case_topics import Topic
from monitoring.models import WarningCase, WarningSnooze
from rules.localised import language, localised

words_register(
    {
        "warning_case_not_permitted": gettext_lazy("Your account does not work on cases of this kind."),
        "warning_case_taken": gettext_lazy("Somebody took this case before you. Choose another, or “Next case”."),
        "warning_case_not_yours": gettext_lazy("This case is not in work with you. Take it first."),
        "warning_case_fresh": gettext_lazy("A case can be taken over once it has lain with somebody for eight hours."),
        "warning_case_closed": gettext_lazy("This case is closed. Open it again before you work on it."),
        "warning_case_not_closed": gettext_lazy("This case is open already."),
        "warning_case_succeeded": gettext_lazy("A newer case of the same matter is open: work on that one."),
        "warning_case_unsettled": gettext_lazy(
            "A measure is accepted but not done, or something waits for a second person. Settle that first."
        ),
        "warning_case_words_invalid": gettext_lazy(
            "Something is missing: choose an outcome, name the clause of the contract where the measure is adverse,"
            " and write 5 to 2,000 characters."
        ),
        "warning_case_nothing_waits": gettext_lazy("Nothing of this waits for a second person any more."),
        "warning_snooze_too_long": gettext_lazy("Choose a later day, within the longest snooze of the policy."),
        "warning_snooze_running": gettext_lazy("This case is snoozed, or waits to be."),
        "warning_snooze_outdated": gettext_lazy("It is worse now, or the time has passed: reject this snooze."),
        "warning_measure_settled": gettext_lazy("Somebody decided on this measure already."),
    }
)


def about_words(case: WarningCase) -> str:
    """What it stands on: the contract number, the customer, or the product."""
    if case.about_loan is not None:
        return case.about_loan.external_id
    return str(case.about_customer or localised(case.product, "name"))


def case_title(case: WarningCase) -> str:
    """What a case is called on its own page, in approvals and on the log."""
    if case.topic == Topic.WARNING:
        return _("Case on %(loan)s") % {"loan": about_words(case)}
    return _("%(topic)s: %(about)s") % {"topic": case.get_topic_display(), "about": about_words(case)}


def snooze_title(snooze: WarningSnooze) -> str:
    """What a snooze is called on its own page and in approvals."""
    return _("Snooze of “%(case)s”") % {"case": case_title(snooze.about_case)}


_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def hits_words(count: int) -> str:
    """How often reviews hit: later hits merge into the warning there is."""
    if count <= 1:
        return _("first hit")
    return _("%(ordinal)s hit, merged") % {"ordinal": count if language() == "zh" else _ordinal(count)}


def _ordinal(number: int) -> str:
    if 11 <= number % 100 <= 13:
        return f"{number}th"
    return f"{number}{_ENDINGS.get(number % 10, 'th')}"
