"""A row of each kind that health codes have: a code, a share, an override that waits, a dispute that is open."""

from datetime import UTC, datetime, timedelta

from audit.models import User
from lending.models import Customer
from monitoring.services.health.codes import health_codes_write
from monitoring.services.health.disputes import dispute_open
from monitoring.services.health.keys import key_make
from monitoring.services.health.overrides import override_ask
from monitoring.services.health.recipients import recipient_register
from monitoring.services.health.shares import share_start
from tests.factories.audit import user
from tests.health.world import visit

MAKES = ("monitoring.change_healthrecipient", "monitoring.change_healthkey", "monitoring.add_healthoverride")


def health_rows(asker: User) -> None:
    """Rows about some customer; `asker` stands for whoever has no say in them."""
    at, person = datetime.now(UTC), user(permissions=MAKES)
    customer = Customer.objects.order_by("pk").first()
    assert customer, "a world has customers"
    assert asker.pk != person.pk
    key_make(at=at, actor=person)
    recipient_register(code="bank", name="Bank", purposes=["guarantee"], actor=person, at=at)
    health_codes_write(as_of=at, at=at, customers=[customer.pk])
    share_start(link=visit(customer, at), recipient_code="bank", purpose="guarantee", at=at)
    override_ask(
        customer=customer, colour="AMBER", reason="A test of access", until=at + timedelta(days=1), maker=person, at=at
    )
    dispute_open(
        customer=customer, kind="DISPUTE", subject="OTHER", text="Not mine.", channel="API", actor="holder", at=at
    )
