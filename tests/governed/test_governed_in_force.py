"""What is in force on a day; and that a row changed around the services counts as not there."""

import logging
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit.services.governed import governed_end, governed_live, governed_lives
from audit.services.governed_live import _is_as_approved
from tests.factories.audit import user
from tests.factories.triggers import unguarded
from tests.governed.kinds import AT, CODE, TODAY, approved, drafted, submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TABLE = "audit_governeddocument"


def cups(on, name=""):
    live = governed_live(CODE, name, on=on)
    return None if live is None else live.value.cups


def test_validity_has_a_first_and_a_last_day():
    approved(cups=4, valid_from=TODAY, valid_until=TODAY + 2 * DAY)
    days = [TODAY - DAY, TODAY, TODAY + 2 * DAY, TODAY + 3 * DAY]
    assert [cups(day) for day in days] == [None, 4, 4, None]


def test_the_last_approved_counts_and_an_exception_gives_way_when_it_is_over():
    approved(cups=4)
    approved(cups=9, valid_until=TODAY + DAY, at=AT + DAY)
    assert [cups(TODAY), cups(TODAY + DAY), cups(TODAY + 2 * DAY)] == [9, 9, 4]


def test_each_name_has_its_own():
    approved(cups=4, name="north")
    approved(cups=5, name="south")
    assert {name: live.value.cups for name, live in governed_lives(CODE, TODAY).items()} == {"north": 4, "south": 5}
    assert cups(TODAY) is None


def test_an_end_brings_no_older_one_back():
    approved(cups=4, valid_from=TODAY - 9 * DAY)
    row = approved(cups=9, valid_from=TODAY - 9 * DAY, at=AT + DAY)
    governed_end(governed=row, actor=user(), at=AT + 2 * DAY, reason="wrong")
    assert [cups(TODAY + DAY), cups(TODAY + 2 * DAY), cups(TODAY + 9 * DAY)] == [9, None, None]


def test_one_called_off_before_it_begins_leaves_what_is_in_force():
    approved(cups=4)
    planned = approved(cups=9, valid_from=TODAY + 5 * DAY, at=AT + DAY)
    governed_end(governed=planned, actor=user(), at=AT + 2 * DAY, reason="not needed")
    assert cups(TODAY + 9 * DAY) == 4


CHANGES = [
    "document = jsonb_set(document, '{cups}', '99')",
    "valid_until = '2030-01-01'",
    "name = ''",
    "content_hash = repeat('0', 64)",
    "author_id = (SELECT checker_id FROM audit_approval WHERE id = approval_id)",
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_edited_by_sql_counts_as_not_there_and_is_logged(change, caplog):
    row = approved(name="north", valid_until=date(2029, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {change}")
    with unguarded(TABLE) as cursor:
        cursor.execute(f"UPDATE {TABLE} SET {change}")
    with caplog.at_level(logging.ERROR):
        assert governed_lives(CODE, TODAY) == {}
    assert f"governed document {row.pk} is not what was approved" in caplog.text


def test_an_edited_row_gives_way_to_the_one_before_it():
    approved(cups=4)
    row = approved(cups=9, at=AT + DAY)
    with unguarded(TABLE) as cursor:
        cursor.execute(f"UPDATE {TABLE} SET document = jsonb_set(document, '{{cups}}', '99') WHERE id = {row.pk}")
    assert cups(TODAY) == 4


def test_without_the_check_an_edited_row_would_count(monkeypatch):
    """The twin."""
    approved()
    with unguarded(TABLE) as cursor:
        cursor.execute(f"UPDATE {TABLE} SET document = jsonb_set(document, '{{cups}}', '99')")
    monkeypatch.setattr(f"{_is_as_approved.__module__}._is_as_approved", lambda _row: True)
    assert cups(TODAY) == 99


def test_a_document_its_struct_no_longer_reads_counts_as_not_there(monkeypatch, caplog):
    import msgspec

    from audit import governed_kinds

    class Narrow(msgspec.Struct, frozen=True):
        other: int

    approved()
    monkeypatch.setitem(governed_kinds._KINDS, CODE, governed_kinds.Kind(CODE, Narrow, title="Narrow"))
    assert cups(TODAY) is None
    assert "cannot be read" in caplog.text


APPROVAL = "(SELECT max(id) FROM audit_approval)"
REFUSED = [
    (submitted, "document = '{}'"),
    (submitted, "valid_from = '2020-01-01'"),
    (submitted, f"state = 'APPROVED', approval_id = {APPROVAL}"),
    (submitted, "state = 'APPROVED'"),
    (drafted, "state = 'APPROVED'"),
    (drafted, "author_id = author_id + 1"),
    (drafted, f"approval_id = {APPROVAL}"),
    (approved, "state = 'DRAFT'"),
    (approved, "state = 'ENDED'"),
    (approved, "approval_id = NULL"),
]


@pytest.mark.parametrize(("made", "change"), REFUSED)
def test_the_database_refuses_what_the_services_would(made, change):
    row = made()
    if "approval_id = (" in change and made is drafted:
        submitted()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"UPDATE {TABLE} SET {change} WHERE id = {row.pk}")


def test_another_documents_approval_does_not_count():
    approved()
    waits = submitted(cups=7)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {TABLE} SET approval_id = NULL WHERE id <> {waits.pk}")
    borrow = (
        f"UPDATE {TABLE} SET state = 'APPROVED', approval_id ="
        f" (SELECT id FROM audit_approval WHERE state = 'APPROVED') WHERE id = {waits.pk}"
    )
    with (
        pytest.raises(DatabaseError, match="exactly this content"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(borrow)


def delete(row):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE id = {row.pk}")
        cursor.execute(f"DELETE FROM {TABLE}_editors WHERE governeddocument_id = {row.pk}")


def test_only_a_draft_is_deleted_and_nothing_truncated():
    draft = drafted()
    draft.editors.add(user())
    with pytest.raises(DatabaseError), transaction.atomic():
        draft.editors.clear()
    delete(draft)
    for made in (submitted, approved):
        with pytest.raises(DatabaseError), transaction.atomic():
            delete(made(cups=len(made.__name__)))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL riskengine.refuse_truncate = 'on'")
        cursor.execute(f"TRUNCATE {TABLE} CASCADE")


def test_only_a_draft_has_new_editors():
    waits = submitted()
    with pytest.raises(DatabaseError), transaction.atomic():
        waits.editors.add(user())


def test_with_the_triggers_off_a_change_goes_through():
    """The twin."""
    row = submitted()
    with unguarded(TABLE) as cursor:
        cursor.execute(f"UPDATE {TABLE} SET valid_from = '2020-01-01' WHERE id = {row.pk}")
        assert cursor.rowcount == 1
