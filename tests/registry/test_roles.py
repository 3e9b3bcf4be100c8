"""A model becomes approved, challenger or champion, each by two people who mean the same role; it is retired by one."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Approval, AuditEntry
from scoring.models import ModelPackage
from scoring.services.models.honesty import ModelLeaksError
from scoring.services.models.life import model_approve, model_retire, model_submit, model_withdraw
from scoring.services.models.roles import ModelReasonMissingError, ModelRoleChangedError, ModelRoleError
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate

pytestmark = pytest.mark.django_db


def becomes(model, role):
    model_submit(model=model, maker=user(), at=AT, role=role)
    return model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=AT, role=role)


def state_of(model):
    return ModelPackage.objects.get(pk=model.pk).state


def test_there_is_one_champion_and_any_number_of_challengers(lent):
    champion, *others = (candidate(lent, seed) for seed in (7, 8, 9))
    becomes(champion, "CHAMPION")
    for other in others:
        becomes(other, "CHALLENGER")
    assert [state_of(model) for model in (champion, *others)] == ["CHAMPION", "CHALLENGER", "CHALLENGER"]
    becomes(others[0], "CHAMPION")
    assert [state_of(model) for model in (champion, *others)] == ["RETIRED", "CHAMPION", "CHALLENGER"]
    champion.refresh_from_db()
    assert champion.retired_because == "replaced by made up"
    becomes(champion, "CHAMPION")  # a rollback
    champion.refresh_from_db()
    assert (champion.state, champion.retired_because) == ("CHAMPION", "")


def test_an_approved_model_climbs_by_an_approval_of_its_own_at_each_step(lent):
    model = candidate(lent)
    for role in ("APPROVED", "CHALLENGER", "CHAMPION"):
        becomes(model, role)
        assert state_of(model) == role
    assert Approval.objects.filter(object_type="model_package", state="APPROVED").count() == 3
    kinds = AuditEntry.objects.filter(kind__startswith="model.").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["model.approved", "model.challenger", "model.champion"]


@pytest.mark.parametrize(("state", "role"), [("CHALLENGER", "APPROVED"), ("CHALLENGER", "CHALLENGER")])
def test_no_step_leads_back(lent, state, role):
    model = candidate(lent)
    becomes(model, state)
    with pytest.raises(ModelRoleError):
        model_submit(model=model, maker=user(), at=AT, role=role)


def test_a_checker_approves_the_role_they_were_shown_and_no_other(lent):
    model, maker = candidate(lent), user()
    model_submit(model=model, maker=maker, at=AT, role="CHALLENGER")
    model_withdraw(model=model, maker=maker, at=AT)
    model_submit(model=model, maker=maker, at=AT, role="CHAMPION")
    checker = user(is_checker=True)
    with pytest.raises(ModelRoleChangedError):
        model_approve(model=model, checker=checker, content_hash=model.content_hash, at=AT, role="CHALLENGER")
    assert state_of(model) == "CANDIDATE"


def test_the_role_asked_for_cannot_be_slipped_in_with_other_evidence(lent):
    model = candidate(lent)
    approval = model_submit(model=model, maker=user(), at=AT, role="CHALLENGER", evidence={"role": "CHAMPION"})
    assert approval.evidence["role"] == "CHALLENGER"


def test_raw_sql_makes_no_champion_of_an_approved_challenger(lent):
    model = candidate(lent)
    becomes(model, "CHALLENGER")
    with (
        pytest.raises(DatabaseError, match="approval of its own"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE scoring_modelpackage SET state = 'CHAMPION' WHERE id = %s", [model.pk])
    assert state_of(model) == "CHALLENGER"


def test_without_the_trigger_raw_sql_would(lent):
    model = candidate(lent)
    becomes(model, "CHALLENGER")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scoring_modelpackage DISABLE TRIGGER model_package_guard")
        cursor.execute("UPDATE scoring_modelpackage SET state = 'CHAMPION' WHERE id = %s", [model.pk])
    assert state_of(model) == "CHAMPION"


def test_raw_sql_takes_no_approval_for_one_role_as_one_for_another(lent):
    model = candidate(lent)
    approval = model_submit(model=model, maker=user(), at=AT, role="APPROVED")
    with (
        pytest.raises(DatabaseError, match="nobody else approved"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE audit_approval SET state = 'APPROVED', checker_id = %s, decided_at = now() WHERE id = %s",
            [user(is_checker=True).pk, approval.pk],
        )
        cursor.execute(
            "UPDATE scoring_modelpackage SET state = 'CHAMPION', approval_id = %s WHERE id = %s",
            [approval.pk, model.pk],
        )


def test_one_person_retires_what_decides_nothing_for_a_reason_on_record(lent):
    model, modeller = candidate(lent), user()
    becomes(model, "CHALLENGER")
    model_submit(model=model, maker=modeller, at=AT)
    with pytest.raises(ModelReasonMissingError):
        model_retire(model=model, actor=modeller, at=AT, reason=" ")
    model_retire(model=model, actor=modeller, at=AT, reason="its data are old")
    assert state_of(model) == "RETIRED"
    assert Approval.objects.latest("pk").state == "VOID"
    assert AuditEntry.objects.filter(kind="model.retired").get().payload["reason"] == "its data are old"


def test_a_champion_is_replaced_and_never_retired(lent):
    model = candidate(lent)
    becomes(model, "CHAMPION")
    with pytest.raises(ModelRoleError):
        model_retire(model=model, actor=user(), at=AT, reason="tired")


def test_a_model_that_leaks_goes_no_further_however_it_was_stored(lent):
    suspect = {"column": "late", "why": "knows", "figure": 1.0, "is_read": True, "waived_because": ""}
    model = candidate(lent, leak_check={"suspects": [suspect]})
    with pytest.raises(ModelLeaksError):
        model_submit(model=model, maker=user(), at=AT, role="CHALLENGER")
