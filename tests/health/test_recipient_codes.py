"""Who may be shown a code keeps an access code of their own: a lost one is replaced."""

import pytest

from monitoring.services.health.recipients import (
    RecipientEnded,
    RecipientNotPermitted,
    is_recipient,
    recipient_code_renew,
    recipient_end,
)
from tests.factories.audit import user
from tests.health import world


@pytest.mark.django_db
def test_a_new_access_code_opens_and_the_old_one_opens_nothing(policies):
    keeper = world.administrator()
    recipient, old = world.recipient_register(
        code="bank", name="Bank", purposes=("credit_application",), actor=keeper, at=world.NOW
    )
    new = recipient_code_renew(recipient=recipient, actor=keeper, at=world.NOW)
    recipient.refresh_from_db()
    assert (is_recipient(recipient, new), is_recipient(recipient, old)) == (True, False)
    with pytest.raises(RecipientNotPermitted):
        recipient_code_renew(recipient=recipient, actor=user(), at=world.NOW)
    recipient_end(recipient=recipient, actor=keeper, at=world.NOW)
    with pytest.raises(RecipientEnded):
        recipient_code_renew(recipient=recipient, actor=keeper, at=world.NOW)
