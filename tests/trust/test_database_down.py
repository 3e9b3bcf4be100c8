"""What the database can refuse besides being gone: full, without a connection to spare. See also tests/decisions."""

import time

import pytest
from django.db import connection

from rules.models import Decision, IdempotencyKey
from tests.factories import decisions as make

FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{}'; END $$
"""


def refused(lender, key: str) -> None:
    began = time.monotonic()
    answer = lender.post(make.body(1), key=key)
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert 1 <= int(answer["Retry-After"]) <= 2
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("state", ["53100", "53200", "58030"], ids=["disk full", "out of memory", "disk fails"])
def test_a_database_that_cannot_write_is_503_and_leaves_nothing(committing_lender, state):
    lender = committing_lender
    assert lender.post(make.body(0)).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute(FULL.format(state))
        cursor.execute("CREATE TRIGGER full_disk BEFORE INSERT ON rules_decision EXECUTE FUNCTION disk_is_full()")
    try:
        refused(lender, "again")
        assert (Decision.objects.count(), IdempotencyKey.objects.count()) == (1, 1)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER full_disk ON rules_decision")
            cursor.execute("DROP FUNCTION disk_is_full")
    assert lender.post(make.body(1), key="again").status_code == 201


def test_a_database_without_a_connection_to_spare_is_503_and_heals_alone(committing_lender):
    lender, settings = committing_lender, connection.settings_dict
    assert lender.post(make.body(0)).status_code == 201
    before = {name: settings[name] for name in ("USER", "PASSWORD")}
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS nobody_spare")
        cursor.execute("CREATE ROLE nobody_spare LOGIN PASSWORD 'spare' CONNECTION LIMIT 0")
    connection.close()
    settings.update(USER="nobody_spare", PASSWORD="spare")
    try:
        refused(lender, "later")
    finally:
        connection.close()
        settings.update(before)
        with connection.cursor() as cursor:
            cursor.execute("DROP ROLE nobody_spare")
    assert lender.post(make.body(1), key="later").status_code == 201
