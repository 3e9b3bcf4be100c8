"""A category rises after its cure, asked for by one person and approved by another; every other way is shut."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Approval, AuditEntry
from audit.services.approvals import (
    NotACheckerError,
    SamePersonError,
    StaleApprovalError,
    approval_approve,
    approval_request,
)
from monitoring.models import CategoryUpgrade, HealthDue, ReviewDue
from monitoring.services.category_upgrades import upgrade_ask, upgrade_decide, upgrade_withdraw, upgrades_propose
from monitoring.services.delinquency.errors import CureNotMet, UpgradeNotAsProposed, UpgradeNotOpen
from monitoring.services.delinquency.reading import FRAME
from tests.delinquency.world import (
    DUE,
    as_of,
    cured,
    loan,
    looked,
    pays,
    pays_on_time,
    people,
    settings_in_force,
)
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
NOW = as_of(date(2025, 1, 11))


@pytest.fixture(autouse=True)
def in_force() -> None:
    settings_in_force()


def asked() -> tuple:
    one, upgrade = cured()
    maker, checker = people()
    return one, upgrade_ask(upgrade=upgrade, maker=maker, at=NOW), maker, checker


def approved(upgrade: CategoryUpgrade, checker, **changes) -> CategoryUpgrade:
    facts = {"content_hash": upgrade.content_hash, "is_approved": True, "at": NOW, **changes}
    return upgrade_decide(upgrade=upgrade, checker=checker, **facts)


def test_the_system_proposes_once_the_cure_is_met_and_not_a_day_before() -> None:
    one = loan()
    looked(date(2024, 6, 1), one)
    pays(one, date(2024, 6, 20), 5 * DUE)
    pays_on_time(one, 6, 11)
    looked(date(2024, 12, 19), one)
    assert not CategoryUpgrade.objects.exists()
    looked(date(2024, 12, 20), one)
    looked(date(2024, 12, 21), one)
    (upgrade,) = CategoryUpgrade.objects.all()
    assert (upgrade.from_category, upgrade.to_category, upgrade.state) == ("SUBSTANDARD", "NORMAL", "PROPOSED")
    assert upgrade.basis["cleared_on"] == "2024-06-20"
    assert AuditEntry.objects.filter(kind="category_upgrade.proposed").count() == 1


def test_a_proposal_alone_changes_nothing_and_an_approved_one_counts_from_the_next_look() -> None:
    one, upgrade, _maker, checker = asked()
    (state,) = looked(date(2025, 1, 11), one)
    assert (state.category, state.causes) == ("SUBSTANDARD", "KEPT")
    upgrade = approved(upgrade, checker)
    assert upgrade.effective_as_of == as_of(date(2025, 1, 11))
    (state,) = looked(date(2025, 1, 12), one)
    assert (state.category, state.causes) == ("NORMAL", "")
    (late,) = looked(date(2025, 2, 20), one)
    assert (late.category, late.causes) == ("SPECIAL_MENTION", "DPD")


def test_an_approved_upgrade_has_the_customer_and_their_code_looked_at_again() -> None:
    one, upgrade, _maker, checker = asked()
    assert not ReviewDue.objects.exists()
    assert not HealthDue.objects.exists()
    approved(upgrade, checker)
    assert ReviewDue.objects.get(done_at=None).customer_id == one.customer_id
    assert HealthDue.objects.get(done_at=None).customer_id == one.customer_id


def test_who_asked_does_not_approve_nor_does_a_second_account_nor_a_superuser() -> None:
    _one, upgrade = cured()
    maker = user(is_checker=True, person_id="ONE", is_superuser=True)
    upgrade = upgrade_ask(upgrade=upgrade, maker=maker, at=NOW)
    with pytest.raises(SamePersonError):
        approved(upgrade, maker)
    with pytest.raises(NotACheckerError):
        approved(upgrade, people()[0])


def test_a_stale_hash_is_refused() -> None:
    _one, upgrade, _maker, checker = asked()
    with pytest.raises(StaleApprovalError):
        approved(upgrade, checker, content_hash="0" * 64)


def test_a_new_missed_payment_between_asking_and_approving_is_noticed() -> None:
    one, upgrade, _maker, checker = asked()
    with pytest.raises(CureNotMet) as refused:
        approved(upgrade, checker, at=as_of(date(2025, 1, 20)))
    assert "ARREARS" in refused.value.facts["blockers"]
    looked(date(2025, 1, 20), one)
    upgrade.refresh_from_db()
    assert upgrade.state == "LAPSED"
    assert Approval.objects.get(object_type="category_upgrade").state == Approval.State.VOID


def test_another_impaired_loan_of_the_customer_stands_in_the_way() -> None:
    one, upgrade = cured()
    other = loan(customer=one.customer)
    looked(date(2025, 1, 10), other)
    with pytest.raises(CureNotMet) as refused:
        upgrade_ask(upgrade=upgrade, maker=people()[0], at=NOW)
    assert refused.value.facts["blockers"] == ["OTHER_IMPAIRED"]


def test_a_rejected_one_is_frozen_and_not_proposed_again_at_once() -> None:
    one, upgrade, _maker, checker = asked()
    assert approved(upgrade, checker, is_approved=False).state == "REJECTED"
    looked(date(2025, 1, 12), one)
    assert CategoryUpgrade.objects.count() == 1
    with pytest.raises(UpgradeNotOpen):
        approved(upgrade, checker)


def test_its_maker_takes_a_request_back_and_the_proposal_stands() -> None:
    _one, upgrade, maker, _checker = asked()
    assert upgrade_withdraw(upgrade=upgrade, maker=maker, at=NOW).state == "PROPOSED"


SIDE_DOORS = {
    "approved without an approval": "UPDATE monitoring_categoryupgrade SET state = 'APPROVED',"
    " effective_as_of = (SELECT max(as_of) FROM monitoring_delinquencystate)",
    "another target": "UPDATE monitoring_categoryupgrade SET to_severity = 0, to_category = 'NORMAL', basis = '{}'",
    "another hash": "UPDATE monitoring_categoryupgrade SET content_hash = repeat('0', 64)",
    "deleted": "DELETE FROM monitoring_categoryupgrade",
}


@pytest.mark.parametrize("statement", SIDE_DOORS.values(), ids=SIDE_DOORS.keys())
def test_sql_around_the_services_is_refused(statement: str) -> None:
    asked()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_approval_of_something_else_opens_nothing() -> None:
    _one, upgrade, maker, checker = asked()
    facts = {"content_hash": upgrade.content_hash, "at": NOW}
    other = approval_request(object_type="category_upgrade", object_id="999999", maker=maker, **facts)
    other = approval_approve(approval=other, checker=checker, **facts)
    upgrade.state, upgrade.approval, upgrade.effective_as_of = "APPROVED", other, as_of(date(2025, 1, 10))
    with pytest.raises(IntegrityError, match="nobody else approved"), transaction.atomic():
        upgrade.save()


def test_one_that_was_begun_approved_is_refused() -> None:
    one, _upgrade = cured()
    with pytest.raises(IntegrityError, match="begins as a proposal"), transaction.atomic():
        CategoryUpgrade.objects.create(
            loan=one, from_severity=2, from_category="SUBSTANDARD", to_severity=0, to_category="NORMAL", basis={},
            business_date=date(2025, 1, 1), proposed_at=NOW, content_hash="", state="SUBMITTED",
        )  # fmt: skip


def test_without_its_trigger_a_row_changed_in_the_database_is_refused_by_the_service() -> None:
    _one, upgrade, _maker, checker = asked()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE monitoring_categoryupgrade DISABLE TRIGGER monitoring_categoryupgrade_guarded")
        cursor.execute("UPDATE monitoring_categoryupgrade SET basis = '{}'")
    with pytest.raises(UpgradeNotAsProposed):
        approved(upgrade, checker)


def test_nothing_is_proposed_where_no_classification_is_in_force() -> None:
    one = loan(code="other")
    states = looked(date(2025, 1, 10), one)
    assert states[0].category == ""
    assert upgrades_propose(
        product=one.product, states=pl.DataFrame(schema=FRAME), day=date(2025, 1, 10), as_of=NOW, at=datetime.now(UTC)
    ) == 0  # fmt: skip
