"""The life of an entry: nobody puts anybody on a list alone, and what is in force is frozen."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.services.approvals import (
    AlreadyPendingError,
    NotACheckerError,
    SamePersonError,
    StaleApprovalError,
)
from lending.models import ListEntry
from lending.services import lists
from lending.services.list_content import InvalidListEntry, end_hash
from tests.factories.audit import user
from tests.factories.decisions import now, staff
from tests.factories.triggers import unguarded
from tests.lists.factory import content, effective, proposed

pytestmark = pytest.mark.django_db
PHONE = "13800000001"


def approve(entry, checker, **more):
    return lists.list_entry_approve(
        entry=entry, checker=checker, content_hash=more.get("shown", entry.content_hash), at=now()
    )


def test_an_entry_takes_force_when_another_person_approves_it():
    maker, checker = staff()
    entry = proposed(maker=maker)
    assert entry.state == "PROPOSED" and entry.known_at is None
    entry = approve(entry, checker)
    assert (
        entry.state == "EFFECTIVE" and entry.approval.checker == checker and entry.known_at == entry.approval.decided_at
    )


def test_the_identifier_is_nowhere_but_in_its_index():
    entry = effective(PHONE)
    entry.refresh_from_db()
    assert entry.hint == "001" and len(entry.blind_index) == 16
    with connection.cursor() as cursor:
        for table in ("lending_listentry", "audit_auditentry", "audit_approval", "audit_outboxmessage"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert not any(PHONE in text for (text,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("dimension", "value", "hint"),
    [
        ("phone", "13800001234", "234"),
        ("national_id", "AB12", ""),
        ("device_id", "abcdefg", "fg"),
        ("employer", "Bank of Examples", ""),
        ("address", "Musterweg 12345678", ""),
    ],
)
def test_what_is_shown_of_an_identifier_is_its_end_or_nothing(dimension, value, hint):
    assert content(value, dimension).hint == hint


def test_nobody_approves_their_own_entry_nor_without_the_right():
    maker = user(is_checker=True)
    entry = proposed(maker=maker)
    with pytest.raises(SamePersonError):
        approve(entry, maker)
    with pytest.raises(NotACheckerError):
        approve(entry, user())


def test_one_identifier_is_proposed_for_a_list_once_and_again_after_it_ended():
    maker, checker = staff()
    entry = proposed(maker=maker)
    with pytest.raises(lists.ListEntryExistsError):
        proposed(maker=maker)
    proposed(maker=maker, kind="WHITE")
    entry = approve(entry, checker)
    with pytest.raises(lists.ListEntryExistsError):
        proposed("+86 138 0000 0001", maker=maker)
    lists.list_entry_end(entry=entry, maker=maker, at=now(), comment="Cleared")
    with pytest.raises(AlreadyPendingError):
        lists.list_entry_end(entry=entry, maker=checker, at=now(), comment="Cleared")
    entry = approve(entry, checker, shown=end_hash(entry.content_hash))
    assert entry.state == "ENDED"
    assert proposed(maker=maker).pk


def test_an_entry_does_not_end_by_its_maker_alone_and_a_rejected_end_leaves_it():
    entry = effective()
    maker, checker = user(is_checker=True), user(is_checker=True)
    lists.list_entry_end(entry=entry, maker=maker, at=now(), comment="Cleared")
    with pytest.raises(SamePersonError):
        approve(entry, maker, shown=end_hash(entry.content_hash))
    with pytest.raises(StaleApprovalError):
        approve(entry, checker)
    shown = end_hash(entry.content_hash)
    lists.list_entry_reject(entry=entry, checker=checker, content_hash=shown, at=now(), comment="No")
    assert ListEntry.objects.get(pk=entry.pk).state == "EFFECTIVE"


def test_several_are_approved_each_by_its_own_hash_or_none():
    maker, checker = staff()
    made = [proposed(f"1380000000{number}", maker=maker) for number in range(3)]
    shown = [(entry.pk, entry.content_hash) for entry in made]
    with pytest.raises(StaleApprovalError):
        lists.list_entries_approve(entries=[*shown[:2], (shown[2][0], "0" * 64)], checker=checker, at=now())
    assert not ListEntry.objects.filter(state="EFFECTIVE").exists()
    approved = lists.list_entries_approve(entries=shown, checker=checker, at=now())
    assert len({entry.approval_id for entry in approved}) == 3


def test_a_proposal_is_withdrawn_by_its_maker_and_rejected_by_others():
    maker, checker = staff()
    first, second = proposed(maker=maker), proposed("13800000002", maker=maker)
    with pytest.raises(lists.NotTheProposerError):
        lists.list_entry_withdraw(entry=first, maker=checker, at=now())
    assert lists.list_entry_withdraw(entry=first, maker=maker, at=now()).state == "WITHDRAWN"
    rejected = lists.list_entry_reject(
        entry=second, checker=checker, content_hash=second.content_hash, at=now(), comment="No ground"
    )
    assert rejected.state == "REJECTED"
    with pytest.raises(lists.ListEntryStateError):
        approve(rejected, checker)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'EFFECTIVE'",
        "state = 'EFFECTIVE', known_at = now(), approval_id = (SELECT min(id) FROM audit_approval)",
        "reason = 'other'",
        "proposed_by_id = (SELECT max(id) FROM audit_user)",
        "state = 'ENDED', ended_at = now()",
    ],
)
def test_raw_sql_makes_no_entry_count(change):
    entry = proposed()
    effective("13800000009")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE lending_listentry SET {change} WHERE id = %s", [entry.pk])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lending_listentry SET from_at = from_at - interval '1 day'",
        "UPDATE lending_listentry SET blind_index = '\\x00'",
        "UPDATE lending_listentry SET known_at = known_at - interval '1 day'",
        "UPDATE lending_listentry SET state = 'PROPOSED', approval_id = NULL, known_at = NULL",
        "DELETE FROM lending_listentry",
        "UPDATE lending_listentry SET state = 'ENDED', ended_at = now(), end_approval_id = approval_id",
    ],
)
def test_what_is_in_force_is_frozen(statement):
    effective()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_without_the_trigger_raw_sql_would():
    """The twin."""
    effective()
    with unguarded("lending_listentry") as cursor:
        cursor.execute("UPDATE lending_listentry SET reason = 'other'")
        assert cursor.rowcount == 1


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"reason": ""}, "reason", "missing"),
        ({"reason": "See 13800000001"}, "reason", "names_identifier"),
        ({"source": "138-0000-0001"}, "source", "names_identifier"),
        ({"value": "   "}, "value", "value_unusable"),
        ({"value": "9" * 201}, "value", "too_long"),
        ({"kind": "RED"}, "kind", "unknown_list"),
        ({"dimension": "name"}, "dimension", "unknown_dimension"),
        ({"until_at": now() - timedelta(days=5)}, "expiry", "expires_before_start"),
    ],
)
def test_what_is_wrong_is_told_by_field_and_never_by_value(more, field, code):
    with pytest.raises(InvalidListEntry) as refused:
        content(**more)
    assert (field, code) in [(found.field, found.code) for found in refused.value.facts["problems"]]
    assert "13800000001" not in repr(refused.value.facts)
