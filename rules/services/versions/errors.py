"""Why a change to a rule-set version is refused; each code is stable and shown to staff in words."""

from riskengine.errors import Conflict, InvalidInput, NotPermitted


class VersionIsFrozen(Conflict):
    """Only a draft is edited; what was submitted, approved or retired stays as it is."""

    code = "version_is_frozen"


class VersionChanged(Conflict):
    """Somebody else saved this version since it was read; `facts["current_hash"]` names what is there now."""

    code = "version_changed"


class VersionUnchanged(Conflict):
    """The version says what is live already: there is nothing to approve."""

    code = "version_unchanged"


class VersionNotSubmitted(Conflict):
    """Approving, rejecting and withdrawing need a version that waits for approval."""

    code = "version_not_submitted"


class VersionIsLive(Conflict):
    """A live version is retired only by another taking its place: otherwise nothing would decide."""

    code = "version_is_live"


class StartIsTaken(Conflict):
    """Another approved version is planned to start at this time or later; it must be called off first."""

    code = "activation_start_taken"


class StartHasPassed(InvalidInput):
    """A version cannot be asked for from a time that is over: what was decided since was decided without it."""

    code = "activation_start_passed"


class VersionHasProblems(InvalidInput):
    """Submission refused; `facts["problems"]` is the whole list (code, path, message_en, message_zh …)."""

    code = "version_has_problems"


class VersionEvidenceOutdated(Conflict):
    """Another version went live after this one was submitted: it changes other things than its evidence says."""

    code = "version_evidence_outdated"


class WriterMayNotCheck(NotPermitted):
    """Whoever wrote, edited or submitted a version cannot be the one who checks it."""

    code = "same_person"
