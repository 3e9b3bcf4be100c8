"""Customers without credit history are scored by a model of their own, chosen by rule and recorded."""

import pytest
from django.db import IntegrityError, transaction

from rules.engine.document import document_read
from rules.engine.validate import validate
from rules.models import Decision
from rules.services.bundles.loading import bundle_hash, bundles_forget
from rules.services.decisions.replay import decisions_replay
from rules.services.trials.sources import trial_source
from rules.services.trials.trying import trial_bundle, trial_run
from scoring.catalogue import catalogue_read
from scoring.models import ModelPackage
from scoring.package import package_read
from scoring.services.models.life import model_champion
from scoring.services.models.roles import ModelPurposeUnknownError, purpose_require
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.triggers import unguarded
from tests.roles.making import NO_HISTORY, PACKAGE, body, documents, models_live, package, policy

DRY_RUN = "/api/v1/decisions?dry_run=true"


@pytest.fixture
def chosen(db):
    """A policy that sends thin files to a thin-file model, which is not live yet."""
    make.catalogue_goes_live()
    models_live()
    make.policy_goes_live(policy())
    return Lender(scopes=("decide", "read", "dry_run"))


def thin_model_live(shift=1.0):
    return make.model_goes_live("instalment", package("THIN_FILE", shift))


def test_whoever_has_no_history_is_scored_by_the_thin_file_model_and_all_replays(chosen):
    thin_model = thin_model_live()
    thick, thin = (chosen.post(body(credit_history=code)).json() for code in ("A32", "A30"))
    told = documents()
    assert [document["scored_by"] for document in told] == ["MAIN", "THIN_FILE"]
    assert told[0]["bundle"]["others"] == [["THIN_FILE", thin_model.content_hash]]
    values = {**make.VARIABLES, "credit_history": "A30"}
    assert thin["pd"] == package_read(package("THIN_FILE")).score(values).pd
    assert thin["pd"] > package_read(PACKAGE.read_bytes()).score(values).pd
    assert thick["outcome"] == "APPROVE"

    asked = body(credit_history="A30")
    tried = chosen.post(asked, key=None, path=DRY_RUN).json()
    made = chosen.post(asked).json()
    assert (tried["pd"], tried["bundle_hash"]) == (made["pd"], made["bundle_hash"])

    thin_model_live(shift=2.0)
    bundles_forget()
    report = decisions_replay()
    assert (report.total, report.same, report.failures) == (3, 3, [])


def test_what_cannot_be_told_or_has_no_live_model_goes_to_a_person(chosen):
    answers = [chosen.post(body(credit_history=code)).json()["outcome"] for code in ("A32", "A30", None)]
    assert answers == ["APPROVE", "REFER", "REFER"]
    thick, thin, unknown = documents()
    assert "others" not in thick["bundle"]
    assert [one["code"] for one in thin["causes"]] == ["model_not_live"]
    assert "model_choice_unknown" in [one["code"] for one in unknown["causes"]]
    assert {one["scored_by"] for one in (thick, thin, unknown)} == {"MAIN"}
    assert decisions_replay().same == 3


def test_a_policy_that_chooses_no_model_decides_and_is_recorded_as_ever(db):
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    make.policy_goes_live(make.policy())
    Lender().post(body(credit_history="A30"))
    (document,) = documents()
    ref = document["bundle"]
    assert "scored_by" not in document
    assert sorted(ref) == ["bundle_hash", "catalogue_hash", "model_hash", "rule_set_hash", "rule_set_version_id"]
    assert ref["bundle_hash"] == bundle_hash(ref["rule_set_hash"], ref["model_hash"], ref["catalogue_hash"])


def test_each_purpose_has_one_champion_and_a_new_one_retires_its_own(db):
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    assert model_champion(make.product()).card.get("purpose") is None
    first = model_champion(make.product(), "THIN_FILE")
    thin_model_live(shift=2.0)
    first.refresh_from_db()
    assert (first.state, ModelPackage.objects.filter(state="CHAMPION").count()) == ("RETIRED", 2)
    with unguarded("scoring_modelpackage") as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("UPDATE scoring_modelpackage SET state = 'CHAMPION' WHERE id = %s", [first.pk])


def test_a_package_for_a_purpose_nobody_knows_is_refused():
    purpose_require({"purpose": "THIN_FILE"})
    with pytest.raises(ModelPurposeUnknownError):
        purpose_require({"purpose": "ODD"})


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("pd > 0.1", "score_with_reads_score"),
        ("age_years < 25", "score_with_prohibited_basis"),
        ("no_such_thing = 1", "unknown_name"),
        ("amount_minor", "type_mismatch"),
    ],
)
def test_the_condition_reads_neither_score_nor_prohibited_basis_nor_the_unheard_of(when, code):
    catalogue = catalogue_read(make.shipped("catalogue.json").encode())
    found = validate(document_read(policy(when)), catalogue, product="instalment", stage="PRE_LOAN")
    assert code in [one.code for one in found if one.path == "score_with/0/when" and one.severity == "error"]


def test_a_draft_is_tried_with_the_model_it_would_choose(chosen):
    thin_model_live()
    chosen.post(body(credit_history="A30"))
    decision = Decision.objects.get()
    live = trial_bundle("instalment", "PRE_LOAN")
    viewer, _ = make.staff()
    viewer.is_superuser = True
    for when, purpose in ((NO_HISTORY, "THIN_FILE"), ('credit_history = "A34"', "MAIN")):
        document = document_read(policy(when))
        source = trial_source(
            kind="decision", key=str(decision.pk), document=document, live=live, viewer=viewer, at=make.now()
        )
        trial = trial_run(document=document, source=source, changes={}, live=live)
        assert (trial.draft.scored_by, trial.live.scored_by) == (purpose, "THIN_FILE")
        assert (trial.draft.score.pd == trial.live.score.pd) == (purpose == "THIN_FILE")
