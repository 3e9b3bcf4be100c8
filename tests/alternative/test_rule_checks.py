"""A policy that lets alternative data or a link do more than refer to a person is not published."""

import pytest

from rules.engine.validate import validate
from scoring.catalogue import catalogue_problems
from tests.factories.rule_documents import GRADES, OFFER, catalogue, document, offer_table, rule, variable

SOCIAL = {"is_alternative": True, "consent_scope": "social_data", "missing": "skip"}
OK = rule("OK", "pd <= 0.5", "APPROVE")
ADDED = (
    variable("social", minimum=0, maximum=1, is_alternative=True, consent_scope="social_data"),
    variable("texts", minimum=0, maximum=1, is_alternative=True, consent_scope="text_data"),
    variable("near_bad", "boolean", is_alternative=True, is_link=True, consent_scope="transfer_data"),
    variable("surety_months_late", "integer", minimum=0, maximum=99),
)
OURS = {"alternative_alone", "alternative_absence_refers", "alternative_prices", "alternative_scores", "link_decides",
        "link_scores"}  # fmt: skip


def errors(*rules, **sections):
    parts = document(rules=[OK, *rules], **sections)
    found = validate(parts, catalogue(*ADDED), product="instalment", stage="PRE_LOAN")
    return {entry.code for entry in found if entry.severity == "error" and entry.code in OURS}


def adverse(when, outcome="DECLINE", **fields):
    return rule("R", when, outcome, on_unknown="ignore", **fields)


@pytest.mark.parametrize(
    "when",
    [
        "social < 0.2",
        "social < 0.2 and texts < 0.5",
        "social < 0.2 or income < 5",
        "not(social >= 0.2)",
        "social < 0.2 and amount_minor >= 0",
        "social < 0.2 and 1 < 2",
        "social + texts < 0.3",
        "quiet",
    ],
)
def test_a_decline_on_alternative_data_alone_is_refused_however_it_is_put(when):
    derived = [{"name": "quiet", "en": "q", "zh": "q", "expression": "social < 0.2"}]
    assert errors(adverse(when), derived=derived) == {"alternative_alone"}
    assert errors(adverse(when, "REFER"), derived=derived) == set()


@pytest.mark.parametrize("when", ["social < 0.2 and income < 5", "social < 0.2 and pd > 0.3", "income < 5"])
def test_beside_something_else_it_may_count(when):
    assert errors(adverse(when)) == set()


@pytest.mark.parametrize("then", [{"points": 5}, {"set": {"tier": 1}}])
def test_points_and_settings_are_more_than_a_referral(then):
    assert errors(rule("R", "social < 0.2", "", then=then, on_unknown="ignore")) == {"alternative_alone"}


def test_not_consenting_sends_nobody_to_a_person():
    assert errors(rule("R", "social < 0.2 and income < 5", "REFER")) == {"alternative_absence_refers"}


@pytest.mark.parametrize("when", ["near_bad", "near_bad and income < 5", "near_bad and pd > 0.9"])
def test_a_link_refers_and_never_declines_whatever_stands_beside_it(when):
    assert "link_decides" in errors(adverse(when))
    assert errors(adverse(when, "REFER")) == set()


def test_what_a_surety_is_liable_for_counts():
    assert errors(adverse("surety_months_late > 2")) == set()


@pytest.mark.parametrize("read", ["social", "if near_bad then 1 else 0"])
def test_they_set_no_price(read):
    table = offer_table((["-", "-"], ["1000", "0.1", "12"]))
    priced = {**table, "inputs": [{"expression": "grade"}, {"expression": read}]}
    assert errors(tables=[priced], offer=OFFER, grades=GRADES) == {"alternative_prices"}
    assert errors(tables=[table], offer=OFFER, grades=GRADES) == set()


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (("social",), {"alternative_scores"}),
        (("social", "income"), set()),
        (("income", "if near_bad then 1 else 0"), {"link_scores"}),
    ],
)
def test_a_scorecard_reads_more_than_alternative_data_and_no_link(read, expected):
    characteristics = [
        {"name": f"c{place}", "expression": text, "missing_points": 0, "bins": [{"when": "-", "points": 1}]}
        for place, text in enumerate(read)
    ]
    card = {"name": "card", "en": "card", "zh": "card", "characteristics": characteristics}
    assert errors(scorecards=[card]) == expected


def test_the_problem_names_the_variable_in_both_languages():
    parts = document(rules=[OK, adverse("near_bad")])
    found = validate(parts, catalogue(*ADDED), product="instalment", stage="PRE_LOAN")
    (told,) = [entry for entry in found if entry.code == "link_decides"]
    assert "near_bad" in told.message_en and "near_bad" in told.message_zh
    assert told.path == "rules/1/then"


def test_no_alternative_variable_is_one_that_applicants_are_told_to_change():
    told = catalogue_problems(catalogue(*ADDED, variable("posts", is_actionable=True, **SOCIAL)))
    assert told == ["posts is alternative, so no applicant is told to change it"]
