"""What would have been approved is decided by the real policy and model, and holds when it is asked for."""

import json

import pytest

from rules.models import Decision
from rules.services.decisions.deciding import decide
from rules.services.decisions.reading import decision_record
from rules.services.decisions.replay import bundle_of, inputs_of
from rules.services.reasons.counterfactuals import counterfactual_of
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.reasons import made

pytestmark = pytest.mark.django_db


def _opened(decision=None):
    decision = decision or Decision.objects.select_related("application__customer").latest("decided_at")
    record = decision_record(decision)
    bundle = bundle_of(record.document)
    return inputs_of(record.document, record.sealed, bundle), bundle


def _catalogue(**fields):
    document = json.loads(make.shipped("catalogue.json"))
    for variable in document["variables"]:
        variable["is_actionable"] = False
        variable |= fields.get(variable["name"], {}) if "instalment" in variable["products"] else {}
    return document


def _small(catalogue):
    """A lender whose policy looks at the amount alone, without a model."""
    make.catalogue_goes_live(catalogue)
    make.policy_goes_live()
    return Lender()


ACTIONABLE = {"is_actionable": True}


def test_an_amount_too_large_would_have_been_approved_at_the_largest(db):
    lender = _small(_catalogue(amount_minor={**ACTIONABLE, "step": 10_000}))
    made.asks(lender, {**make.VARIABLES, "amount_minor": 777_000})
    inputs, bundle = _opened()
    (alternative,) = counterfactual_of(inputs, bundle).alternatives
    assert [(change.variable, change.before, change.after) for change in alternative] == [
        ("amount_minor", 777_000, 500_000)
    ]


def test_whatever_it_says_is_approved_when_it_is_asked_for(db):
    levers = dict.fromkeys(("amount_minor", "duration_months", "other_debtors", "other_plans"), ACTIONABLE)
    lender = made.goes_live(catalogue=_catalogue(**levers))
    seen, none = 0, 0
    for variables in made.applications("instalment", 18, start=60):
        if made.asks(lender, variables)["outcome"] == "APPROVE":
            continue
        inputs, bundle = _opened()
        found = counterfactual_of(inputs, bundle)
        none += not found.alternatives
        for alternative in found.alternatives[:1]:
            changed = {change.variable: change.after for change in alternative}
            assert set(changed) <= set(levers)
            assert len(changed) <= 2
            answer = made.asks(lender, {**variables, **changed})
            assert (answer["outcome"], answer["reasons"]) == ("APPROVE", [])
            seen += 1
    assert seen > 1
    assert none > 0  # it also says honestly that it found nothing


def test_a_trial_that_deceives_is_not_told(db, monkeypatch):
    """The twin: every finding is decided whole before it is told."""
    lender = _small(_catalogue(amount_minor=ACTIONABLE))
    made.asks(lender, {**make.VARIABLES, "amount_minor": 777_000})
    inputs, bundle = _opened()
    monkeypatch.setattr("rules.services.reasons.counterfactuals._Trial.would_approve", lambda *_: True)
    assert counterfactual_of(inputs, bundle).alternatives == []
    monkeypatch.setattr("rules.services.reasons.counterfactuals._Trial.is_proven", lambda *_: True)
    assert counterfactual_of(inputs, bundle).alternatives


def test_nothing_can_be_acted_on_and_it_says_so(db):
    lender = _small(_catalogue())
    made.asks(lender, {**make.VARIABLES, "amount_minor": 777_000})
    found = counterfactual_of(*_opened())
    assert (found.alternatives, found.has_levers) == ([], False)


def test_an_approval_and_a_failure_of_ours_have_none(db, monkeypatch):
    lender = _small(_catalogue(amount_minor=ACTIONABLE))
    made.asks(lender, make.VARIABLES)
    inputs, bundle = _opened()
    assert decide(inputs, bundle).outcome == "APPROVE"
    assert counterfactual_of(inputs, bundle) is None


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"age_years": ACTIONABLE}, "prohibited"),
        ({"own_months_late": ACTIONABLE}, "own record"),
        ({"amount_minor": {"step": 0}}, "step"),
    ],
)
def test_a_catalogue_refuses_levers_that_nobody_can_move(fields, problem):
    from riskengine.errors import InvalidInput
    from scoring.catalogue import catalogue_read

    with pytest.raises(InvalidInput) as refused:
        catalogue_read(json.dumps(_catalogue(**fields)).encode())
    assert any(problem in text for text in refused.value.facts["problems"])
