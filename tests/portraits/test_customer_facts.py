"""Facts about customers are sealed, only added to, and read as of an instant."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from lending.models import Customer, CustomerFact
from lending.services.customer_facts import (
    FactInput,
    FactKnownError,
    InvalidFacts,
    facts_as_of,
    facts_record,
    facts_record_many,
)
from lending.services.customers import CustomerErasedError, customer_create, customer_erase
from lending.vault import VaultError
from tests.factories.audit import AT
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ACTOR = "system:tests"


def fact(variable="months_at_address", value=30, *, event=0, known=None, source="registry", **more):
    """A fact so many days after AT, known `known` days after it."""
    times = {"event_at": AT + event * DAY, "known_at": AT + (event if known is None else known) * DAY}
    fields = {"provenance": CustomerFact.Provenance.THIRD_PARTY} | more
    return FactInput(variable=variable, value=value, source=source, **times, **fields)


@pytest.fixture
def customer(db):
    return customer_create(identifiers={}, at=AT)


def record(customer, *facts):
    return facts_record(customer=customer, facts=facts, at=AT + 100 * DAY, actor=ACTOR)


def values(customer, day, **options):
    found = facts_as_of(customer_ids=[customer.pk], as_of=AT + day * DAY, **options)
    return {item.variable: item.value for item in found.get(customer.pk, [])}


def test_a_fact_is_read_as_of_when_it_is_so_and_known(customer):
    record(customer, fact(value=30, event=1, known=3), fact(value=42, event=5, known=9))
    assert [values(customer, day) for day in (1, 2)] == [{}, {}]
    assert [values(customer, day)["months_at_address"] for day in (3, 8, 9)] == [30, 30, 42]


def test_a_correction_known_later_takes_the_place_and_changes_no_past(customer):
    record(customer, fact(value=30, event=1), fact(value=31, event=4))
    before = values(customer, 6)
    record(customer, fact(value=13, event=4, known=7), fact(value=None, event=4, known=8))
    assert values(customer, 6) == before == {"months_at_address": 31}
    assert values(customer, 7) == {"months_at_address": 13}
    assert values(customer, 8) == {"months_at_address": None}
    assert CustomerFact.objects.count() == 4


def test_every_type_comes_back_as_it_was(customer):
    given = {"number": 0.1, "whole": 7, "text": "自有", "flag": True, "gone": None}
    record(customer, *(fact(name, value) for name, value in given.items()))
    assert values(customer, 1) == given


def test_many_customers_are_read_and_written_at_once(django_assert_num_queries):
    customers = [customer_create(identifiers={}, at=AT) for _ in range(5)]
    given = {item.pk: [fact(value=place)] for place, item in enumerate(customers)}
    customer_erase(customer=customers[4], at=AT, actor=ACTOR)
    assert facts_record_many(facts=given, at=AT + DAY, actor=ACTOR) == 4
    with django_assert_num_queries(1):
        found = facts_as_of(customer_ids=list(given), as_of=AT + DAY)
    assert [found[item.pk][0].value for item in customers[:4]] == [0, 1, 2, 3]
    assert customers[4].pk not in found


def test_a_reader_may_open_only_what_it_says(customer):
    record(customer, fact("months_at_address", 30), fact("posts_a_week", 4))
    assert values(customer, 1, may_open=lambda _customer, name: name != "posts_a_week") == {"months_at_address": 30}


def test_after_erasure_nothing_is_read_or_added(customer):
    record(customer, fact())
    customer_erase(customer=customer, at=AT, actor=ACTOR)
    assert values(customer, 50) == {}
    with pytest.raises(CustomerErasedError):
        record(customer, fact(event=2))


def test_rows_are_frozen_and_do_not_open_elsewhere(customer):
    record(customer, fact(value=30), fact(value=40, event=1))
    for change in (lambda rows: rows.update(source="me"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(CustomerFact.objects.all())
    with unguarded("lending_customerfact") as cursor:
        cursor.execute("UPDATE lending_customerfact SET event_at = event_at - interval '30 days'")
    with pytest.raises(VaultError):
        values(customer, 5)


def test_the_same_report_twice_is_refused_and_leaves_nothing(customer):
    record(customer, fact())
    with pytest.raises(FactKnownError):
        record(customer, fact("other", 1), fact())
    assert CustomerFact.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"event": 5, "known": 4}, "before it is so"),
        ({"event": 101}, "later than it is recorded"),
        ({"source": ""}, "no source"),
        ({"confirmed_by": "registry"}, "its own source"),
        ({"variable": "not a name"}, "no name"),
        ({"value": "x" * 201}, "longer than 200"),
        ({"value": float("nan")}, "does not hold"),
        ({"value": 2**53}, "does not hold"),
        ({"provenance": "RUMOUR"}, "provenance"),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused_in_words(customer, wrong, words):
    with pytest.raises(InvalidFacts) as caught:
        record(customer, fact(**wrong))
    assert words in caught.value.facts["problems"][0]
    assert not CustomerFact.objects.exists()


def test_values_reach_neither_log_nor_columns_nor_errors(customer, caplog):
    caplog.set_level("DEBUG")
    record(customer, fact("employer_kind", "canary4711"))
    with pytest.raises(InvalidFacts) as caught:
        record(customer, fact("employer_kind", "canary4711" * 30))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM (TABLE audit_auditentry) e")
        leaves = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(f::text, ' ') FROM lending_customerfact f")
        rows = cursor.fetchone()[0]
    assert "canary" not in f"{caplog.text} {leaves} {rows} {caught.value!r} {caught.value.facts}"
    assert "63616e617279" not in rows  # as hex
    entry = AuditEntry.objects.get(kind="customer.facts_recorded")
    assert (entry.object_id, entry.payload["facts"], entry.payload["sources"]) == (str(customer.pk), 1, ["registry"])


def test_erasing_twice_keeps_the_rows_unreadable(customer):
    record(customer, fact())
    for _ in range(2):
        customer_erase(customer=customer, at=AT, actor=ACTOR)
    assert CustomerFact.objects.exists()
    assert Customer.objects.get(pk=customer.pk).wrapped_key is None
