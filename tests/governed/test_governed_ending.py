"""A setting that lapses is told of before; one that another follows, or that is over, is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit import governed_kinds
from audit.services.governed import governed_end
from audit.services.governed_ending import AHEAD, governed_ending, governed_lapsed
from tests.factories.audit import user
from tests.governed.kinds import AT, CODE, TODAY, approved, drafted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(on=TODAY):
    return [(one.name, one.valid_until) for one in governed_ending(on)]


def test_what_ends_within_the_time_ahead_is_told_until_its_last_day():
    last = TODAY + AHEAD
    approved(cups=4, valid_until=last)
    assert told(TODAY - DAY) == []
    assert told(TODAY) == told(last) == [("", last)]
    assert told(last + DAY) == []


@pytest.mark.parametrize("until", [None, TODAY + 2 * AHEAD])
def test_what_another_follows_is_not_told(until):
    approved(cups=4, valid_until=TODAY + DAY)
    assert told()
    approved(cups=5, at=AT + DAY, valid_from=TODAY + 2 * DAY, valid_until=until)
    assert told() == []


def test_a_successor_that_leaves_a_day_open_or_is_a_draft_or_another_name_follows_nothing():
    approved(cups=4, valid_until=TODAY + DAY)
    approved(cups=5, at=AT + DAY, valid_from=TODAY + 3 * DAY)
    approved(cups=5, at=AT + DAY, name="north")
    drafted(cups=6, valid_from=TODAY + 2 * DAY)
    assert told() == [("", TODAY + DAY)]


def test_what_was_ended_or_has_no_end_is_not_told():
    approved(cups=4)
    governed = approved(cups=4, name="north", valid_until=TODAY + DAY)
    keeper = user(permissions=("audit.change_governeddocument",))
    governed_end(governed=governed, actor=keeper, at=AT, reason="No longer wanted.")
    assert told() == []


@pytest.fixture
def protective(monkeypatch):
    kind = governed_kinds.kind_of(CODE)
    monkeypatch.setitem(governed_kinds._KINDS, CODE, replace(kind, is_protective=True))


def lapsed(on):
    return [(one.name, one.valid_until) for one in governed_lapsed(on)]


def test_a_protective_one_that_lapsed_is_told_of_from_the_next_day_until_another_is_in_force(protective):
    approved(cups=4, valid_until=TODAY + DAY)
    assert lapsed(TODAY + DAY) == []
    assert lapsed(TODAY + 2 * DAY) == lapsed(TODAY + 900 * DAY) == [("", TODAY + DAY)]
    approved(cups=5, at=AT + DAY, valid_from=TODAY + 5 * DAY, valid_until=TODAY + 8 * DAY)
    assert lapsed(TODAY + 4 * DAY) == [("", TODAY + DAY)]
    assert lapsed(TODAY + 5 * DAY) == []
    assert lapsed(TODAY + 9 * DAY) == [("", TODAY + 8 * DAY)]


def test_a_lapse_of_another_name_or_of_a_kind_that_protects_nothing_is_apart(protective):
    approved(cups=4, valid_until=TODAY + DAY)
    approved(cups=5, at=AT + DAY, name="north")
    assert lapsed(TODAY + 2 * DAY) == [("", TODAY + DAY)]


def test_of_other_kinds_only_the_day_before_is_told():
    approved(cups=4, valid_until=TODAY + DAY)
    assert told() and lapsed(TODAY + 2 * DAY) == []
