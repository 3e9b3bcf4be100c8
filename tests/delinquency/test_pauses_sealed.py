"""Why a loan is paused is sealed: erased with the customer's key, while the days of the pause go on not to count."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from audit.canonical import content_hash
from audit.services.approvals import approval_approve, approval_request
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from monitoring.models import LoanPause
from monitoring.services.delinquency.hashes import PAUSE, pause_asked_hash, pauses_sound
from monitoring.services.delinquency.pauses import pause_ask, pause_decide, pause_reason
from tests.delinquency.world import as_of, loan, people, settings_in_force
from tests.factories.triggers import unguarded

NOW = as_of(date(2024, 2, 16))
DAYS = {"first_on": date(2024, 2, 20), "last_on": date(2024, 2, 29)}
WHY = "Flood at the Danube"


def approved() -> LoanPause:
    maker, checker = people()
    pause = pause_ask(loan=loan(), kind="PAUSE", reason=WHY, maker=maker, at=NOW, **DAYS)
    word = {"checker": checker, "content_hash": pause_asked_hash(pause), "is_approved": True, "at": NOW}
    return pause_decide(pause=pause, **word)


@pytest.mark.django_db
class TestSealed:
    def test_it_is_read_with_the_customers_key_and_lies_nowhere_in_clear(self) -> None:
        settings_in_force()
        pause = LoanPause.objects.get(pk=approved().pk)
        assert pause_reason(pause) == WHY and WHY.encode() not in bytes(pause.reason)

    def test_erased_it_is_gone_and_the_pause_stands(self) -> None:
        settings_in_force()
        pause = approved()
        Customer.objects.update(wrapped_key=None, erased_at=NOW)
        pause = LoanPause.objects.select_related("approval").get(pk=pause.pk)
        assert pause_reason(pause) == "" and pauses_sound([pause]) == [pause]
        with pytest.raises(CustomerErasedError):
            pause_ask(loan=pause.loan, kind="PAUSE", reason=WHY, maker=people()[0], at=NOW, **DAYS)

    @pytest.mark.parametrize("change", [{"last_on": date(2024, 3, 29)}, {"reason": b"x"}, {"asked_hash": "0" * 64}])
    def test_the_twin_without_the_guard_finds_that_a_changed_one_counts_for_nothing(self, change: Any) -> None:
        settings_in_force()
        pause = approved()
        with unguarded("monitoring_loanpause"):
            LoanPause.objects.filter(pk=pause.pk).update(**change)
        assert pauses_sound(LoanPause.objects.select_related("approval")) == []


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The model as it was while reasons lay in clear."""
    executor = MigrationExecutor(connection)
    executor.migrate([("monitoring", "0022_snoozes_of_cases")])
    yield executor.loader.project_state([("monitoring", "0022_snoozes_of_cases")]).apps.get_model(
        "monitoring", "LoanPause"
    )
    _forward()


def _forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "monitoring"])


@pytest.mark.parametrize("is_erased", [False, True])
def test_the_migration_seals_what_lay_in_clear_and_keeps_what_was_approved_and_what_waits(
    before: Any, is_erased: bool
) -> None:
    (maker, checker), one = people(), loan()
    told = {"loan": one.pk, "kind": "PAUSE", "reason": WHY} | {name: str(day) for name, day in DAYS.items()}
    numbers = []
    for is_approved in (True, False):
        row = before.objects.create(
            loan_id=one.pk, kind="PAUSE", reason=WHY, made_at=NOW, content_hash=content_hash(told), **DAYS
        )
        asked = {"object_type": PAUSE, "object_id": str(row.pk), "content_hash": row.content_hash}
        waits = approval_request(**asked, maker=maker, at=NOW)
        if is_approved:
            word = approval_approve(approval=waits, checker=checker, content_hash=row.content_hash, at=NOW)
            before.objects.filter(pk=row.pk).update(approval_id=word.pk)
        numbers.append(row.pk)
    forged = before.objects.create(
        loan_id=one.pk, kind="PAUSE", reason="other", made_at=NOW, content_hash=content_hash(told), **DAYS
    )
    if is_erased:
        Customer.objects.update(wrapped_key=None, erased_at=NOW)
    _forward()
    first, second = (LoanPause.objects.select_related("approval").get(pk=number) for number in numbers)
    assert pause_reason(first) == ("" if is_erased else WHY) and WHY.encode() not in bytes(first.reason)
    assert pauses_sound([first]) == [first]
    word = {"checker": checker, "content_hash": pause_asked_hash(second), "is_approved": True, "at": NOW}
    assert pauses_sound([pause_decide(pause=second, **word)])
    assert LoanPause.objects.get(pk=forged.pk).content_hash == forged.content_hash
