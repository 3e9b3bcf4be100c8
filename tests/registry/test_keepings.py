"""Owner, next validation and exit rule: asked of every model before it is put forward, governed once it is made."""

from datetime import timedelta

import pytest

from audit.governed_kinds import Text
from audit.services.governed import governed_approve, governed_draft, governed_end, governed_submit
from audit.services.governed_errors import GovernedInvalid, GovernedProtective
from riskengine.demo.keepings import keeping_ensure
from riskengine.demo.places import model_file
from scoring.models import ModelPackage
from scoring.package import package_read
from scoring.services.models import life
from scoring.services.models.keeping import (
    KIND_CODE,
    ModelKeeping,
    ModelNotKeptError,
    ModelValidationOverdue,
    keeping_of,
    keepings_of,
)
from scoring.services.models.life import model_approve, model_submit
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate

pytestmark = pytest.mark.django_db
BASE = "/admin/scoring/modelpackage"
TODAY = AT.date()
RULE = Text("When it ranks worse than a coin.", "区分能力不及抛硬币时。")


def stated(model, days=365, owner="Model risk", rule=RULE):
    """Approved by two people."""
    document = ModelKeeping(owner=owner, next_validation_on=TODAY + timedelta(days=days), exit_rule=rule)
    maker = user()
    draft = governed_draft(
        kind=KIND_CODE, name=model.content_hash, document=document, author=maker, at=AT, valid_from=TODAY
    )
    waits = governed_submit(governed=draft, maker=maker, at=AT)
    return governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=AT)


@pytest.mark.parametrize("fact", ["owner", "next_validation_on", "exit_rule"])
def test_a_model_is_not_put_forward_while_one_of_the_three_is_not_stated(lent, fact, monkeypatch):
    model = candidate(lent, **{fact: None})
    with pytest.raises(ModelNotKeptError) as refused:
        model_submit(model=model, maker=user(), at=AT, role="CHALLENGER")
    assert refused.value.facts["missing"] == [fact]
    with monkeypatch.context() as off:  # the twin: without the gate it waits for approval
        off.setattr(life, "keeping_require", lambda *_: None)
        model_submit(model=model, maker=user(), at=AT, role="CHALLENGER")
    with pytest.raises(ModelNotKeptError):  # and a request from before the gate is not approved either
        model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=AT)
    stated(model)
    model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=AT)
    assert ModelPackage.objects.get(pk=model.pk).state == "CHALLENGER"


def test_what_two_people_approved_stands_before_the_card_and_one_never_ends_it(lent):
    model = candidate(lent)
    assert keeping_of(model, TODAY).owner == "Risk"
    assert keeping_of(model, TODAY).document is None
    governed = stated(model, days=10)
    found = keeping_of(model, TODAY)
    assert (found.owner, found.exit_rule, found.document) == ("Model risk", RULE, governed.pk)
    assert not found.is_overdue(TODAY + timedelta(days=10))
    assert found.is_overdue(TODAY + timedelta(days=11))
    assert keepings_of([model], TODAY) == {model.content_hash: found}
    with pytest.raises(GovernedProtective):
        governed_end(governed=governed, actor=user(), at=AT, reason="why not")


def test_a_model_whose_validation_is_overdue_is_neither_put_forward_nor_approved(lent):
    model = candidate(lent, next_validation_on=str(TODAY))
    later = AT + timedelta(days=1)
    with pytest.raises(ModelValidationOverdue):
        model_submit(model=model, maker=user(), at=later, role="CHALLENGER")
    model_submit(model=model, maker=user(), at=AT, role="CHALLENGER")
    decide = {"model": model, "checker": user(is_checker=True), "content_hash": model.content_hash, "at": later}
    with pytest.raises(ModelValidationOverdue):
        model_approve(**decide)
    stated(model)
    assert model_approve(**decide).state == "CHALLENGER"


@pytest.mark.parametrize(("days", "is_taken"), [(-1, False), (0, True), (1_095, True), (1_100, False)])
def test_the_next_validation_lies_ahead_and_no_further_off_than_three_years(lent, days, is_taken):
    model = candidate(lent)
    if is_taken:
        assert stated(model, days=days).state == "APPROVED"
        return
    with pytest.raises(GovernedInvalid) as refused:
        stated(model, days=days)
    assert len(refused.value.facts["problems"]) == 1


def test_an_empty_owner_or_a_rule_in_one_language_goes_no_further(lent):
    model = candidate(lent)
    for words in ({"owner": "  "}, {"rule": Text("When it fails.", "")}):
        with pytest.raises(GovernedInvalid):
            stated(model, **words)


def test_the_shipped_models_load_as_they_were_and_are_kept_by_a_setting(lent):
    package = model_file("instalment").read_bytes()
    card = package_read(package).card
    assert not {"owner", "next_validation_on", "exit_rule"} & set(card)
    model = candidate(lent, **dict.fromkeys(("owner", "next_validation_on", "exit_rule")))
    assert keeping_ensure(model=model, maker=user(), checker=user(is_checker=True), at=AT)
    assert not keeping_of(model, TODAY).missing
    assert not keeping_ensure(model=model, maker=user(), checker=user(is_checker=True), at=AT)


def test_the_pages_say_what_is_not_stated_and_lead_to_where_it_is(lent, as_role):
    model = candidate(lent, owner="", exit_rule=None)
    client, _person = as_role("modeller")
    address = f"{BASE}/{model.pk}/approval/"
    page = client.get(address).content.decode()
    assert "not stated" in page
    assert f"kind=model_keeping&amp;name={model.content_hash}" in page
    assert (
        client.get(f"/admin/audit/governeddocument/add/?kind=model_keeping&name={model.content_hash}").status_code
        == 200
    )
    said = client.post(f"{BASE}/{model.pk}/submit/", {"comment": "It ranks better.", "role": "CHAMPION"}, follow=True)
    assert "Nobody has said who answers for this model" in said.content.decode()
    assert "not stated" in client.get(f"{BASE}/{model.pk}/change/").content.decode()
    stated(model, days=5)  # which is long ago by now
    page = client.get(address).content.decode()
    assert "validation overdue" in page
    assert "kind=model_keeping&amp;from=" in page
    reader, _person = as_role("auditor")
    assert "kind=model_keeping" not in reader.get(address).content.decode()
