"""Codes written by reviews: once per change, one current, never changed, never GREEN for want of data."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from monitoring.health.colour import HealthPolicy
from monitoring.models import HealthCode, HealthDispute, HealthDue, ReviewRun
from monitoring.services.health.codes import health_codes_write
from monitoring.services.health.current import code_shown
from monitoring.services.health.disputes import dispute_open
from monitoring.services.health.due import due_add, due_on_change, due_work
from monitoring.services.health.overrides import override_ask, override_decide, override_hash
from tests.factories.audit import user
from tests.factories.triggers import unguarded
from tests.health import world
from tests.health.world import DAY, NOW

pytestmark = pytest.mark.django_db


def current(of):
    return HealthCode.objects.get(customer=of.customer_id, is_current=True)


def test_a_review_gives_every_customer_of_it_a_colour(policies):
    fine, risky, late, old, unknown = (
        world.loan(), world.loan(), world.loan(late=2), world.loan(month=None), world.loan()
    )  # fmt: skip
    written = world.reviewed({fine: 0.02, risky: 0.9, late: (0.02, 2), old: 0.02, unknown: None})
    assert written == 5
    assert current(fine).colour == "GREEN"
    assert (current(risky).colour, current(risky).reasons) == ("RED", ["RISK_RED"])
    assert (current(late).colour, current(late).reasons) == ("RED", ["PAST_DUE_RED"])
    assert (current(old).colour, current(old).reasons) == ("NOT_ASSESSED", ["STALE", "NO_DPD"])
    assert current(unknown).reasons == ["INCOMPLETE", "NO_COEFFICIENT"]
    assert current(risky).inputs["grx"] == 1.0


def test_the_worst_of_several_loans_counts(policies):
    one = world.loan()
    other = world.loan(one.customer)
    world.reviewed({one: 0.02, other: 0.5})
    assert current(one).colour == "RED"
    assert HealthCode.objects.count() == 1


def test_a_row_is_written_only_where_colour_or_reasons_changed(policies):
    one, other = world.loan(), world.loan()
    run = world.review({one: 0.02, other: 0.02})
    assert health_codes_write(run=run, as_of=NOW, at=NOW) == 2
    assert health_codes_write(run=run, as_of=NOW, at=NOW) == 0
    assert world.reviewed({one: 0.03, other: 0.9}, at=NOW + DAY) == 1
    assert HealthCode.objects.filter(customer=other.customer_id).count() == 2
    assert current(other).run.as_of == NOW + DAY


def test_an_earlier_review_done_again_says_nothing_over_a_later_one(policies):
    one = world.loan()
    early = world.review({one: 0.9}, at=NOW - DAY)
    world.reviewed({one: 0.02})
    assert health_codes_write(run=early, as_of=early.as_of, at=NOW) == 0
    assert current(one).colour == "GREEN"


def test_a_day_of_reviews_of_some_customers_does_not_hide_the_last_one_of_all(policies):
    one, other = world.loan(), world.loan()
    night = world.review({one: 0.02, other: 0.02}, at=NOW - DAY)
    ReviewRun.objects.bulk_create(
        ReviewRun(
            product=one.product,
            as_of=NOW - DAY + timedelta(minutes=minute),
            scope=ReviewRun.Scope.CUSTOMERS,
            bundle_hash=night.bundle_hash,
            bundle=night.bundle,
            started_at=NOW,
            due_count=1,
            done_count=1,
        )
        for minute in range(1, 102)
    )
    health_codes_write(as_of=NOW, at=NOW, customers=[one.customer_id])
    assert current(one).colour == "GREEN"


def test_an_open_warning_colours_its_customer(policies):
    one, other = world.loan(), world.loan()
    world.warning(one, "YELLOW")
    world.warning(other, "RED")
    world.reviewed({one: 0.02, other: 0.02})
    assert (current(one).colour, current(other).colour) == ("AMBER", "RED")


def test_without_a_policy_or_on_another_horizon_nobody_is_assessed(db):
    one = world.loan()
    world.reviewed({one: 0.02})
    assert current(one).reasons == ["NO_POLICY"]
    world.governed_live("health_policy", HealthPolicy())
    world.reviewed({one: 0.02}, at=NOW + DAY)
    assert "NO_COEFFICIENT" in current(one).reasons


def test_reviews_that_stop_coming_take_the_colour_away(policies):
    customer = world.green()
    assert code_shown(customer, NOW + 44 * DAY).colour == "GREEN"
    shown = code_shown(customer, NOW + 45 * DAY)
    assert (shown.colour, shown.reasons) == ("NOT_ASSESSED", ("NOT_REVIEWED",))


def test_a_customer_without_a_code_is_not_assessed(policies):
    assert code_shown(world.loan().customer, NOW).reasons == ("NO_CODE",)


CHANGES = [
    "UPDATE monitoring_healthcode SET colour = 'GREEN'",
    "UPDATE monitoring_healthcode SET is_current = false, colour = 'GREEN'",
    "DELETE FROM monitoring_healthcode",
    "INSERT INTO monitoring_healthcode (customer_id, as_of, written_at, colour, reasons, inputs, policy_hash, cause,"
    " is_current) SELECT customer_id, as_of, written_at, 'GREEN', reasons, inputs, '', 'REVIEW', true"
    " FROM monitoring_healthcode",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_history_is_only_added_to_and_one_code_is_current(policies, statement):
    one = world.loan()
    world.reviewed({one: 0.9})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_twin_without_the_trigger_the_history_would_change(policies):
    one = world.loan()
    world.reviewed({one: 0.9})
    with unguarded("monitoring_healthcode") as cursor:
        cursor.execute(CHANGES[0])
    assert current(one).colour == "GREEN"


def test_a_cure_is_looked_at_by_the_end_of_the_next_working_day(policies):
    one = world.loan()
    found = world.warning(one, "RED", at=NOW - DAY)
    world.reviewed({one: 0.02})
    assert current(one).colour == "RED"
    at = NOW + timedelta(hours=1)
    found.state, found.closed_at = "CLOSED", at
    found.save()
    assert due_work(at) == 1
    assert current(one).colour == "GREEN"
    assert current(one).cause == "RE_REVIEW"
    due = HealthDue.objects.get()
    assert due.cause == "CURE"
    assert (due.done_at, due.due_at) == (at, NOW.replace(day=2, hour=16))  # midnight of Tuesday in Shanghai
    assert due_work(at) == 0


def test_news_of_a_customer_are_looked_at_where_there_is_a_code(policies):
    one, other = world.loan(), world.loan()
    world.reviewed({one: 0.02})
    HealthCode.objects.filter(customer=other.customer_id, is_current=True).update(is_current=False)
    assert due_on_change([one.customer_id, other.customer_id], NOW) == 1
    assert due_add([one.customer_id], cause="DISPUTE", at=NOW) == 0


def test_a_review_settles_what_was_due_before_it(policies):
    one = world.loan()
    world.reviewed({one: 0.02})
    due_add([one.customer_id], cause="CORRECTION", at=NOW)
    due_add([world.loan().customer_id], cause="CORRECTION", at=NOW + 3 * DAY)
    world.reviewed({one: 0.02}, at=NOW + DAY)
    assert [due.done_at for due in HealthDue.objects.order_by("id")] == [NOW + DAY, None]


def test_data_disputed_under_an_override_show_no_colour(policies):
    customer, maker, checker = world.green(), world.officer(), user(is_checker=True)
    asked = override_ask(
        customer=customer, colour="GREEN", reason="Seen the papers.", until=NOW + 9 * DAY, maker=maker, at=NOW
    )
    override_decide(override=asked, checker=checker, content_hash=override_hash(asked), is_approved=True, at=NOW)
    assert code_shown(customer, NOW + DAY).colour == "GREEN"
    dispute_open(
        customer=customer, kind="DISPUTE", subject=HealthDispute.Subject.values[0], text="This is wrong.",
        channel="PAGE", actor="holder", at=NOW + DAY,
    )  # fmt: skip
    shown = code_shown(customer, NOW + DAY)
    assert (shown.colour, shown.reasons) == ("NOT_ASSESSED", ("DISPUTED",))
