"""One contract of a window: the SQL that decides and reviews is held to a loop anybody can read."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.models import Customer, RiskEvent
from riskengine.errors import InvalidInput
from scoring.catalogue import catalogue_read
from scoring.own_sql import VELOCITY
from scoring.velocity import AGGREGATES, ENTITIES, EVENTS, Velocity
from tests.factories import decisions as make
from tests.factories.velocity import Event, Subject, velocity_value
from tests.lists.factory import catalogue, counted, velocity

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 3, 10, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
KEYS = ("", "a" * 32, "b" * 32)
EDGES = [
    timedelta(),
    TICK,
    -TICK,
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=7) + TICK,
    timedelta(days=7) - TICK,
]

moments = st.builds(
    lambda edge, more: AS_OF - edge - timedelta(seconds=more), st.sampled_from(EDGES), st.sampled_from([0, 0, 0, 3600])
)
events = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from(["application", "decline"]),
        event_at=moments,
        known_at=st.sampled_from([AS_OF - timedelta(days=9), AS_OF - TICK, AS_OF, AS_OF + TICK]),
        customer_id=st.sampled_from([None, 1, 2]),
        phone_key=st.sampled_from(KEYS),
        device_key=st.sampled_from(KEYS),
        address_key=st.sampled_from(KEYS),
        amount_minor=st.none() | st.integers(-(10**9), 10**9),
        application_id=st.sampled_from([None, 1, 2]),
    ),
    max_size=12,
)
subjects = st.lists(
    st.builds(
        Subject,
        as_of=st.sampled_from([AS_OF, AS_OF + TICK, AS_OF - timedelta(hours=1)]),
        customer_id=st.sampled_from([0, 1, 2]),
        phone_keys=st.frozensets(st.sampled_from(KEYS[1:])),
        device_keys=st.frozensets(st.sampled_from(KEYS[1:])),
        address_keys=st.frozensets(st.sampled_from(KEYS[1:])),
        application_id=st.sampled_from([None, 1, 2]),
    ),
    min_size=1,
    max_size=3,
)
definitions = st.lists(
    st.builds(
        Velocity,
        entity=st.sampled_from(ENTITIES),
        event=st.sampled_from(["application", "decline"]),
        window_days=st.sampled_from([1, 7]),
        aggregate=st.sampled_from(AGGREGATES),
    ),
    min_size=1,
    max_size=6,
)
_STATEMENT = f"""
    WITH subject AS (
        SELECT (o->>'id')::bigint AS id, (o->>'as_of')::timestamptz AS as_of,
               (o->>'customer_id')::bigint AS customer_id,
               (o->>'application_id')::bigint AS application_id,
               ARRAY(SELECT jsonb_array_elements_text(o->'phone_keys')) AS phone_keys,
               ARRAY(SELECT jsonb_array_elements_text(o->'device_keys')) AS device_keys,
               ARRAY(SELECT jsonb_array_elements_text(o->'address_keys')) AS address_keys
        FROM jsonb_array_elements(%s::jsonb) AS o
    ), velocity_definition AS (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::text[])
            WITH ORDINALITY AS d (entity, event, days, aggregate, place)
    )
    {VELOCITY} ORDER BY subject, place
"""


def by_sql(wanted, of):
    rows = [{**msgspec.to_builtins(subject), "id": number} for number, subject in enumerate(of)]
    columns = [[getattr(item, field) for item in wanted] for field in ("entity", "event", "window_days", "aggregate")]
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [msgspec.json.encode(rows).decode(), *columns])
        return [None if value is None else float(value) for _, _, value in cursor.fetchall()]


def store(found):
    applications = {}
    client, _ = make.lender(f"velocity-{RiskEvent.objects.count()}")
    customers = {
        1: Customer.objects.create(wrapped_key=b"x", created_at=AS_OF),
        2: Customer.objects.create(wrapped_key=b"y", created_at=AS_OF),
    }
    for number in (1, 2):
        applications[number] = customers[number].applications.create(
            client=client, external_id=f"V{number}", product=make.product(), created_at=AS_OF
        )
    RiskEvent.objects.bulk_create(
        RiskEvent(
            kind=event.kind, event_at=event.event_at, known_at=event.known_at, source="test",
            customer=customers.get(event.customer_id), phone_key=event.phone_key, device_key=event.device_key,
            address_key=event.address_key, amount_minor=event.amount_minor,
            application=applications.get(event.application_id),
        )
        for event in found
    )  # fmt: skip
    return {0: 0, **{key: value.pk for key, value in customers.items()}}, {
        key: value.pk for key, value in applications.items()
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events, subjects, definitions)
def test_the_sql_agrees_with_the_loop_for_many_subjects_at_once(found, of, wanted):
    expected = [velocity_value(item, subject, found) for subject in of for item in wanted]
    with transaction.atomic():
        customers, applications = store(found)
        stored = [
            Subject(
                as_of=each.as_of, customer_id=customers[each.customer_id], phone_keys=each.phone_keys,
                device_keys=each.device_keys, address_keys=each.address_keys,
                application_id=applications.get(each.application_id),
            )
            for each in of
        ]  # fmt: skip
        assert by_sql(wanted, stored) == [None if value is None else float(value) for value in expected]
        transaction.set_rollback(True)


PHONE = Subject(as_of=AS_OF, customer_id=1, phone_keys=frozenset({KEYS[1]}), application_id=1)


@pytest.mark.parametrize(
    ("event_at", "known_at", "is_counted"),
    [
        (AS_OF - timedelta(days=7), AS_OF, True),  # closed at the start
        (AS_OF - timedelta(days=7) - TICK, AS_OF, False),
        (AS_OF - TICK, AS_OF, True),
        (AS_OF, AS_OF, False),  # open at as_of
        (AS_OF - timedelta(days=1), AS_OF + TICK, False),  # not yet known
    ],
)
def test_a_window_is_closed_at_its_start_and_open_at_as_of(event_at, known_at, is_counted):
    event = Event(kind="decline", event_at=event_at, known_at=known_at, phone_key=KEYS[1])
    assert velocity_value(velocity("phone", "decline", 7, "count"), PHONE, [event]) == is_counted


def test_the_application_does_not_count_its_own_events():
    mine = Event(kind="decline", event_at=AS_OF - TICK, known_at=AS_OF, phone_key=KEYS[1], application_id=1)
    other = Event(kind="decline", event_at=AS_OF - TICK, known_at=AS_OF, phone_key=KEYS[1], application_id=2)
    assert velocity_value(velocity("phone", "decline", 7, "count"), PHONE, [mine, other]) == 1


def test_without_a_phone_what_is_counted_by_phone_is_unknown_and_not_zero():
    assert velocity_value(velocity("device", "decline", 7, "count"), PHONE, []) is None
    assert velocity_value(velocity("phone", "decline", 7, "count"), PHONE, []) == 0


def test_the_events_that_may_be_counted_are_those_there_are():
    assert set(RiskEvent.Kind.values) == set(EVENTS)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"type": "number"}, "its type must be integer"),
        ({"velocity": None}, "says not what"),
        ({"missing": "reject"}, "cannot refuse"),
        ({"source": "application"}, "is not counted"),
        ({"velocity": {"entity": "phone", "event": "x", "window_days": 0, "aggregate": "count"}}, "unknown kind (x)"),
        (
            {"velocity": {"entity": "phone", "event": "decline", "window_days": 0, "aggregate": "count"}},
            "window outside",
        ),
    ],
)
def test_a_definition_that_cannot_be_is_refused_in_words(changes, told):
    with pytest.raises(InvalidInput) as refused:
        catalogue_read(json.dumps(catalogue({**counted("declines"), **changes})).encode())
    assert any(told in problem for problem in refused.value.facts["problems"])
