"""The five minutes of the README: the threshold it names is set to the value it names, and a person decides."""

import copy
import json

from audit.models import User
from rules.models import RuleSetVersion
from rules.services.versions.life import version_approve, version_draft, version_edit, version_submit
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

PACKAGE = make.DATA / "models/instalment.package"
SHIPPED = json.loads(make.shipped("rule_sets/instalment-pre-loan.json"))
SHIPPED_PD, TOUR_PD = 0.38, 0.10


def with_pd_refer(document: dict, share: float) -> dict:
    changed = copy.deepcopy(document)
    (parameter,) = (entry for entry in changed["parameters"] if entry["name"] == "pd_refer")
    assert parameter["en"] == "PD above which a person decides" and parameter["value"] == SHIPPED_PD
    parameter["value"] = share
    return changed


def goes_live(live: RuleSetVersion, share: float, maker: User, checker: User) -> None:
    draft = version_draft(rule_set=live.rule_set, author=maker, at=make.now(), based_on=live)
    saved = version_edit(
        version=draft,
        document=with_pd_refer(draft.document, share),
        editor=maker,
        at=make.now(),
        expected_hash=draft.content_hash,
    )
    approval = version_submit(version=saved, maker=maker, at=make.now())
    assert approval.evidence["cases_passed"] == len(SHIPPED["cases"]) >= 8
    version_approve(version=saved, checker=checker, content_hash=saved.content_hash, at=make.now())


def test_the_example_is_approved_and_a_person_decides_once_the_line_is_at_ten_percent(db):
    make.forget()
    make.catalogue_goes_live()
    make.model_goes_live("instalment", PACKAGE.read_bytes())
    live = make.policy_goes_live(SHIPPED)
    lender = Lender()
    example = lender.get("/api/v1/products/instalment/schema").json()["example"]
    before = lender.post(example).json()
    assert before["outcome"] == "APPROVE" and TOUR_PD < before["pd"] <= SHIPPED_PD

    goes_live(live, TOUR_PD, *make.staff())
    after = lender.post(example).json()
    assert (after["outcome"], after["pd"]) == ("REFER", before["pd"])
    own = {reason["code"] for reason in after["reasons"]}
    assert own and not own & {"MODEL_RISK", "PERSON_REVIEW"}
