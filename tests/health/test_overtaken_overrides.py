"""A better colour set by people ends when something red is found that they did not know of."""

from datetime import timedelta

import pytest

from audit.models import AuditEntry
from audit.services.log import actor_user
from monitoring.models import HealthCode
from monitoring.services.health import codes
from monitoring.services.health.current import code_shown
from monitoring.services.health.due import due_add, due_work
from monitoring.services.health.overrides import (
    OverrideOvertaken,
    override_ask,
    override_decide,
    override_hash,
)
from tests.factories.audit import user
from tests.health import world
from tests.health.world import DAY, NOW

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(hours=1)
NEXT = NOW + DAY


def asked(customer, colour="GREEN", at=NOW):
    return override_ask(
        customer=customer,
        colour=colour,
        reason="what the model cannot know",
        until=at + 30 * DAY,
        maker=world.officer(),
        at=at,
    )


def approved(override, at=SOON, checker=None):
    return override_decide(
        override=override,
        checker=checker or user(is_checker=True),
        content_hash=override_hash(override),
        is_approved=True,
        at=at,
    )


def shown(of, at=NEXT):
    return code_shown(of.customer, at)


def test_a_new_red_finding_ends_a_green_override_and_the_log_names_who_approved(policies):
    one, checker = world.loan(), user(is_checker=True)
    world.reviewed({one: 0.02})
    override = approved(asked(one.customer), checker=checker)
    world.reviewed({one: 0.9}, at=NEXT)
    override.refresh_from_db()
    assert (override.ended_at, override.ended_for) == (NEXT, ["RISK_RED"])
    assert (shown(one).colour, shown(one).reasons) == ("RED", ("RISK_RED",))
    entry = AuditEntry.objects.get(kind="health_override.overtaken")
    assert entry.payload["approved_by"] == actor_user(checker)
    causes = HealthCode.objects.filter(customer=one.customer_id).order_by("pk").values_list("cause", flat=True)
    assert list(causes) == ["REVIEW", "OVERRIDE", "REVIEW"]


def test_the_twin_that_looks_for_nothing_new_leaves_it_green(policies, monkeypatch):
    monkeypatch.setattr(codes, "overrides_overtaken", lambda *_, **__: 0)
    one = world.loan()
    world.reviewed({one: 0.02})
    approved(asked(one.customer))
    world.reviewed({one: 0.9}, at=NEXT)
    assert shown(one).colour == "GREEN"


def test_what_was_red_already_when_it_was_decided_ends_nothing(policies):
    one = world.loan()
    world.reviewed({one: 0.9})
    override = approved(asked(one.customer))
    assert override.basis == ["RISK_RED"]
    world.reviewed({one: 0.9}, at=NEXT)
    assert (shown(one).colour, shown(one).code.override_id) == ("GREEN", override.pk)
    world.warning(one, "RED", at=NEXT)
    world.reviewed({one: 0.9}, at=NEXT + DAY)
    override.refresh_from_db()
    assert override.ended_for == ["WARNING_RED"]


def test_more_findings_than_are_shown_are_compared(policies):
    """A fourth red finding is not among the three reasons; known before, it is not new later."""
    one = world.loan(late=5)
    world.warning(one, "RED")
    world.reviewed({one: 0.9})
    override = approved(asked(one.customer))
    assert set(override.basis) >= {"PAST_DUE_RED", "WARNING_RED", "RISK_RED"}
    world.reviewed({one: 0.9}, at=NEXT)
    override.refresh_from_db()
    assert override.ended_at is None


@pytest.mark.parametrize("colour", ["RED", "NOT_ASSESSED"])
def test_an_override_to_a_worse_colour_stays(policies, colour):
    one = world.loan()
    world.reviewed({one: 0.02})
    override = approved(asked(one.customer, colour))
    world.reviewed({one: 0.9}, at=NEXT)
    override.refresh_from_db()
    assert (override.ended_at, shown(one).colour) == (None, colour)


def test_amber_findings_end_nothing(policies):
    one = world.loan()
    world.reviewed({one: 0.02})
    approved(asked(one.customer))
    world.warning(one, "YELLOW", at=NEXT)
    world.reviewed({one: 0.02}, at=NEXT)
    assert shown(one).colour == "GREEN"


def test_a_re_review_between_two_reviews_ends_it_too(policies):
    one = world.loan()
    world.reviewed({one: 0.02})
    override = approved(asked(one.customer))
    world.warning(one, "RED", at=SOON)
    due_add([one.customer_id], cause="CORRECTION", at=NEXT)
    assert due_work(NEXT) == 1
    override.refresh_from_db()
    assert override.ended_for == ["WARNING_RED"]
    assert shown(one).colour == "RED"


def test_an_older_review_done_again_ends_nothing(policies):
    one = world.loan()
    world.reviewed({one: 0.02}, at=NOW - DAY)
    override = approved(asked(one.customer))
    world.reviewed({one: 0.9}, at=NOW)  # as of before the decision
    override.refresh_from_db()
    assert override.ended_at is None


def test_what_is_found_between_asking_and_approving_is_told_to_who_approves(policies):
    one = world.loan()
    world.reviewed({one: 0.02})
    override = asked(one.customer)
    world.warning(one, "RED", at=SOON)
    with pytest.raises(OverrideOvertaken) as refused:
        approved(override)
    assert refused.value.facts["findings"] == ["WARNING_RED"]
    override.refresh_from_db()
    assert override.approval is None
