"""A loan that cannot be followed, whatever the cause, keeps no other from it and is not tried for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.diversion_tasks import diversion_sweep_task, diversion_task
from monitoring.models import DiversionFinding, DiversionWatch
from monitoring.services.diversion.decisions import diversion_lift
from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.diversion.watching import MOST_FAILURES, loans_due, loans_touch
from tests.diversion.diversion_book import NOW, diverted, officer, policy_goes_live

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken():
    """A loan with a finding that a person spoke of and whose path cannot be read; marked before another one."""
    policy_goes_live()
    loan = diverted()
    found = diversion_trace(loan_id=loan.pk, at=NOW)
    lifted = diversion_lift(finding=found, decider=officer(), note="Looked at the invoice.", at=NOW)
    values = {field.attname: getattr(lifted, field.attname) for field in DiversionFinding._meta.concrete_fields}
    later = NOW + timedelta(hours=1)
    changed = {"id": None, "path": {}, "known_at": later, "follows_id": lifted.pk}
    DiversionFinding.objects.create(**values | changed)
    DiversionWatch.objects.update(traced_at=None, until=None)
    return loan


def due():
    return loans_due(at=timezone.now(), most=10)


def test_those_after_it_are_followed_and_it_is_tried_a_few_times(broken):
    other = diverted()
    loans_touch([other.customer_id])
    assert due() == [broken.pk, other.pk]
    diversion_task()
    assert DiversionFinding.objects.filter(loan=other).exists()
    assert DiversionWatch.objects.get(loan=broken).failures == 1
    for _ in range(MOST_FAILURES):
        assert due() in ([broken.pk], [])
        diversion_task()
    assert DiversionWatch.objects.get(loan=broken).failures == MOST_FAILURES
    assert due() == []


def test_one_that_failed_comes_after_those_that_did_not(broken):
    other = diverted()
    loans_touch([other.customer_id])
    DiversionWatch.objects.filter(loan=broken).update(failures=1)
    assert due() == [other.pk, broken.pk]


def test_new_facts_have_it_tried_anew_and_each_night_once(broken):
    DiversionWatch.objects.update(failures=MOST_FAILURES)
    diversion_sweep_task()
    assert DiversionWatch.objects.get(loan=broken).failures in (0, MOST_FAILURES - 1)
    assert due() == [broken.pk]
    DiversionWatch.objects.update(failures=MOST_FAILURES)
    loans_touch([broken.customer_id])
    assert DiversionWatch.objects.get(loan=broken).failures == 0


def test_one_that_is_followed_has_not_failed(broken):
    other = diverted()
    loans_touch([other.customer_id])
    DiversionWatch.objects.filter(loan=other).update(failures=2)
    diversion_task()
    assert DiversionWatch.objects.get(loan=other).failures == 0
