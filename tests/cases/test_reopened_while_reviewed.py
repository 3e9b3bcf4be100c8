"""A case opened again in the instant in which a review raises a newer warning: the work goes on there, by its code."""

import threading

import pytest
from django.db import connections, transaction

from monitoring.models import EarlyWarning, WarningCase
from monitoring.services.cases.closing import case_reopen
from monitoring.services.cases.errors import CaseSucceeded
from tests.cases.factory import LATER, ladder_live
from tests.cases.matters import closed as matter_closed
from tests.cases.matters import drift, modeller
from tests.cases.test_case_closing import closed
from tests.monitoring.test_warnings_at_once import wait_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def raced(person, case):
    """What opening again meets; the caller holds what is not committed yet."""
    met = []

    def reopen():
        try:
            case_reopen(case=case, person=person, reason="It came back", at=LATER)
        except Exception as error:
            met.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=reopen)
    return thread, met


def copied(row, **changed):
    """Another row like it, as a review or a report writes one."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return type(row)(**fields | {"id": None} | changed)


def test_a_warning_raised_meanwhile_is_told_and_the_case_stays_closed():
    ladder_live()
    case, person = closed(3, "CURED")
    thread, met = raced(person, case)
    with transaction.atomic():
        copied(case.warning, state="OPEN", closed_at=None).save(force_insert=True)
        thread.start()
        wait_for_a_lock()
    thread.join(30)
    assert [type(error) for error in met] == [CaseSucceeded]
    case.refresh_from_db()
    assert (case.state, EarlyWarning.objects.filter(state="OPEN").count()) == ("CLOSED", 1)


def test_a_newer_case_of_the_same_matter_is_told_too():
    case = matter_closed(drift(), person=modeller())
    thread, met = raced(modeller(), case)
    fresh = {"state": "OPEN", "outcome": "", "closed_at": None, "closed_by_id": None}
    fresh |= {"claimed_by_id": None, "claimed_at": None}
    with transaction.atomic():
        copied(case, **fresh).save(force_insert=True)
        thread.start()
        wait_for_a_lock()
    thread.join(30)
    assert [type(error) for error in met] == [CaseSucceeded]
    assert WarningCase.objects.exclude(state="CLOSED").count() == 1
