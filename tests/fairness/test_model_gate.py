"""A model goes live only where fairness was measured by what the policy names, and passes or is justified."""

from datetime import timedelta

import pytest

from audit.models import Approval, GovernedDocument
from audit.services.governed import governed_end
from audit.services.governed_errors import GovernedInvalid, GovernedProtective
from scoring.services.fairness.gate import FairnessFlaggedError, FairnessMissingError
from scoring.services.models import life as services
from scoring.services.models.life import model_approve, model_submit
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate, product
from tests.fairness.worlds import TODAY, catalogue_live_with_sex, measured, necessity_live, policy_live

pytestmark = pytest.mark.django_db


@pytest.fixture
def lent(db):
    catalogue_live_with_sex()
    return product()


def submit(model, **options):
    return model_submit(model=model, maker=user(), at=AT, **options)


def approve(model, at=AT):
    return model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=at)


def test_a_fair_model_goes_live_and_its_approval_keeps_the_measurement(lent):
    policy_live()
    model = candidate(lent, fairness=measured(women_approved=58))
    approval = submit(model)
    assert approval.evidence["fairness"]["attributes"][0]["verdict"]["state"] == "pass"
    assert approve(model).state == "CHAMPION"


def test_a_flag_stops_submission_until_a_necessity_is_in_force(lent):
    policy_live()
    model = candidate(lent, fairness=measured(women_approved=30))
    with pytest.raises(FairnessFlaggedError) as refused:
        submit(model)
    assert refused.value.facts["problems"] == ["sex"]
    assert not Approval.objects.filter(object_type="model_package").exists()
    necessity_live(model.content_hash)
    submit(model)
    assert approve(model).state == "CHAMPION"


def test_a_necessity_covers_only_its_model_its_attributes_and_its_days(lent):
    policy_live()
    model = candidate(lent, fairness=measured(women_approved=30))
    necessity_live(candidate(lent, seed=8).content_hash)
    necessity_live(model.content_hash, attributes=["age"])
    with pytest.raises(FairnessFlaggedError):
        submit(model)
    necessity_live(model.content_hash, expires_on=TODAY + timedelta(days=2))
    submit(model)
    with pytest.raises(FairnessFlaggedError):
        approve(model, at=AT + timedelta(days=3))
    assert approve(model, at=AT + timedelta(days=2)).state == "CHAMPION"


def test_what_was_not_measured_stops_the_approval_and_no_necessity_lifts_that(lent):
    policy_live()
    model = candidate(lent)
    necessity_live(model.content_hash)
    with pytest.raises(FairnessMissingError):
        submit(model)


def test_a_measurement_that_somebody_brings_along_is_not_believed(lent):
    policy_live()
    with pytest.raises(FairnessMissingError):
        submit(candidate(lent), evidence={"fairness": measured(women_approved=60)})


def test_too_few_people_stop_the_approval_too(lent):
    policy_live(group_least=200)
    with pytest.raises(FairnessFlaggedError):
        submit(candidate(lent, fairness=measured(women_approved=60)))


def test_the_policys_own_limits_decide(lent):
    policy_live(ratio_least=0.4)
    submit(candidate(lent, fairness=measured(women_approved=30)))


def test_without_a_policy_nothing_is_stopped(lent):
    model = candidate(lent, fairness=measured(women_approved=30))
    submit(model)
    policy_live()  # between submission and approval: the approval is stopped
    with pytest.raises(FairnessFlaggedError):
        approve(model)


def test_one_person_does_not_end_the_policy(lent):
    policy_live()
    with pytest.raises(GovernedProtective):
        governed_end(governed=GovernedDocument.objects.get(), actor=user(is_checker=True), at=AT, reason="in the way")


def test_twin_without_the_gate_a_flagged_model_would_go_live(lent, monkeypatch):
    policy_live()
    monkeypatch.setattr(services, "fairness_require_model", lambda *_: None)
    model = candidate(lent, fairness=measured(women_approved=30))
    submit(model)
    assert approve(model).state == "CHAMPION"


def test_a_necessity_that_says_nothing_and_a_policy_of_unknown_attributes_are_refused(lent):
    with pytest.raises(GovernedInvalid):
        policy_live(attributes=["colour", "sex["])
    with pytest.raises(GovernedInvalid):
        necessity_live("not a hash")
