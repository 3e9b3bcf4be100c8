"""A version that waits, submitted again as it is: its evidence collected anew, beside what is live now."""

from datetime import datetime

from django.db import transaction

from audit.models import Approval, User
from rules.models import RuleSetVersion
from rules.services.versions.life import version_pending_approval, version_submit, version_withdraw


@transaction.atomic
def version_resubmit(*, version: RuleSetVersion, maker: User, at: datetime) -> Approval:
    """Take the request back and ask again with the same comment and start (at once where that has passed).

    Raises as `version_withdraw` and `version_submit`.
    """
    before = version_pending_approval(version=version)
    start = before.effective_from
    return version_submit(
        version=version_withdraw(version=version, maker=maker, at=at),
        maker=maker,
        at=at,
        effective_from=start if start is not None and start >= at else None,
        comment=before.request_comment,
    )
