"""Why work on a case is refused; each code is stable and has its words in `monitoring.admin.cases.words`."""

from riskengine.errors import Conflict, InvalidInput, NotPermitted


class CaseNotPermitted(NotPermitted):
    """The account does not work on cases of this kind."""

    code = "warning_case_not_permitted"


class CaseTaken(Conflict):
    """Somebody else took it first; `facts["by"]` is their name."""

    code = "warning_case_taken"


class CaseNotYours(Conflict):
    """It is not in work with this person, or no longer."""

    code = "warning_case_not_yours"


class CaseFresh(Conflict):
    """It has not lain long enough with somebody else to be taken over; `facts["hours"]` says how long that is."""

    code = "warning_case_fresh"


class CaseClosed(Conflict):
    """It is closed; it is opened again before anything is done with it."""

    code = "warning_case_closed"


class CaseNotClosed(Conflict):
    """Only a closed case is opened again."""

    code = "warning_case_not_closed"


class CaseSucceeded(Conflict):
    """A newer warning on the same loan, or a newer case of the same matter, is open: the work goes on there."""

    code = "warning_case_succeeded"


class CaseUnsettled(Conflict):
    """A measure or a snooze of the case is not settled; `facts["what"]` says which."""

    code = "warning_case_unsettled"


class CaseWordsInvalid(InvalidInput):
    """What was written is too short or too long, or an outcome, day or clause is missing; `facts["field"]`."""

    code = "warning_case_words_invalid"


class NothingWaits(Conflict):
    """Nothing of this waits for a second person."""

    code = "warning_case_nothing_waits"


class SnoozeTooLong(InvalidInput):
    """A snooze ends after now and within the longest that the policy allows; `facts["days"]`."""

    code = "warning_snooze_too_long"


class SnoozeRunning(Conflict):
    """The case is snoozed, or waits to be, already."""

    code = "warning_snooze_running"


class SnoozeOutdated(Conflict):
    """The case is more severe than when the snooze was asked for, or the time has passed."""

    code = "warning_snooze_outdated"


class MeasureSettled(Conflict):
    """The measure is no longer in the state that this step begins from."""

    code = "warning_measure_settled"
