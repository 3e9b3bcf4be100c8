"""The demo's models beside the main one go through four eyes, score nobody, and the draft's cap can be seen at work."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from audit.models import ApiClient, GovernedDocument
from riskengine.demo.applicants import application_bodies
from riskengine.demo.applications import applications_ensure
from riskengine.demo.bad_definitions import bad_definition_ensure
from riskengine.demo.book import products_ensure
from riskengine.demo.fairness import fairness_ensure
from riskengine.demo.other_models import CAPPED, LEVELS, NOTE, capped_draft_ensure, other_models_ensure
from riskengine.demo.people import staff_ensure
from riskengine.demo.policies import catalogue_ensure, model_ensure, rule_set_ensure
from rules.engine.document import document_read
from rules.models import Decision, RuleSetVersion
from rules.services.decisions.making import decision_dry_run
from rules.services.decisions.request import request_read
from rules.services.trials.sources import trial_source
from rules.services.trials.trying import trial_bundle, trial_run
from rules.services.versions.evidence import version_cases_run
from rules.services.versions.impact import impact_of
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_live
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo() -> RuleSetVersion:
    """The steps of the demo that these rest on; the draft with the cap."""
    product, staff, at = products_ensure()["instalment"], staff_ensure(), datetime.now(UTC)
    two = {"maker": staff["maker"], "checker": staff["checker"], "at": at}
    catalogue_ensure(**two)
    fairness_ensure(product=product, **two)
    bad_definition_ensure(product=product, **two)
    model_ensure(product=product, modeller=staff["modeller"], checker=staff["checker"], at=at)
    rule_set_ensure(code="instalment-pre-loan", product=product, **two)
    step = {"product": product, "modeller": staff["modeller"], **two}
    assert [other_models_ensure(**step) for _ in range(2)] == [True, False]
    assert [capped_draft_ensure(maker=staff["maker"], at=at) for _ in range(2)] == [True, False]
    return RuleSetVersion.objects.get(note=NOTE)


def dry_run(body: dict[str, Any], version: str = "") -> Any:
    client, _ = ApiClient.objects.get_or_create(code="tester", defaults={"name": "tester"})
    return json.loads(
        decision_dry_run(client_id=client.pk, actor="client:tester", request=request_read(body), version=version)
    )


def test_they_are_what_they_are_fit_for_and_the_draft_caps_what_the_live_policy_offers(demo: RuleSetVersion) -> None:
    states = dict(ModelPackage.objects.values_list("name", "state"))
    assert states["instalment-amount-control"] == "CHAMPION" and states["instalment-thin-file"] == "CHALLENGER"
    thin = ModelPackage.objects.get(name="instalment-thin-file")
    assert "0.615 against 0.724" in thin.card["limits_of_use"][0]["en"]
    assert GovernedDocument.objects.filter(kind="fairness_necessity", name=thin.content_hash).exists()
    assert demo.state == RuleSetVersion.State.DRAFT
    capped = 0
    for body in application_bodies():
        live, draft = dry_run(body), dry_run(body, str(demo.pk))
        assert live["outcome"] == draft["outcome"], body["external_id"]
        offers = live["offer"], draft["offer"]
        if all(offers):
            most, offered = (offer["amount_offered_minor"] for offer in offers)
            assert offered <= most and offered <= LEVELS.levels[0].cap_minor
            capped += offered < most
    assert capped >= 1


def test_the_draft_tried_on_a_past_decision_and_its_impact_work_the_cap_out(demo: RuleSetVersion) -> None:
    applications_ensure(at=datetime.now(UTC))
    report = impact_of(document_read(json.dumps(demo.document).encode()), "instalment", "PRE_LOAN")
    assert report.impact is not None and report.impact.changed == 0  # nobody is sent to a person for want of the cap
    live = trial_bundle("instalment", "PRE_LOAN")
    viewer = user(permissions=("rules.view_decision",))
    capped = 0
    for decision in Decision.objects.filter(outcome="APPROVE"):
        source = trial_source(
            kind="decision", key=str(decision.pk), document=document_read(json.dumps(demo.document).encode()),
            live=live, viewer=viewer, at=datetime.now(UTC),
        )  # fmt: skip
        tried = trial_run(
            document=document_read(json.dumps(demo.document).encode()), source=source, changes={}, live=live
        )
        assert tried.draft is not None and tried.live is not None and tried.draft.offer and tried.live.offer
        capped += tried.draft.offer["amount_offered_minor"] < tried.live.offer["amount_offered_minor"]
    assert capped >= 1


def test_the_drafts_own_cases_pass_the_one_that_shows_the_cap_too(demo: RuleSetVersion) -> None:
    document = document_read(json.dumps(demo.document).encode())
    assert document.cases[-1].name == CAPPED
    assert all(result.is_passed for result in version_cases_run(document, catalogue_live()))
