"""Own variables and wordings: written in a draft, tried, approved by another person, used by the next decision."""

import pytest

from audit.models import User
from rules.models import Decision
from scoring.catalogue import Velocity
from scoring.models import CatalogueDraft, CatalogueVersion
from scoring.own_words import velocity_sentence
from scoring.services.catalogues.life import (
    CatalogueBreaksModelsError,
    CatalogueWriterMayNotCheckError,
    catalogue_approve,
    catalogue_live,
    catalogue_register,
    catalogue_submit,
)
from tests.admin.conftest import PASSWORD, as_role
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.lists.factory import catalogue, counted

__all__ = ["as_role", "forget"]
pytestmark = pytest.mark.django_db
BASE = "/admin/scoring/cataloguedraft"
NEW = {
    "aggregate": "count", "event": "application", "entity": "phone", "window_days": "7",
    "name": "phone_applications_7d", "en": "Applications with this phone", "zh": "同一电话申请次数",
    "products": ["instalment"], "missing": "default", "default": "0",
}  # fmt: skip


@pytest.fixture
def live(db):
    make.catalogue_goes_live()
    return make.policy_goes_live()


def opened(client):
    client.post(f"{BASE}/open/")
    return CatalogueDraft.objects.get(state="OPEN")


def saved(client, data=NEW, kind="velocity", **more):
    draft = opened(client)
    return client.post(
        f"{BASE}/{draft.pk}/variable/{kind}/",
        {**data, "expected_hash": draft.content_hash, "action": "save", **more},
        follow=True,
    )


def test_a_velocity_variable_goes_live_by_two_people_and_the_next_decision_has_it(live, as_role):
    lender = Lender()
    first = lender.post(make.body(1))
    client, _maker = as_role("maker")
    assert saved(client).status_code == 200
    draft = CatalogueDraft.objects.get()
    client.post(f"{BASE}/{draft.pk}/submit/", {"expected_hash": draft.content_hash, "note": "Counts phones"})
    draft.refresh_from_db()
    address, form = f"{BASE}/version/{draft.version_id}/approve/", {
        "decision": "approve", "password": PASSWORD, "content_hash": draft.content_hash,
    }  # fmt: skip
    assert client.post(address, form).status_code == 403
    client, _checker = as_role("checker")
    page = client.get(address).content.decode()
    assert "Number of applications here with the applicant&#x27;s phone in the 7 days before" in page
    client.post(address, form)
    assert CatalogueVersion.objects.get(is_live=True).pk == draft.version_id
    again = lender.post({**make.body(2), "applicant": make.body(1)["applicant"]})
    assert first.status_code == again.status_code == 201
    client, _person = as_role("auditor")
    shown = client.get(f"/admin/rules/decision/{again.json()['id']}/change/").content.decode()
    assert "Applications with this phone" in shown


def test_a_try_shows_the_value_for_a_past_application_and_saves_nothing(live, as_role):
    lender = Lender()
    lender.post(make.body(1))
    second = lender.post({**make.body(2), "applicant": make.body(1)["applicant"]}).json()["id"]
    client, _maker = as_role("maker")
    page = saved(client, action="try", decision=second)
    assert page.context["tried"]["value"] == 1
    assert "phone_applications_7d" not in str(CatalogueDraft.objects.get().document)
    assert page.context["tried"]["decision"] == Decision.objects.get(pk=second)


def test_a_list_variable_and_a_wording_are_edited(live, as_role):
    client, _maker = as_role("maker")
    page = saved(
        client,
        {**NEW, "name": "phone_listed", "kind": "BLACK", "dimension": "phone", "missing": "skip", "default": ""},
        "list",
    )
    draft = CatalogueDraft.objects.get()
    client.post(
        f"{BASE}/{draft.pk}/reason/AMOUNT_ABOVE_MAXIMUM/",
        {"en": "Too much.", "zh": "金额过大。", "audience": "applicant", "expected_hash": draft.content_hash},
    )
    page = client.get(f"{BASE}/{draft.pk}/change/")
    found = {(change.kind, change.part) for change in page.context["changes"]}
    assert found == {("added", "variable"), ("changed", "reason")}
    assert ("en", "Too much.") in {(line[0], line[2]) for change in page.context["changes"] for line in change.lines}


def test_a_draft_saved_by_another_is_not_overwritten(live, as_role):
    client, _maker = as_role("maker")
    draft = opened(client)
    assert b"after you opened it" in saved(client, expected_hash="0" * 64).content
    draft.refresh_from_db()
    assert "phone_applications_7d" not in str(draft.document)


@pytest.mark.parametrize("role", ["checker", "auditor", "reviewer"])
def test_others_only_look(live, as_role, role):
    client, _maker = as_role("maker")
    draft = opened(client)
    client, _person = as_role(role)
    assert client.get(f"{BASE}/{draft.pk}/change/").status_code == client.get(f"{BASE}/").status_code == 200
    for address in ("open/", f"{draft.pk}/variable/velocity/", f"{draft.pk}/submit/", f"{draft.pk}/discard/"):
        assert client.post(f"{BASE}/{address}", NEW).status_code == 403


def test_whoever_edited_the_draft_does_not_check_it(live, as_role):
    client, _maker = as_role("maker")
    saved(client)
    draft = CatalogueDraft.objects.get()
    client.post(f"{BASE}/{draft.pk}/submit/", {"expected_hash": draft.content_hash, "note": "Counts"})
    draft.refresh_from_db()
    _maker, checker = make.staff()
    draft.editors.add(User.objects.get(pk=checker.pk))
    with pytest.raises(CatalogueWriterMayNotCheckError):
        catalogue_approve(version=draft.version, checker=checker, content_hash=draft.content_hash, at=make.now())


@pytest.mark.parametrize(
    "change",
    [
        {"drop": "phone_applications"},
        {"retype": "phone_applications"},
        {"reason": "AMOUNT_ABOVE_MAXIMUM"},
    ],
)
def test_nothing_a_live_rule_set_reads_disappears_or_changes_its_type(db, change):
    document = catalogue(counted("phone_applications", missing="default", default=0))
    make.catalogue_goes_live(document)
    busy = {
        "code": "BUSY", "label_en": "Busy", "label_zh": "繁忙", "when": "phone_applications >= 2",
        "then": {"outcome": "REFER", "reason": "AMOUNT_ABOVE_MAXIMUM"},
    }  # fmt: skip
    policy = make.policy()
    make.policy_goes_live({**policy, "rules": [*policy["rules"], busy]})
    if "retype" in change:
        document["variables"][-1] = counted("phone_applications", aggregate="sum_minor", missing="default", default=0)
    elif "drop" in change:
        document["variables"].pop()
    else:
        document["reasons"] = [reason for reason in document["reasons"] if reason["code"] != change["reason"]]
        for variable in document["variables"]:
            if variable.get("reason_code") == change["reason"]:
                variable["reason_code"] = ""
    version = catalogue_register(document=document, at=make.now())
    with pytest.raises(CatalogueBreaksModelsError) as refused:
        catalogue_submit(version=version, maker=make.staff()[0], at=make.now())
    assert "instalment-pre-loan v1" in refused.value.message or "changes from" in refused.value.message


def test_a_catalogue_without_own_variables_keeps_its_bytes(db):
    make.catalogue_goes_live()
    assert "velocity" not in CatalogueVersion.objects.get().document["variables"][0]
    assert catalogue_live().variables


@pytest.mark.parametrize(
    ("definition", "en", "zh"),
    [
        (
            Velocity("phone", "decline", 7, "count"),
            "Number of declines here with the applicant's phone in the 7 days before",
            "申请前 7 天内与申请人电话相同的在本机构的拒绝次数",
        ),
        (
            Velocity("customer", "cash_out", 30, "sum_minor"),
            "Total amount of cash withdrawals of the applicant in the 30 days before",
            "申请前 30 天内申请人本人取现总金额",
        ),
    ],
)
def test_a_definition_is_told_in_a_sentence(definition, en, zh):
    assert (velocity_sentence(definition, "en"), velocity_sentence(definition, "zh")) == (en, zh)
