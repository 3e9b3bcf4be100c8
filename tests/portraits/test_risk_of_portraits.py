"""The coefficient of a portrait: the champion's PD of what is held, on the policy's scale; quality has no say in it."""

from functools import cache
from itertools import product as every
from math import log

import msgspec
import pytest

from lending.services.consents import consent_grant
from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.portraits.policy import PortraitPolicy
from scoring.services.portraits.instruments import Instruments
from scoring.services.portraits.making import portrait_of, portraits_of
from tests.factories.decisions import DATA, shipped
from tests.portraits import world
from tests.portraits.world import DAY, START

pytestmark = pytest.mark.django_db
AS_OF = START + 120 * DAY
NEEDED = ("payment_status_m0", "bill_m0_minor", "payment_m0_minor")


@cache
def model():
    return package_read((DATA / "models" / "card.package").read_bytes())


def instruments(policy=None, **models):
    catalogue = catalogue_read(shipped("catalogue.json").encode())
    policy = policy or msgspec.convert(world.POLICY, PortraitPolicy)
    return Instruments(catalogue, "c" * 64, policy, "p" * 64, models or {"card": model()})


@pytest.fixture
def customer(db):
    world.product("card")
    made = world.customer()
    loan = world.loan(made)
    for number, status in ((1, 0), (2, 2), (3, 1)):
        world.month(loan, 2025, number, status=status)
    return made


def coefficient(customer, with_=None, as_of=AS_OF):
    return portrait_of(customer, as_of, instruments=with_ or instruments()).coefficient


def test_it_is_the_models_pd_of_what_is_held(customer):
    portrait = portrait_of(customer, AS_OF, instruments=instruments())
    found, values = portrait.coefficient, portrait.values()
    defaults = {item.name: item.default for item in instruments().catalogue.of_product("card").values()}
    assert found.state == "ASSESSED"
    assert found.pd == model().score(defaults | values).pd
    policy = instruments().policy
    low, high = log(policy.p0 / (1 - policy.p0)), log(policy.p1 / (1 - policy.p1))
    assert found.unclipped == pytest.approx((log(found.pd / (1 - found.pd)) - low) / (high - low), abs=1e-8)
    assert portrait.model_hash == model().content_hash


def test_parts_are_the_contributions_of_the_dimensions_and_add_up(customer):
    portrait = portrait_of(customer, AS_OF, instruments=instruments())
    found = portrait.coefficient
    assert found.start + sum(found.parts.values()) == pytest.approx(found.unclipped, abs=1e-8)
    assert set(found.parts) <= {"repayment_willingness", "repayment_ability", "debt", "credit_history", "stability"}
    policy = instruments().policy
    span = log(policy.p1 / (1 - policy.p1)) - log(policy.p0 / (1 - policy.p0))
    start = (model().base - log(policy.p0 / (1 - policy.p0))) / span
    assert found.start == pytest.approx(start, abs=1e-3)  # contributions of trees add up within 1e-4


def test_quality_never_moves_it(customer):
    """Who says it, how well it is checked, how old it is, what else is known: the risk is the same, bit for bit."""
    found = coefficient(customer)
    qualities = set()
    variants = every((False, True), ("THIRD_PARTY", "SELF_DECLARED", "DERIVED"), ("", "another"), (1, 119))
    for place, (is_verified, provenance, confirmed_by, day) in enumerate(variants):
        fields = {"is_verified": is_verified, "provenance": provenance, "confirmed_by": confirmed_by}
        told = world.fact("months_at_phone", 24, day, source=f"registry-{place}", **fields)
        income = world.fact("income_monthly_minor", 100_000, day, source=f"registry-{place}", **fields)
        world.facts(customer, told, income)
        portrait = portrait_of(customer, AS_OF, instruments=instruments())
        assert portrait.coefficient == found
        qualities.add(portrait.quality)
    assert len(qualities) > 3


def test_the_same_values_from_a_worse_source_have_the_same_risk():
    """Twins: one by the book, one by their own word, half a year older and confirmed by nobody."""
    world.product("card")
    booked, declared = world.customer(), world.customer()
    world.month(world.loan(booked), 2025, 3, status=1)
    world.loan(declared)
    scope = {"scope": "account_conduct", "granted_at": START, "evidence": "form", "at": START, "actor": world.ACTOR}
    consent_grant(customer=declared, **scope)
    held = portrait_of(booked, AS_OF, instruments=instruments()).values()
    told = {"source": "word", "provenance": "SELF_DECLARED"}
    world.facts(declared, *(world.fact(name, held[name], 5, **told) for name in NEEDED))
    one, two = (portrait_of(person, AS_OF, instruments=instruments()) for person in (booked, declared))
    assert one.coefficient == two.coefficient
    assert two.quality.authenticity < one.quality.authenticity
    assert two.quality.timeliness < one.quality.timeliness


def test_without_policy_product_model_or_horizon_there_is_none_and_it_says_why(customer):
    without = instruments()
    bare = Instruments(without.catalogue, "c" * 64, None, "", without.models)
    another = instruments(PortraitPolicy(p0=0.02, p1=0.5, horizon_months=12))
    stranger = world.customer()
    causes = [
        coefficient(customer, bare).cause,
        coefficient(customer, another).cause,
        coefficient(customer, instruments(instalment=model())).cause,
        coefficient(stranger).cause,
        coefficient(customer, as_of=START + 10 * DAY).cause,
    ]
    assert causes == ["no_policy", "horizon_differs", "no_model", "no_product", "variables_missing"]
    early = coefficient(customer, as_of=START + 10 * DAY)
    assert early.value is None and set(NEEDED) == set(early.names)


def test_a_model_that_states_no_horizon_is_refused(customer):
    silent = package_read((DATA / "models" / "instalment.package").read_bytes())
    assert silent.card["pd_horizon_months"] is None
    found = coefficient(customer, instruments(card=silent))
    assert (found.state, found.cause, found.value) == ("NOT_ASSESSED", "horizon_unknown", None)


def test_in_bulk_it_is_what_it_is_alone(customer):
    others = [world.customer() for _ in range(4)]
    for place, other in enumerate(others):
        world.month(world.loan(other), 2025, 3, status=place)
    together = portraits_of([customer.pk, *(other.pk for other in others)], AS_OF, instruments=instruments())
    for one in (customer, *others):
        assert together[one.pk].coefficient == coefficient(one)
