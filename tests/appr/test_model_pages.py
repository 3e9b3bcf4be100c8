"""A modeller puts a model forward, a checker reads it beside the champion and decides; a rollback goes the same way."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.services.approvals import NotTheMakerError
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.models.life import model_approve, model_submit, model_withdraw
from tests.admin.conftest import PASSWORD
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate, catalogue_document, product

pytestmark = pytest.mark.django_db
BASE = "/admin/scoring/modelpackage"


@pytest.fixture
def lent(db):
    version = catalogue_register(document=catalogue_document(), at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)
    return product()


def champion(model):
    model_submit(model=model, maker=user(), at=AT)
    return model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=AT)


def word(model, **changes):
    return {
        "password": PASSWORD,
        "content_hash": model.content_hash,
        "comment": "",
        "decision": "approve",
        "role": "CHAMPION",
    } | changes


def states():
    return list(ModelPackage.objects.order_by("pk").values_list("state", flat=True))


def test_a_model_goes_live_by_two_people_and_a_rollback_does_too(lent, as_role):
    first, second = champion(candidate(lent, 7)), candidate(lent, 8)
    for model, heading, after in (
        (second, "Submit for approval", ["RETIRED", "CHAMPION"]),
        (first, "Roll back to this model", ["CHAMPION", "RETIRED"]),
    ):
        client, _modeller = as_role("modeller")
        assert heading in client.get(f"{BASE}/{model.pk}/approval/").content.decode()
        client.post(f"{BASE}/{model.pk}/submit/", {"comment": "It ranks better.", "role": "CHAMPION"})
        client, _checker = as_role("checker")
        page = client.get(f"{BASE}/{model.pk}/approval/").content.decode()
        for words in ("It ranks better.", "Figures beside the champion", "bit for bit", "ECE", "the same", "0.7500"):
            assert words in page
        client.post(f"{BASE}/{model.pk}/decide/", word(model))
        assert states() == after


def test_a_wrong_password_or_a_stale_hash_approves_nothing(lent, as_role):
    model = candidate(lent)
    model_submit(model=model, maker=user(), at=AT)
    client, _checker = as_role("checker")
    page = client.post(f"{BASE}/{model.pk}/decide/", word(model, password="guess"))
    assert "This is not your password." in page.content.decode()
    client.post(f"{BASE}/{model.pk}/decide/", word(model, content_hash="0" * 64))
    assert states() == ["CANDIDATE"]


def test_a_rejection_needs_a_reason_and_leaves_it_a_candidate(lent, as_role):
    model = candidate(lent)
    model_submit(model=model, maker=user(), at=AT)
    client, _checker = as_role("checker")
    client.post(f"{BASE}/{model.pk}/decide/", word(model, decision="reject"))
    assert "Waiting for approval" in client.get(f"{BASE}/{model.pk}/approval/").content.decode()
    client.post(f"{BASE}/{model.pk}/decide/", word(model, decision="reject", comment="Too few bads."))
    page = client.get(f"{BASE}/{model.pk}/approval/").content.decode()
    assert "Too few bads." in page
    assert states() == ["CANDIDATE"]


@pytest.mark.parametrize("role", ["maker", "reviewer", "auditor"])
def test_others_only_look(lent, as_role, role):
    model = candidate(lent)
    client, _person = as_role(role)
    assert client.get(f"{BASE}/{model.pk}/approval/").status_code == 200
    for verb in ("submit", "decide", "withdraw"):
        assert client.post(f"{BASE}/{model.pk}/{verb}/", word(model)).status_code == 403


def test_another_champion_since_the_request_is_said(lent, as_role):
    model, other = candidate(lent, 7), candidate(lent, 8)
    model_submit(model=model, maker=user(), at=AT)
    champion(other)
    client, _checker = as_role("checker")
    assert "became champion after this was asked for" in client.get(f"{BASE}/{model.pk}/approval/").content.decode()


def test_only_who_asked_takes_it_back(lent):
    model, maker = candidate(lent), user()
    model_submit(model=model, maker=maker, at=AT)
    with pytest.raises(NotTheMakerError):
        model_withdraw(model=model, maker=user(), at=AT)
    assert model_withdraw(model=model, maker=maker, at=AT).state == "VOID"


def test_raw_sql_brings_no_retired_model_back_on_its_old_approval(lent):
    first = champion(candidate(lent, 7))
    champion(candidate(lent, 8))
    with (
        pytest.raises(DatabaseError, match="needs a new approval"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE scoring_modelpackage SET state = 'RETIRED' WHERE state = 'CHAMPION'")
        cursor.execute("UPDATE scoring_modelpackage SET state = 'CHAMPION' WHERE id = %s", [first.pk])
    assert states() == ["RETIRED", "CHAMPION"]
