"""The content that approvals of pauses and upgrades stand for, and which rows still are what was approved."""

import logging
from collections.abc import Iterable
from typing import Final

from audit.canonical import content_hash
from audit.models import Approval
from lending.vault import keyed_hash
from monitoring.models import CategoryUpgrade, LoanPause

logger = logging.getLogger(__name__)
PAUSE: Final = "loan_pause"
UPGRADE: Final = "category_upgrade"


def pause_hash(pause: LoanPause) -> str:
    """Of a pause: which days of which loan, and why (as sealed). One from before reasons were sealed is bound to what
    was asked for, whose words the approval's hash held."""
    asked = {"asked": keyed_hash("loan-pause-asked", pause.asked_hash.encode()).hex()} if pause.asked_hash else {}
    return content_hash(
        {
            "loan": pause.loan_id,
            "kind": pause.kind,
            "first_on": pause.first_on.isoformat(),
            "last_on": pause.last_on.isoformat(),
            "reason": keyed_hash("loan-pause-reason", bytes(pause.reason)).hex(),
            **asked,
        }
    )


def pause_asked_hash(pause: LoanPause) -> str:
    """The content that an approval of it names."""
    return pause.asked_hash or pause.content_hash


def upgrade_hash(upgrade: CategoryUpgrade) -> str:
    """Of an upgrade: from what to what, and on what basis."""
    return content_hash(
        {
            "loan": upgrade.loan_id,
            "from": [upgrade.from_severity, upgrade.from_category],
            "to": [upgrade.to_severity, upgrade.to_category],
            "basis": upgrade.basis,
            "business_date": upgrade.business_date.isoformat(),
        }
    )


def pauses_sound(pauses: Iterable[LoanPause]) -> list[LoanPause]:
    """Those that are what was approved; others are logged and count for nothing."""
    return [pause for pause in pauses if _is_sound(PAUSE, pause.pk, _approvable(pause), pause.approval)]


def upgrades_sound(upgrades: Iterable[CategoryUpgrade]) -> list[CategoryUpgrade]:
    """Those that are what was approved; others are logged and count for nothing."""
    return [one for one in upgrades if _is_sound(UPGRADE, one.pk, upgrade_hash(one), one.approval)]


def _approvable(pause: LoanPause) -> str:
    """The content that its approval must name, and none where the row is not what it was made as."""
    return pause_asked_hash(pause) if pause.content_hash == pause_hash(pause) else ""


def _is_sound(object_type: str, key: int, content: str, approval: Approval | None) -> bool:
    is_sound = (
        approval is not None
        and approval.state == Approval.State.APPROVED
        and approval.content_hash == content
        and (approval.object_type, approval.object_id) == (object_type, str(key))
        and approval.checker_id not in (None, approval.maker_id)
    )
    if not is_sound:
        logger.error("%s %s is not what was approved and counts for nothing", object_type, key)
    return is_sound
