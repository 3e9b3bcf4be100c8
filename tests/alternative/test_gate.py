"""The gate opens a source only where law, review, pilot and consent all allow it, and says which does not."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.alternative.gate import CLOSED_WORDS, REGION, Applicant, PilotTerms, Terms, alternative_gate
from scoring.alternative.policy import Condition, JurisdictionRule, Pilot, Text, condition_holds, share_holds
from scoring.alternative_sources import SOURCES

ON = date(2026, 11, 22)
SOURCE = "social_data"
EU = JurisdictionRule(Text("Directive (EU) 2023/2225", "欧盟指令"), ["DE", "FR"], [SOURCE])
PILOT = Pilot(product="instalment", cap=10, ends_on=ON + timedelta(days=30))
TERMS = Terms(on=ON, rules={"EU": EU}, reviews={SOURCE: True}, pilots={SOURCE: PilotTerms(PILOT, "a" * 64, 3)})
PERSON = Applicant(7, "instalment", {REGION: "CN", "amount_minor": 5}, frozenset({SOURCE}))


def asked(terms=TERMS, person=PERSON, **pilot):
    if pilot:
        changed = PilotTerms(msgspec.structs.replace(PILOT, **pilot), "a" * 64, 3)
        terms = msgspec.structs.replace(terms, pilots={SOURCE: changed})
    return alternative_gate(SOURCE, person, terms)


def person(**change):
    return msgspec.structs.replace(PERSON, **change)


def test_it_opens_where_all_four_allow_it():
    assert asked() is None


CLOSED = {
    "jurisdiction_forbids": {"person": person(values={REGION: "DE"})},
    "region_unknown": {"person": person(values={})},
    "no_ethics_review": {"terms": msgspec.structs.replace(TERMS, reviews={})},
    "no_value_evidence": {"terms": msgspec.structs.replace(TERMS, reviews={SOURCE: False})},
    "no_pilot": {"terms": msgspec.structs.replace(TERMS, pilots={})},
    "pilot_ended": {"ends_on": ON - timedelta(days=1)},
    "other_product": {"person": person(product="card")},
    "outside_segment": {"segment": [Condition("amount_minor", "at_least", "6")]},
    "outside_share": {"share": 1e-9},
    "pilot_exhausted": {"cap": 3},
    "no_consent": {"person": person(consents=frozenset({"text_data"}))},
}


@pytest.mark.parametrize(("cause", "change"), CLOSED.items())
def test_each_thing_that_is_lacking_closes_it_and_is_named(cause, change):
    assert asked(**change) == cause


@pytest.mark.parametrize("country", ["de", "DEU", "Germany", " DE", "", 276, None])
def test_a_residence_that_is_no_country_code_is_not_known(country):
    assert asked(person=person(values={REGION: country})) == "region_unknown"


def test_every_cause_has_words_in_both_languages():
    assert set(CLOSED_WORDS) == {*CLOSED, "unreadable", "unread"}
    assert all(en and zh for en, zh in CLOSED_WORDS.values())


def test_everything_is_off_by_default():
    everything = Applicant(1, "instalment", {REGION: "CN"}, frozenset(SOURCES))
    assert {alternative_gate(source, everything, Terms(on=ON)) for source in SOURCES} == {"no_ethics_review"}


def test_its_last_day_is_included_and_an_application_counted_already_stays_in_a_full_pilot():
    assert asked(ends_on=ON) is None
    assert asked(cap=3, person=person(piloted=frozenset({SOURCE}))) is None
    assert asked(cap=3, ends_on=ON - timedelta(days=1), person=person(piloted=frozenset({SOURCE}))) == "pilot_ended"


def test_a_law_speaks_of_its_own_sources_and_countries():
    other = msgspec.structs.replace(TERMS, rules={"EU": msgspec.structs.replace(EU, forbids=["text_data"])})
    assert asked(terms=other, person=person(values={REGION: "DE"})) is None
    assert asked(terms=other, person=person(values={})) is None


@given(
    st.sampled_from(["CN", "DE", None]), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3), st.booleans()
)
def test_no_combination_opens_it_with_one_of_the_four_missing(
    country, is_reviewed, is_evidence, has_pilot, used, agrees
):
    terms = Terms(
        on=ON,
        rules={"EU": EU},
        reviews={SOURCE: is_evidence} if is_reviewed else {},
        pilots={SOURCE: PilotTerms(msgspec.structs.replace(PILOT, cap=2), "a" * 64, used)} if has_pilot else {},
    )
    who = Applicant(1, "instalment", {REGION: country}, frozenset({SOURCE} if agrees else ()))
    is_allowed = country == "CN" and is_reviewed and is_evidence and has_pilot and used < 2 and agrees
    assert (alternative_gate(SOURCE, who, terms) is None) == is_allowed


@pytest.mark.parametrize(
    ("comparison", "bound", "value", "holds"),
    [
        ("at_least", "5", 5, True),
        ("at_least", "5", 4.9, False),
        ("at_most", "5", 5.0, True),
        ("equal", "5", 5.0, True),
        ("equal", "A40", "A40", True),
        ("at_least", "A40", "A50", False),
        ("equal", "true", True, True),
        ("equal", "true", False, False),
        ("at_least", "0", None, False),
        ("at_least", "many", 5, False),
    ],
)
def test_what_is_unknown_or_of_another_type_does_not_hold(comparison, bound, value, holds):
    assert condition_holds(Condition("x", comparison, bound), {"x": value}) is holds


def test_a_share_is_about_so_large_the_same_each_time_and_another_under_another_pilot():
    inside = [share_holds(0.2, pilot_hash="a", customer_id=number) for number in range(4000)]
    assert 0.17 < sum(inside) / 4000 < 0.23
    assert inside == [share_holds(0.2, pilot_hash="a", customer_id=number) for number in range(4000)]
    assert inside != [share_holds(0.2, pilot_hash="b", customer_id=number) for number in range(4000)]
    assert all(share_holds(1.0, pilot_hash="a", customer_id=number) for number in range(100))
