"""The database itself refuses to change or empty what only grows; without its triggers it would not."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.append_only import freeze_table
from audit.models import AuditEntry, AuditLeaf, Checkpoint
from tests.factories.audit import AT, entry

pytestmark = pytest.mark.django_db
TABLES = ["audit_auditentry", "audit_auditleaf", "audit_checkpoint", "audit_approval"]


@pytest.fixture
def rows():
    written = entry()
    AuditLeaf.objects.create(position=0, entry=written)
    Checkpoint.objects.create(tree_size=1, root_hash=b"r" * 32, signed_at=AT, key_id="k", signature=b"s" * 64)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditentry SET actor = 'somebody else'",
        "UPDATE audit_auditentry SET payload = payload",
        "DELETE FROM audit_auditentry",
        "UPDATE audit_auditleaf SET position = 7",
        "DELETE FROM audit_auditleaf",
        "UPDATE audit_checkpoint SET tree_size = 2",
        "DELETE FROM audit_checkpoint",
    ],
)
def test_it_refuses_changes_in_sql(rows, sql):
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        _execute(sql)


def test_it_refuses_changes_where_ordinary_triggers_are_switched_off(rows):
    _execute("SET LOCAL session_replication_role = replica")
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        _execute("DELETE FROM audit_auditleaf")


def test_the_trigger_is_what_refuses(rows):
    _execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_auditentry_frozen")
    _execute("UPDATE audit_auditentry SET actor = 'somebody else'")
    assert AuditEntry.objects.get().actor == "somebody else"


@pytest.mark.parametrize("table", TABLES)
def test_it_refuses_to_empty_a_table(table):
    _execute("SET LOCAL riskengine.refuse_truncate = 'on'")
    with pytest.raises(IntegrityError, match="TRUNCATE refused"), transaction.atomic():
        _execute(f"TRUNCATE {table} CASCADE")


def test_only_a_database_made_for_tests_may_be_emptied():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'audit_refuse_truncate'")
        source = cursor.fetchone()[0]
        assert "current_database() LIKE 'test\\_%'" in source
        cursor.execute("SELECT current_database(), 'risk' LIKE 'test\\_%', 'testing' LIKE 'test\\_%'")
        name, *others = cursor.fetchone()
    assert name.startswith("test_")
    assert others == [False, False]


def test_a_condition_leaves_other_rows_free():
    _execute("CREATE TEMP TABLE a_draft (id int, state text)")
    _execute("INSERT INTO a_draft VALUES (1, 'DRAFT')")
    _execute(str(freeze_table("a_draft", when="OLD.state <> 'DRAFT'").sql))
    _execute("UPDATE a_draft SET state = 'LIVE'")
    with pytest.raises(IntegrityError, match="a_draft"), transaction.atomic():
        _execute("UPDATE a_draft SET state = 'DRAFT'")


def test_a_table_name_is_checked():
    with pytest.raises(ValueError, match="Not a table name"):
        freeze_table("x; DROP TABLE y")
