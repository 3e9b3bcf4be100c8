"""A rule-set version is tested by its own decisions on the table its model learnt from, and stopped where it flags."""

import copy
import io
import json
import zipfile
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from django.conf import settings
from django.utils import timezone

from audit.models import Approval
from riskengine.demo.book import products_ensure
from riskengine.demo.people import staff_ensure
from riskengine.demo.policies import catalogue_ensure, model_ensure, rule_set_ensure
from rules.engine.document import document_read
from rules.engine.program import compile_program
from rules.models import RuleSetVersion
from rules.services.fairness.cut_offs import cut_off_live, cut_off_of
from rules.services.fairness.search import version_search
from rules.services.fairness.versions import version_fairness_standing
from rules.services.versions import life as versions
from rules.services.versions.life import version_approve, version_draft, version_submit
from scoring.catalogue import catalogue_read
from scoring.fairness.measure import decisions_fairness, groupings_of
from scoring.fairness.protected import attribute_read
from scoring.fairness.result import result_json
from scoring.package.archive import MANIFEST, archive_write
from scoring.services.fairness.gate import FairnessFlaggedError, FairnessMissingError
from scoring.services.fairness.kinds import NECESSITY, POLICY, Alternative, FairnessNecessity, FairnessPolicy
from scoring.services.models.life import model_approve, model_champion, model_register, model_submit
from tests.fairness.worlds import SAID, SHIPPED_CATALOGUE, take_live

CODE = "instalment-pre-loan"
OLD = "age_years[>=60]"


def shipped(code):
    return json.loads((settings.BASE_DIR / "data" / "rule_sets" / f"{code}.json").read_text())


@pytest.mark.parametrize(("code", "product", "cut_off"), [(CODE, "instalment", 0.38), ("card-pre-loan", "card", 0.25)])
def test_the_cut_off_is_found_by_asking_the_rules(code, product, cut_off):
    catalogue = catalogue_read(SHIPPED_CATALOGUE.read_bytes())
    program = compile_program(document_read(shipped(code)), catalogue, product=product, stage="PRE_LOAN")
    assert cut_off_of(program) == cut_off
    assert cut_off_of(program, worst=1) == {CODE: 0.6, "card-pre-loan": 0.45}[code]
    stricter = shipped(code)
    for parameter in stricter["parameters"]:
        if parameter["name"] == "pd_refer":
            parameter["value"] = 0.123456789
    program = compile_program(document_read(stricter), catalogue, product=product, stage="PRE_LOAN")
    assert cut_off_of(program) == 0.123456789
    without = document_read({**stricter, "cases": []})
    assert cut_off_of(compile_program(without, catalogue, product=product, stage="PRE_LOAN")) is None


@pytest.fixture
def world(db):
    """The shipped instalment product, live, and a policy that looks at every code of personal status."""
    at = timezone.now()
    product, staff = products_ensure()["instalment"], staff_ensure()
    people = {"maker": staff["maker"], "checker": staff["checker"], "at": at}
    catalogue_ensure(**people)
    model_ensure(product=product, modeller=staff["modeller"], checker=staff["checker"], at=at)
    rule_set_ensure(code=CODE, product=product, **people)
    return people


def stricter_draft(world):
    live = RuleSetVersion.objects.get(rule_set__code=CODE, state="APPROVED")
    document = copy.deepcopy(live.document)
    document["parameters"][[one["name"] for one in document["parameters"]].index("pd_refer")]["value"] = 0.15
    return version_draft(rule_set=live.rule_set, author=world["maker"], at=world["at"], document=document)


def submit(version, world):
    return version_submit(version=version, maker=world["maker"], at=world["at"])


def test_a_version_that_puts_the_young_behind_waits_for_a_necessity(world, monkeypatch):
    at, on = world["at"], world["at"].date()
    assert cut_off_live("instalment") == 0.38
    assert "fairness" not in Approval.objects.get(object_type="rule_set_version").evidence  # no policy then
    take_live(POLICY, "instalment", FairnessPolicy(attributes=["age_years[<=25]", "age_years[>=60]"]), at)
    version = stricter_draft(world)
    with pytest.raises(FairnessFlaggedError) as refused:
        submit(version, world)
    assert refused.value.facts["problems"] == ["age_years[<=25]"]
    as_it_is, *tried = version_search(version, "age_years[<=25]", on)
    assert as_it_is.state == "flag"
    assert as_it_is.ratio < 0.8
    take_live(POLICY, "instalment", FairnessPolicy(["age_years[<=25]"], is_referral_favourable=True), at)
    assert version_search(version, "age_years[<=25]", on)[0].state == "pass"  # it refers them, and declines no more
    take_live(POLICY, "instalment", FairnessPolicy(["age_years[<=25]", "age_years[>=60]"]), at + timedelta(seconds=1))
    assert {one.code for one in tried} > {"UNEMPLOYED"}
    necessity = FairnessNecessity(
        ["age_years[<=25]"], SAID, SAID, [Alternative("- UNEMPLOYED", "+1 %", 0.7)], on + timedelta(days=9)
    )
    take_live(NECESSITY, version.content_hash, necessity, at)
    approval = submit(version, world)
    standing = version_fairness_standing(version, approval.evidence, on)
    assert (standing.state, standing.open, standing.result.basis) == ("flag", [], "decided")
    assert standing.result.of("age_years[<=25]").is_read  # legal capacity reads the age
    word = {"version": version, "checker": world["checker"], "content_hash": version.content_hash}
    with pytest.raises(FairnessFlaggedError):
        version_approve(**word, at=at + timedelta(days=10))
    with monkeypatch.context() as off:  # the twin: without the gate it would go live although nothing is in force
        off.setattr(versions, "version_fairness_require", lambda *_: None)
        assert version_approve(**word, at=at + timedelta(days=10)).version_id == version.pk


def without_its_table(package):
    """The shipped model again, saying that it is fair, and that it learnt from a table which nobody has."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != MANIFEST}
    card = json.loads(parts["card.json"])
    card["training_data"]["file"] = "gone.csv"
    card |= {"owner": "Risk", "next_validation_on": "2099-12-31", "exit_rule": {"en": "made up", "zh": "虚构"}}
    approved, frame = np.ones(200, dtype=bool), pl.DataFrame({"age_years": [70] * 100 + [50] * 100})
    result = decisions_fairness(approved, groupings_of([attribute_read(OLD)], frame), source="made up", basis="scored")
    return archive_write({**parts, "card.json": json.dumps(card | {"fairness": result_json(result)}).encode()})


def test_a_version_is_measured_again_when_approved_for_another_champion_decides_by_then(world, monkeypatch):
    at, product = world["at"], products_ensure()["instalment"]
    take_live(POLICY, "instalment", FairnessPolicy([OLD]), at)
    version = stricter_draft(world)
    approval = submit(version, world)
    assert version_fairness_standing(version, approval.evidence, at.date()).state == "pass"
    package = without_its_table(bytes(model_champion(product).package))
    model = model_register(product=product, name="another", package=package, at=at)
    model_submit(model=model, maker=world["maker"], at=at)
    model_approve(model=model, checker=world["checker"], content_hash=model.content_hash, at=at)
    word = {"version": version, "checker": world["checker"], "content_hash": version.content_hash, "at": at}
    with pytest.raises(FairnessMissingError):
        version_approve(**word)
    monkeypatch.setattr(versions, "version_fairness", lambda *_: approval.evidence)  # the twin: what was measured then
    assert version_approve(**word).version_id == version.pk
