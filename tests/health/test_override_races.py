"""An override approved in the instant in which a review writes the customer's code: told by a code, nothing is lost."""

import threading

import pytest
from django.db import connections, transaction

from monitoring.models import HealthCode
from monitoring.services.health.overrides import OverrideRaced
from tests.health import world
from tests.health.test_overtaken_overrides import NEXT, SOON, approved, asked
from tests.monitoring.test_warnings_at_once import wait_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_approves_while_a_review_writes_looks_again_and_then_approves():
    world.policies_live()
    one = world.loan()
    world.reviewed({one: 0.02})
    override, met = asked(one.customer), []

    def approve():
        try:
            approved(override)
        except Exception as error:
            met.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=approve)
    with transaction.atomic():
        held = HealthCode.objects.get(is_current=True)
        HealthCode.objects.filter(pk=held.pk).update(is_current=False)
        held.pk, held.as_of, held.written_at = None, SOON, SOON
        held.save(force_insert=True)
        thread.start()
        wait_for_a_lock()
    thread.join(30)
    assert [type(error) for error in met] == [OverrideRaced]
    override.refresh_from_db()
    assert override.approval is None and HealthCode.objects.get(is_current=True).cause == "REVIEW"
    approved(override, at=NEXT)
    assert HealthCode.objects.get(is_current=True).cause == "OVERRIDE"
