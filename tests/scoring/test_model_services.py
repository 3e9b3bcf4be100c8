"""A model scores customers only after a second person approved exactly its bytes."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AuditEntry
from audit.services.approvals import AlreadyPendingError, SamePersonError, StaleApprovalError
from scoring.models import ModelPackage
from scoring.package import BrokenPackageError
from scoring.services.catalogues.life import (
    CatalogueBreaksModelsError,
    CatalogueIsLiveError,
    CatalogueNotSubmittedError,
    NoLiveCatalogueError,
    catalogue_approve,
    catalogue_live,
    catalogue_register,
    catalogue_reject,
    catalogue_submit,
)
from scoring.services.models.life import (
    ModelNotStatedError,
    ModelNotSubmittedError,
    ModelOfAnotherProductError,
    ModelReadsForbiddenError,
    UnknownProductError,
    model_approve,
    model_load,
    model_register,
    model_reject,
    model_submit,
    model_withdraw,
    product_by_code,
)
from scoring.services.models.roles import ModelNotCandidateError
from scoring.training.statement import NOT_STATED
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate, catalogue_document, package_bytes, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return user(), user(is_checker=True)


@pytest.fixture
def lent():
    return product()


def _live_catalogue(people, **changes):
    maker, checker = people
    version = catalogue_register(document=catalogue_document(**changes), at=AT)
    catalogue_submit(version=version, maker=maker, at=AT)
    return catalogue_approve(version=version, checker=checker, content_hash=version.content_hash, at=AT)


def _champion(people, lent, seed=7):
    maker, checker = people
    model = candidate(lent, seed)
    model_submit(model=model, maker=maker, at=AT)
    return model_approve(model=model, checker=checker, content_hash=model.content_hash, at=AT)


def test_a_registered_package_is_a_candidate_and_the_same_bytes_are_kept_once(lent):
    model = model_register(product=lent, name="first", package=package_bytes(), at=AT)
    assert model.state == "CANDIDATE"
    assert model.card["metrics"]["auc"] == 0.75
    assert model_register(product=lent, name="again", package=package_bytes(), at=AT).pk == model.pk
    assert AuditEntry.objects.filter(kind="model.registered").count() == 1
    assert model_load(model).content_hash == model.content_hash


def test_a_broken_package_and_one_of_another_product_are_refused(lent):
    with pytest.raises(BrokenPackageError):
        model_register(product=lent, name="x", package=package_bytes()[:-1], at=AT)
    with pytest.raises(ModelOfAnotherProductError):
        model_register(product=lent, name="x", package=package_bytes("card"), at=AT)
    with pytest.raises(UnknownProductError):
        product_by_code("nothing")
    assert not ModelPackage.objects.exists()


def test_an_approved_model_is_champion_and_the_one_before_is_retired(people, lent):
    _live_catalogue(people)
    first = _champion(people, lent)
    second = _champion(people, lent, seed=8)
    first.refresh_from_db()
    assert (first.state, second.state) == ("RETIRED", "CHAMPION")
    kinds = list(AuditEntry.objects.filter(kind__startswith="model.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["model.champion", "model.retired", "model.champion"]


def test_nobody_approves_their_own_model(people, lent):
    _live_catalogue(people)
    checker = people[1]
    model = candidate(lent)
    model_submit(model=model, maker=checker, at=AT)
    with pytest.raises(SamePersonError):
        model_approve(model=model, checker=checker, content_hash=model.content_hash, at=AT)


def test_an_approval_is_for_exactly_the_bytes_shown(people, lent):
    _live_catalogue(people)
    model = candidate(lent)
    model_submit(model=model, maker=people[0], at=AT)
    with pytest.raises(AlreadyPendingError):
        model_submit(model=model, maker=people[0], at=AT)
    with pytest.raises(StaleApprovalError):
        model_approve(model=model, checker=people[1], content_hash="0" * 64, at=AT)


def test_a_rejected_or_withdrawn_model_stays_a_candidate(people, lent):
    _live_catalogue(people)
    model = candidate(lent)
    model_submit(model=model, maker=people[0], at=AT)
    model_reject(model=model, checker=people[1], content_hash=model.content_hash, at=AT)
    with pytest.raises(ModelNotSubmittedError):
        model_approve(model=model, checker=people[1], content_hash=model.content_hash, at=AT)
    model_submit(model=model, maker=people[0], at=AT)
    assert model_withdraw(model=model, maker=people[0], at=AT) is not None
    assert ModelPackage.objects.get().state == "CANDIDATE"


def test_a_champion_cannot_be_put_forward_again(people, lent):
    _live_catalogue(people)
    model = _champion(people, lent)
    with pytest.raises(ModelNotCandidateError):
        model_submit(model=model, maker=people[0], at=AT)


@pytest.mark.parametrize("changes", [{"late": {"is_prohibited_basis": True}}, {"late": {"products": ["card"]}}])
def test_a_model_that_reads_what_it_may_not_is_refused(people, lent, changes):
    _live_catalogue(people, **changes)
    model = candidate(lent)
    with pytest.raises(ModelReadsForbiddenError, match="late"):
        model_submit(model=model, maker=people[0], at=AT)


def test_a_model_that_does_not_say_what_it_predicts_is_refused(people, lent):
    _live_catalogue(people)
    model = candidate(lent, bad_definition=NOT_STATED.bad_definition.en)
    with pytest.raises(ModelNotStatedError):
        model_submit(model=model, maker=people[0], at=AT)


def test_no_catalogue_is_live_before_a_second_person_approved_one(people):
    with pytest.raises(NoLiveCatalogueError):
        catalogue_live()
    version = catalogue_register(document=catalogue_document(), at=AT)
    with pytest.raises(CatalogueNotSubmittedError):
        catalogue_approve(version=version, checker=people[1], content_hash=version.content_hash, at=AT)
    live = _live_catalogue(people)
    assert live.pk == version.pk
    assert [variable.name for variable in catalogue_live().variables][:2] == ["late", "income"]
    with pytest.raises(CatalogueIsLiveError):
        catalogue_submit(version=live, maker=people[0], at=AT)


def test_a_new_catalogue_replaces_the_live_one(people):
    _live_catalogue(people)
    second = _live_catalogue(people, noise={"en": "another label"})
    assert second.number == 2
    assert catalogue_live().of_product("instalment")["noise"].en == "another label"


def test_a_catalogue_that_takes_a_variable_from_a_champion_is_refused(people, lent):
    _live_catalogue(people)
    _champion(people, lent)
    version = catalogue_register(document=catalogue_document(income={"is_prohibited_basis": True}), at=AT)
    with pytest.raises(CatalogueBreaksModelsError, match="income"):
        catalogue_submit(version=version, maker=people[0], at=AT)


def test_a_rejected_catalogue_is_not_live(people):
    version = catalogue_register(document=catalogue_document(), at=AT)
    catalogue_submit(version=version, maker=people[0], at=AT)
    catalogue_reject(version=version, checker=people[1], content_hash=version.content_hash, at=AT)
    with pytest.raises(NoLiveCatalogueError):
        catalogue_live()


STATEMENTS = [
    "UPDATE scoring_modelpackage SET state = 'CHAMPION'",
    "UPDATE scoring_modelpackage SET card = '{}'",
    "UPDATE scoring_modelpackage SET package = '\\x00'",
    "UPDATE scoring_modelpackage SET package = '\\x00', content_hash = encode(sha256('\\x00'), 'hex')",
    "UPDATE scoring_modelpackage SET name = 'other'",
    "DELETE FROM scoring_modelpackage",
    "INSERT INTO scoring_modelpackage (product_id, name, kind, content_hash, package, card, state, created_at)"
    " SELECT product_id, 'x', kind, encode(sha256('\\x01'), 'hex'), '\\x01', card, 'RETIRED', now()"
    " FROM scoring_modelpackage",
    "UPDATE scoring_catalogueversion SET document = '{}'",
    "UPDATE scoring_catalogueversion SET is_live = true WHERE number = 2",
    "UPDATE scoring_catalogueversion SET is_live = (number = 2), approval_id = (SELECT id FROM audit_approval"
    " WHERE object_type = 'catalogue_version' LIMIT 1)",
    "DELETE FROM scoring_catalogueversion",
]


def test_plain_sql_finds_no_way_around(people, lent):
    _live_catalogue(people)
    catalogue_register(document=catalogue_document(noise={"en": "other"}), at=AT)
    candidate(lent)
    for statement in STATEMENTS:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_old_approval_brings_no_catalogue_back(people):
    _live_catalogue(people)
    _live_catalogue(people, noise={"en": "another label"})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_catalogueversion SET is_live = false")
        for change in ("is_live = true", "approval_id = NULL"):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(f"UPDATE scoring_catalogueversion SET {change} WHERE number = 1")
    assert _live_catalogue(people).number == 1


def test_without_the_trigger_plain_sql_would_change_the_card(people, lent):
    candidate(lent)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE scoring_modelpackage DISABLE TRIGGER model_package_guard")
        cursor.execute("UPDATE scoring_modelpackage SET card = '{}'")
        assert cursor.rowcount == 1
        transaction.set_rollback(True)
