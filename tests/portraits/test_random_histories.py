"""Random histories, told in random order: a portrait equals the brute-force reference, and the future adds nothing."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.models import CustomerFact
from lending.services.consents import consent_grant, consent_withdraw
from scoring.portraits.portrait import portrait_bytes
from scoring.services.portraits.making import portrait_of
from tests.portraits import brute, world
from tests.portraits.world import ACTOR, NOW

pytestmark = pytest.mark.django_db
FACTS = ["months_at_address", "months_at_phone", "income_monthly_minor", "essential_spend_share"]
COUNTED = {*FACTS, "credit_limit_minor", "education", "own_warning_level", "own_months_late"}
COUNTED |= {"missed_instalments_90d", "enquiries_elsewhere_30d"}
COUNTED |= {
    f"{stem}_m{lag}{tail}"
    for stem, tail in (("payment_status", ""), ("bill", "_minor"), ("payment", "_minor"))
    for lag in range(6)
}


@pytest.fixture(autouse=True)
def _catalogue(db):
    world.catalogue_live()


def history_of(seed: int) -> dict:
    """Facts, loans with months, events, standings and consents over 300 days, some known long after."""
    chance = random.Random(seed)

    def late() -> float:
        return chance.choice([0, 0, 0.5, 3, 40, 150])

    facts, keys = [], set()
    for _ in range(chance.randint(0, 14)):
        name, day = chance.choice(FACTS), chance.choice([1, 5.25, 20, 90, 91, 200, 299])
        known = day + late()
        if (name, day, known) not in keys:
            keys.add((name, day, known))
            value = (
                None
                if chance.random() < 0.1
                else round(chance.random(), 3)
                if "share" in name
                else chance.randint(0, 99)
            )
            facts.append((name, value, brute.instant(day), brute.instant(known)))
    loans = []
    for _ in range(chance.randint(0, 2)):
        opened = date(2025, chance.randint(1, 6), chance.choice([1, 15]))
        months = []
        for number in range(opened.month, 11):
            if chance.random() < 0.8:
                last = date(2025, number + 1, 1) - timedelta(days=1)
                known_at = brute.instant((last - date(2025, 1, 1)).days + chance.choice([0.75, 1, 2, 33]))
                months.append((last, known_at, chance.randint(-2, 4), chance.randint(0, 9) * 100, chance.randint(0, 9)))
        loans.append((opened, chance.randint(1, 9) * 1_000_000, months))
    events = []
    for _ in range(chance.randint(0, 8)):
        day = chance.choice([10, 60, 89, 90, 150, 180, 210, 240])
        kind = chance.choice(["instalment_missed", "enquiry_elsewhere", "cash_out"])
        events.append((kind, brute.instant(day), brute.instant(day + late())))
    days = chance.sample(range(1, 290), chance.randint(0, 3))
    levels = ["NONE", "BLUE", "RED"]
    standings = [
        (brute.instant(day), brute.instant(day + late()), chance.choice(levels), chance.randint(0, 3)) for day in days
    ]
    consents = [(brute.instant(30), chance.choice([None, brute.instant(120)]))] if chance.random() < 0.6 else []
    return {"facts": facts, "loans": loans, "events": events, "standings": standings, "consents": consents}


def recorded(history: dict):
    """A customer with this history, its rows written in a shuffled order."""
    customer = world.customer()
    writes = []
    for name, value, event_at, known_at in history["facts"]:
        given_fact = world.FactInput(
            variable=name,
            value=value,
            event_at=event_at,
            known_at=known_at,
            source="registry",
            provenance=CustomerFact.Provenance.THIRD_PARTY,
        )
        writes.append(lambda fact=given_fact: world.facts(customer, fact))
    for opened, limit, months in history["loans"]:  # in order: of two alike the later contract speaks
        loan = world.loan(customer, opened=(opened - date(2025, 1, 1)).days, limit=limit)
        for last, known_at, status, billed, paid in months:
            fields = {"payment_status": status, "billed_minor": billed, "paid_minor": paid}
            writes.append(
                lambda loan=loan, last=last, known_at=known_at, fields=fields: loan.months.create(
                    business_date=last, known_at=known_at, **fields
                )
            )
    for kind, event_at, known_at in history["events"]:
        times = {"event_at": event_at, "known_at": known_at}
        writes.append(lambda kind=kind, times=times: customer.risk_events.create(kind=kind, source="tests", **times))
    for as_of, known_at, level, late in history["standings"]:
        fields = {"as_of": as_of, "known_at": known_at, "warning_level": level, "months_late": late}
        writes.append(lambda fields=fields: customer.standings.create(**fields))
    random.Random(len(writes)).shuffle(writes)
    for write in writes:
        write()
    for granted, ended in history["consents"]:
        scope = {"customer": customer, "scope": "account_conduct", "actor": ACTOR}
        consent_grant(**scope, granted_at=granted, evidence="form", at=granted)
        if ended:
            consent_withdraw(**scope, withdrawn_at=ended, at=ended)
    return customer


QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(seed=st.integers(0, 10_000), day=st.sampled_from([0.5, 25, 60, 90.5, 120, 151, 200, 270, 330]))
def test_a_portrait_equals_the_brute_force_reference(seed, day):
    history, as_of = history_of(seed), brute.instant(day)
    portrait = portrait_of(recorded(history), as_of)
    values = {name: value for name, value in portrait.values().items() if name in COUNTED}
    expected = brute.held(history, as_of)
    assert values == expected
    for dimension in portrait.dimensions:
        facts = [item for item in dimension.held if item.variable in FACTS]
        if facts and len(facts) == len(dimension.held):
            mean = sum(brute.timeliness(history, item.variable, as_of) for item in facts) / len(facts)
            assert dimension.quality.timeliness == pytest.approx(mean, abs=1e-4)
        assert dimension.quality.completeness in (
            None,
            pytest.approx(len(dimension.held) / max(1, len(dimension.held) + len(dimension.absent)), abs=1e-4),
        )


@QUICK
@given(seed=st.integers(0, 10_000), day=st.sampled_from([25, 60, 120, 200]))
def test_a_history_cut_off_at_the_instant_gives_the_same_bytes(seed, day):
    history, as_of = history_of(seed), brute.instant(day)
    past = {
        "facts": [row for row in history["facts"] if max(row[2:]) <= as_of],
        "loans": [
            (opened, limit, [month for month in months if month[1] <= as_of and month[0] <= as_of.date()])
            for opened, limit, months in history["loans"]
            if opened <= as_of.date()
        ],
        "events": [row for row in history["events"] if max(row[1:]) <= as_of],
        "standings": [row for row in history["standings"] if max(row[:2]) <= as_of],
        "consents": [
            (granted, None)
            for granted, ended in history["consents"]
            if granted <= as_of and not (ended and ended <= as_of)
        ],
    }
    whole, cut = (portrait_bytes(portrait_of(recorded(one), as_of)) for one in (history, past))
    assert without_number(whole) == without_number(cut)


def without_number(data: bytes) -> bytes:
    start = data.index(b'"customer_id":')
    return data[:start] + data[data.index(b",", start) :]


def test_the_histories_hold_what_they_are_meant_to():
    made = [history_of(seed) for seed in range(200)]
    late = sum(row[3] > row[2] for history in made for row in history["facts"])
    twice = sum(len(history["loans"]) == 2 for history in made)
    print(f"facts known late: {late}, histories with two loans: {twice}")
    assert late > 300 and twice > 30 and brute.instant(450) < NOW
