"""Alternative data in a portrait: closed unless law, review, pilot and consent open it, and never part of the risk."""

import copy

import msgspec
import pytest

from lending.services.consents import consent_grant
from rules.engine.segments import segment_scope
from scoring.catalogue import catalogue_read
from scoring.portraits.held import Held
from scoring.portraits.observation import Sourced
from scoring.portraits.portrait import Drawn, PortraitPlan, is_open, is_scoped
from scoring.services.portraits.making import portrait_of
from tests.factories.decisions import catalogue_goes_live, product
from tests.portraits import world
from tests.portraits.world import ACTOR, DAY, START

NAME = "posts_a_week"
SOCIAL = {
    "name": NAME, "en": "Posts a week", "zh": "每周发帖数", "type": "integer", "products": ["card"], "source": "fact",
    "purpose": "creditworthiness", "missing": "skip", "consent_scope": "social_data", "is_alternative": True,
    "dimension": "social", "refresh_days": 30, "minimum": 0,
}  # fmt: skip


def document():
    found = copy.deepcopy(world.catalogue_document())
    found["variables"].append(SOCIAL)
    return found


@pytest.mark.django_db
def test_with_consent_alone_it_stays_closed():
    product("card")
    catalogue_goes_live(document())
    customer = world.customer()
    world.loan(customer)
    world.facts(customer, world.fact(NAME, 4, 5))
    scope = {"scope": "social_data", "granted_at": START, "evidence": "form", "at": START, "actor": ACTOR}
    consent_grant(customer=customer, **scope)
    social = next(one for one in portrait_of(customer, START + 20 * DAY).dimensions if one.code == "social")
    assert (social.held, social.absent) == ([], []) and NAME in social.closed


def test_it_enters_neither_model_nor_segment():
    catalogue = catalogue_read(msgspec.json.encode(document()))
    plan = PortraitPlan(catalogue, ("card",))
    held = Held(
        variable=NAME, value=9, event_at=START, known_at=START, source="s", provenance="THIRD_PARTY",
        is_verified=False, confirmed_by="",
    )  # fmt: skip
    drawn = Drawn(1, START, plan, Sourced([], {}, {}), {NAME: held})
    assert drawn.inputs()[NAME] is None
    assert NAME not in segment_scope(catalogue).names
    variable = plan.variables[NAME]
    assert is_scoped(variable) and not is_open(variable, frozenset()) and is_open(variable, frozenset({"social_data"}))
