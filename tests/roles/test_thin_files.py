"""Customers without credit history are scored by a model of their own, chosen by rule and recorded."""

import pytest
from django.db import IntegrityError, transaction

from rules.engine.document import document_read
from rules.engine.validate import validate
from rules.models import Decision
from rules.services.bundles import bundle_hash, bundles_forget
from rules.services.replay import decisions_replay
from rules.services.trial_sources import trial_source
from rules.services.trying import trial_bundle, trial_run
from scoring.catalogue import catalogue_read
from scoring.models import ModelPackage
from scoring.package import package_read
from scoring.services.model_roles import ModelPurposeUnknownError
from scoring.services.models import model_champion, model_register
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.triggers import unguarded
from tests.roles.making import NO_HISTORY, PACKAGE, body, documents, models_live, package, policy

DRY_RUN = "/api/v1/decisions?dry_run=true"


@pytest.fixture
def both(db):
    """A policy that sends thin files to a thin-file model, both models live."""
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    make.policy_goes_live(policy())
    return Lender(scopes=("decide", "read", "dry_run"))


def test_whoever_has_no_history_is_scored_by_the_thin_file_model(both):
    thick, thin = (both.post(body(credit_history=code)).json() for code in ("A32", "A30"))
    told = documents()
    assert [document["scored_by"] for document in told] == ["MAIN", "THIN_FILE"]
    thin_model = model_champion(make.product(), ModelPackage.Purpose.THIN_FILE)
    assert told[0]["bundle"]["others"] == [["THIN_FILE", thin_model.content_hash]]
    values = {**make.VARIABLES, "credit_history": "A30"}
    assert thin["pd"] == package_read(package("THIN_FILE")).score(values).pd
    assert thin["pd"] > package_read(PACKAGE.read_bytes()).score(values).pd
    assert thick["outcome"] == "APPROVE"


def test_both_replay_byte_for_byte_after_another_thin_model_went_live(both):
    both.post(body(credit_history="A32"))
    both.post(body(credit_history="A30"))
    both.post(body(credit_history=None))
    make.model_goes_live("instalment", package("THIN_FILE", shift=2.0))
    bundles_forget()
    report = decisions_replay()
    assert (report.total, report.same, report.failures) == (3, 3, [])


def test_a_dry_run_says_the_same(both):
    asked = body(credit_history="A30")
    told = both.post(asked, key=None, path=DRY_RUN).json()
    made = both.post(asked).json()
    assert (told["pd"], told["bundle_hash"]) == (made["pd"], made["bundle_hash"])


def test_an_unknown_condition_is_scored_by_the_main_model_and_goes_to_a_person(both):
    both.post(body(credit_history=None))
    (document,) = documents()
    assert (document["outcome"], document["scored_by"]) == ("REFER", "MAIN")
    assert ["model_choice", "model_choice_unknown"] in [[one["stage"], one["code"]] for one in document["causes"]]


def test_without_a_live_thin_model_whoever_is_thin_goes_to_a_person(db):
    make.catalogue_goes_live()
    models_live()
    make.policy_goes_live(policy())
    lender = Lender()
    outcomes = [lender.post(body(credit_history=code)).json()["outcome"] for code in ("A32", "A30")]
    assert outcomes == ["APPROVE", "REFER"]
    thick, thin = documents()
    assert "others" not in thick["bundle"]
    assert [one["code"] for one in thin["causes"]] == ["model_not_live"]
    assert decisions_replay().same == 2


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


def test_a_thin_model_takes_no_main_models_place(db):
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    assert model_champion(make.product()).card.get("purpose") is None
    first = model_champion(make.product(), "THIN_FILE")
    make.model_goes_live("instalment", package("THIN_FILE", shift=2.0))
    first.refresh_from_db()
    assert (first.state, ModelPackage.objects.filter(state="CHAMPION").count()) == ("RETIRED", 2)


def test_the_database_knows_one_champion_for_each_purpose(db):
    make.catalogue_goes_live()
    models_live("THIN_FILE")
    other = model_register(product=make.product(), name="second", package=package("THIN_FILE", 2.0), at=make.now())
    with unguarded("scoring_modelpackage") as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute(
            "UPDATE scoring_modelpackage SET state = 'CHAMPION', approval_id = (SELECT id FROM audit_approval a WHERE"
            " NOT EXISTS (SELECT FROM scoring_modelpackage m WHERE m.approval_id = a.id) LIMIT 1) WHERE id = %s",
            [other.pk],
        )


def test_a_package_for_a_purpose_nobody_knows_is_refused(db):
    with pytest.raises(ModelPurposeUnknownError):
        model_register(product=make.product(), name="odd", package=package("ODD"), at=make.now())


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


def test_a_draft_is_tried_with_the_model_it_would_choose(both):
    both.post(body(credit_history="A30"))
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
