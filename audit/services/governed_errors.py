"""What can be wrong with a governed document and with what is asked of it."""

from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted


class GovernedKindUnknown(NotFound):
    """No part of the product knows this kind."""

    code = "governed_kind_unknown"


class GovernedInvalid(InvalidInput):
    """The document is not one of its kind, or has problems that stop it; `facts["problems"]` lists them all."""

    code = "governed_invalid"


class GovernedFrozen(Conflict):
    """Only a draft is edited; what was submitted, decided or ended stays as it is."""

    code = "governed_frozen"


class GovernedChanged(Conflict):
    """Somebody saved the draft in between, or the row does not hold what its hash names."""

    code = "governed_changed"


class GovernedUnchanged(Conflict):
    """The document says what is in force already."""

    code = "governed_unchanged"


class GovernedNotSubmitted(Conflict):
    """The document does not wait for approval."""

    code = "governed_not_submitted"


class GovernedLiveChanged(Conflict):
    """Another document took force since the checker compared."""

    code = "governed_live_changed"


class GovernedEnded(Conflict):
    """Only a draft or what is approved can be ended, and once."""

    code = "governed_ended"


class GovernedProtective(NotPermitted):
    """Without a document of this kind more would be allowed: it is replaced by two people, never ended by one."""

    code = "governed_protective"


class WriterMayNotCheckGoverned(NotPermitted):
    """Whoever wrote, edited or submitted a document cannot be the one who checks it."""

    code = "governed_same_person"
