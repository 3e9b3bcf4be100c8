"""A portrait holds what was so and known by then: nothing later leaks in, whatever it is."""

from zoneinfo import ZoneInfo

import pytest

from lending.services.consents import consent_grant, consent_withdraw
from scoring.portraits.portrait import PortraitPlan, portrait_bytes
from scoring.services.portraits import book as portrait_book
from scoring.services.portraits.making import portrait_of, portraits_of
from scoring.services.portraits.sources import Reading
from tests.portraits import world
from tests.portraits.world import ACTOR, DAY, NOW, START

pytestmark = pytest.mark.django_db
AS_OF = START + 120 * DAY


@pytest.fixture
def customer(db):
    world.catalogue_live()
    made = world.customer()
    loan = world.loan(made)
    for number, status in ((1, 0), (2, 1), (3, 0)):
        world.month(loan, 2025, number, status=status)
    world.event(made, "instalment_missed", 100)
    world.standing(made, 90, level="YELLOW", late=1)
    world.facts(made, world.fact("months_at_address", 20, 30), world.fact("income_monthly_minor", 400_000, 60))
    return made


def held(customer, as_of=AS_OF, **options):
    return portrait_of(customer, as_of, **options).values()


def test_it_holds_the_last_known_of_every_source(customer):
    values = held(customer)
    assert (values["payment_status_m0"], values["payment_status_m1"]) == (0, 1)
    assert values["credit_limit_minor"] == 5_000_000
    assert values["own_warning_level"] == "YELLOW"
    assert values["missed_instalments_90d"] == 1
    assert (values["months_at_address"], values["income_monthly_minor"]) == (20, 400_000)


def later_month(customer):
    world.month(customer.loans.get(), 2025, 5, status=3)
    world.month(customer.loans.get(), 2024, 12, status=3, late=200)


def later_event(customer):
    world.event(customer, "instalment_missed", 119, known=121)
    world.event(customer, "instalment_missed", 121)
    world.event(customer, "enquiry_elsewhere", 110, known=130)


def later_standing(customer):
    world.standing(customer, 121, level="RED", late=3)
    world.standing(customer, 110, known=121, level="ORANGE", late=2)


def later_fact_and_correction(customer):
    world.facts(customer, world.fact("months_at_address", 1, 30, known=121), world.fact("months_at_phone", 5, 121))
    world.facts(customer, world.fact("income_monthly_minor", None, 60, known=150))


def later_loan(customer):
    world.month(world.loan(customer, opened=121), 2025, 5, status=2)


def later_closing(customer):
    customer.loans.update(closed_on=(AS_OF + 5 * DAY).date())


LATER = [later_month, later_event, later_standing, later_fact_and_correction, later_loan, later_closing]


@pytest.mark.parametrize("happens", LATER)
def test_what_is_known_later_changes_no_byte(customer, happens):
    before = portrait_bytes(portrait_of(customer, AS_OF))
    happens(customer)
    assert portrait_bytes(portrait_of(customer, AS_OF)) == before
    assert portrait_bytes(portrait_of(customer, AS_OF + 100 * DAY)) != before


@pytest.mark.parametrize("happens", [later_fact_and_correction, later_month, later_standing, later_event])
def test_the_twin_sees_what_is_known_by_its_own_time(customer, happens):
    """The same rows do change the portrait of the day after they are known: the test above compares something."""
    after = AS_OF + 40 * DAY
    before = portrait_of(customer, after).dimensions
    happens(customer)
    assert portrait_of(customer, after).dimensions != before


def test_facts_of_a_scope_are_read_under_a_live_consent_only(customer):
    world.facts(customer, world.fact("essential_spend_share", 0.4, 50))
    assert "essential_spend_share" not in held(customer)
    grant = {"customer": customer, "scope": "account_conduct", "actor": ACTOR}
    consent_grant(**grant, granted_at=START + 70 * DAY, evidence="form-1", at=START + 70 * DAY)
    assert held(customer)["essential_spend_share"] == 0.4
    assert "essential_spend_share" not in held(customer, START + 60 * DAY)
    consent_withdraw(**grant, withdrawn_at=START + 130 * DAY, at=START + 130 * DAY)
    assert held(customer)["essential_spend_share"] == 0.4
    assert "essential_spend_share" not in held(customer, read_at=NOW)


def test_what_no_consent_opens_is_neither_present_nor_absent(customer):
    consumption = next(item for item in portrait_of(customer, AS_OF).dimensions if item.code == "consumption")
    assert (consumption.held, consumption.absent) == ([], []) and "essential_spend_share" in consumption.closed
    assert consumption.quality.completeness is None


def test_many_at_once_are_what_each_is_alone(customer):
    others = [world.customer() for _ in range(3)]
    world.facts(others[0], world.fact("months_at_phone", 9, 10))
    together = portraits_of([customer.pk, *(other.pk for other in others)], AS_OF)
    assert [together[one.pk] for one in (customer, *others)] == [portrait_of(one, AS_OF) for one in (customer, *others)]


def test_it_does_not_depend_on_the_offset_of_the_instant(customer):
    elsewhere = AS_OF.astimezone(ZoneInfo("Asia/Taipei"))
    assert portrait_bytes(portrait_of(customer, elsewhere)) == portrait_bytes(portrait_of(customer, AS_OF))


def test_the_twin_without_the_filter_leaks(customer, monkeypatch):
    """With what is known later let through, the portrait of the past does change: the filter is what holds it."""
    before = portrait_bytes(portrait_of(customer, AS_OF))
    later_month(customer)
    monkeypatch.setattr(portrait_book, "_LOANS", portrait_book._LOANS.replace("m.known_at <= %(as_of)s AND", ""))
    assert portrait_bytes(portrait_of(customer, AS_OF)) != before


def test_the_twin_without_the_gate_opens_what_nobody_consented_to(customer, monkeypatch):
    world.facts(customer, world.fact("essential_spend_share", 0.4, 50))
    assert "essential_spend_share" not in held(customer)
    monkeypatch.setattr(Reading, "may_read", lambda *_: True)
    assert "essential_spend_share" not in held(customer)  # two doors: what is closed is not shown either
    monkeypatch.setattr(PortraitPlan, "closed", lambda *_: frozenset())
    assert held(customer)["essential_spend_share"] == 0.4
