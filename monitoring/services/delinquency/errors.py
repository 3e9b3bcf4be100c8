"""What may go wrong with pauses and upgrades."""

from riskengine.errors import Conflict, InvalidInput, NotPermitted


class PauseInvalid(InvalidInput):
    """A pause that ends before it begins, is too long, or says no reason."""

    code = "loan_pause_invalid"


class PauseNotWaiting(Conflict):
    """The pause was decided, or is over."""

    code = "loan_pause_not_waiting"


class UpgradeNotOpen(Conflict):
    """The upgrade is not in the state that this step begins from."""

    code = "category_upgrade_not_open"


class CureNotMet(Conflict):
    """The conditions of an upgrade hold no longer; `facts["blockers"]` says which."""

    code = "category_upgrade_cure_not_met"


class UpgradeNotAsProposed(NotPermitted):
    """The row is not what the system proposed: it was changed around the services."""

    code = "category_upgrade_not_as_proposed"
