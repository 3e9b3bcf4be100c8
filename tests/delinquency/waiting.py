"""The rows of pauses and upgrades in the matrix of four eyes."""

from datetime import date
from typing import Any

from audit.models import User
from monitoring.models import CategoryUpgrade, LoanPause
from monitoring.services.category_upgrades import upgrade_ask, upgrade_decide
from monitoring.services.delinquency.hashes import PAUSE, UPGRADE
from monitoring.services.delinquency.pauses import pause_ask, pause_decide
from tests.appr.governing import LATEST, Governed, service, word
from tests.delinquency.world import as_of, cured, loan, settings_in_force

DAY = date(2025, 1, 10)
"""The last day on which the cured loan has paid what was due."""


def pause_waiting(_live: Any, author: User) -> LoanPause:
    facts = {"kind": "PAUSE", "first_on": DAY, "last_on": DAY, "reason": "a flood", "at": as_of(DAY)}
    return pause_ask(loan=loan(), maker=author, **facts)


def upgrade_waiting(_live: Any, author: User) -> CategoryUpgrade:
    settings_in_force()
    _loan, upgrade = cured()
    return upgrade_ask(upgrade=upgrade, maker=author, at=as_of(DAY))


def _upgrade_approve(upgrade: CategoryUpgrade, checker: User, content_hash: str) -> CategoryUpgrade:
    """On the day of the cure: later instalments of the made-up loan were never paid."""
    facts = {"content_hash": content_hash, "is_approved": True, "at": as_of(DAY)}
    return upgrade_decide(upgrade=upgrade, checker=checker, **facts)


DELINQUENCY = [
    Governed(
        PAUSE,
        pause_waiting,
        service(pause_decide, "pause", is_approved=True),
        "/admin/monitoring/loanpause/{pk}/change/",
        word,
        f"UPDATE monitoring_loanpause SET approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        UPGRADE,
        upgrade_waiting,
        _upgrade_approve,
        "/admin/monitoring/categoryupgrade/{pk}/change/",
        word,
        f"UPDATE monitoring_categoryupgrade SET state = 'APPROVED', effective_as_of = now(), approval_id = {LATEST}"
        " WHERE id = {pk}",
    ),
]
