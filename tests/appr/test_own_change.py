"""Nobody approves their own change: every governed object by every path, a row each; the twin takes one guard away."""

from contextlib import suppress

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.urls import get_resolver
from django.utils import timezone

from audit.models import Approval, User
from audit.services import approvals
from audit.services.governed import OBJECT_TYPE as SETTING
from audit.services.governed import governed_approve
from lending.services.lists import OBJECT_TYPE as LIST_ENTRY
from lending.services.lists import list_entry_approve
from riskengine.errors import Conflict, NotPermitted
from rules.models import RuleSet
from rules.services.emergency_stops import LIFT, STOP, lift_approve, lift_request, stop_confirm, stop_declare
from rules.services.referrals.authorities import OBJECT_TYPE as AUTHORITY
from rules.services.referrals.authorities import authority_ask, authority_decide
from rules.services.versions.life import OBJECT_TYPE as VERSION
from rules.services.versions.life import version_approve
from scoring.services.catalogues.drafts import catalogue_draft, catalogue_draft_edit, catalogue_draft_submit
from scoring.services.catalogues.life import OBJECT_TYPE as CATALOGUE
from scoring.services.catalogues.life import catalogue_approve, catalogue_live
from scoring.services.models.life import OBJECT_TYPE as MODEL
from scoring.services.models.life import model_approve, model_register, model_submit
from tests.admin.conftest import PASSWORD, submitted
from tests.appr import health_asking
from tests.appr.governing import LATEST, Governed, service, word
from tests.book.waiting_change import LOAN_CHANGES
from tests.cases.governed import WARNINGS
from tests.delinquency.waiting import DELINQUENCY
from tests.diversion.waiting_decision import DIVERSION
from tests.factories.audit import user
from tests.factories.decisions import product
from tests.factories.scoring import package_bytes
from tests.factories.triggers import unguarded
from tests.governed.kinds import submitted as setting_submitted
from tests.lists.factory import proposed

pytestmark = pytest.mark.django_db
STALE = "0" * 64


def _authority(_live, author):
    return authority_ask(maker=author, user=user(), product=product(), maximum_minor=1_000, at=timezone.now())


def _catalogue(_live, author):
    draft, at = catalogue_draft(author=author, at=timezone.now()), timezone.now()
    now = catalogue_live()
    reasons = (type(now.reasons[0])(**{**_fields(now.reasons[0]), "en": "Other words"}), *now.reasons[1:])
    changed = type(now)(**{**_fields(now), "reasons": reasons})
    draft, _problems = catalogue_draft_edit(
        draft=draft, catalogue=changed, editor=author, at=at, expected_hash=draft.content_hash
    )
    catalogue_draft_submit(draft=draft, maker=author, at=at, comment="why", expected_hash=draft.content_hash)
    draft.refresh_from_db()
    return draft.version


def _fields(struct):
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def _model(live, author):
    model = model_register(product=live.rule_set.product, name="m", package=package_bytes(), at=timezone.now())
    with unguarded("scoring_modelpackage"), connection.cursor() as cursor:
        # The made-up model reads made-up variables: let its card name one that is catalogued.
        cursor.execute(
            "UPDATE scoring_modelpackage SET card = jsonb_set(card, '{features}', %s::jsonb)",
            ['[{"name": "amount_minor", "kind": "number", "direction": "none"}]'],
        )
    model.refresh_from_db()
    model_submit(model=model, maker=author, at=timezone.now())
    return model


def _stop(live, author):
    return stop_declare(rule_set=live.rule_set, by=author, reason="why", at=timezone.now())


def _lifting(live, author):
    stop, other = _stop(live, user()), user(is_checker=True)
    stop_confirm(stop=stop, checker=other, content_hash=stop.content_hash, at=timezone.now())
    lift_request(stop=stop, by=author, comment="why", at=timezone.now())
    return stop


OBJECTS = [
    Governed(
        VERSION,
        submitted,
        service(version_approve, "version"),
        "/admin/rules/rulesetversion/{pk}/approve/",
        word,
        "UPDATE rules_rulesetversion SET state = 'APPROVED' WHERE id = {pk}",
    ),
    Governed(
        CATALOGUE,
        _catalogue,
        service(catalogue_approve, "version"),
        "/admin/scoring/cataloguedraft/version/{pk}/approve/",
        word,
        f"UPDATE scoring_catalogueversion SET is_live = true, approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        MODEL,
        _model,
        service(model_approve, "model"),
        "/admin/scoring/modelpackage/{pk}/decide/",
        word,
        f"UPDATE scoring_modelpackage SET state = 'CHAMPION', approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        LIST_ENTRY,
        lambda _live, author: proposed(maker=author),
        service(list_entry_approve, "entry"),
        "/admin/lending/listentry/approve/?entry={pk}",
        lambda entry, content_hash: {**word(entry, ""), "shown": f"{entry.pk}:{content_hash}"},
        f"UPDATE lending_listentry SET state = 'EFFECTIVE', known_at = now(), approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        AUTHORITY,
        _authority,
        service(authority_decide, "authority", is_approved=True),
        "/admin/rules/reviewauthority/{pk}/change/",
        word,
        f"UPDATE rules_reviewauthority SET approval_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        STOP,
        _stop,
        service(stop_confirm, "stop"),
        "/admin/rules/emergencystop/{pk}/decide/",
        word,
        f"UPDATE rules_emergencystop SET lifted_at = now(), lifted_on_id = {LATEST} WHERE id = {{pk}}",
    ),
    Governed(
        LIFT,
        _lifting,
        service(lift_approve, "stop"),
        "/admin/rules/emergencystop/{pk}/decide/",
        word,
        f"UPDATE rules_emergencystop SET lifted_at = now(), lifted_on_id = {LATEST} WHERE id = {{pk}}",
    ),
    *(Governed(*start, word, sql) for *start, sql in health_asking.ROWS),
    *WARNINGS,
    *DELINQUENCY,
    *DIVERSION,
    *LOAN_CHANGES,
    Governed(
        SETTING,
        lambda _live, author: setting_submitted(author),
        service(governed_approve, "governed"),
        "/admin/audit/governeddocument/{pk}/decide/",
        word,
        f"UPDATE audit_governeddocument SET state = 'APPROVED', approval_id = {LATEST} WHERE id = {{pk}}",
    ),
]
every = pytest.mark.parametrize("governed", OBJECTS, ids=lambda governed: governed.object_type)


def waiting(governed, thing):
    return Approval.objects.get(object_type=governed.object_type, object_id=str(thing.pk))


def asked(governed, live, author):
    thing = governed.ask(live, author)
    request = waiting(governed, thing)
    assert (request.state, request.maker_id) == ("PENDING", author.pk)
    return thing, request


def superuser():
    person = user(is_staff=True, is_superuser=True)
    person.set_password(PASSWORD)
    person.save()
    return person


@every
def test_not_through_the_service_neither_a_checker_nor_a_superuser(live, governed):
    for author in (user(is_checker=True), superuser()):
        with transaction.atomic():
            thing, request = asked(governed, live, author)
            with pytest.raises(NotPermitted):
                governed.approve(thing, author, request.content_hash)
            assert waiting(governed, thing).state == "PENDING"
            transaction.set_rollback(True)


@every
def test_not_through_the_form_posted_by_a_superuser_with_the_right_password(live, governed, client):
    author = superuser()
    thing, request = asked(governed, live, author)
    client.force_login(author, backend=settings.AUTHENTICATION_BACKENDS[-1])
    answer = client.post(governed.address.format(pk=thing.pk), governed.form(thing, request.content_hash))
    assert answer.status_code in (200, 302, 403)
    assert waiting(governed, thing).state == "PENDING"


@every
def test_not_with_the_hash_of_another_content(live, governed):
    thing, _request = asked(governed, live, user())
    with pytest.raises(Conflict):
        governed.approve(thing, user(is_checker=True), STALE)
    assert waiting(governed, thing).state == "PENDING"


@every
def test_not_after_the_request_was_taken_back(live, governed):
    thing, request = asked(governed, live, user())
    approvals.approval_void(
        object_type=governed.object_type, object_id=str(thing.pk), at=timezone.now(), reason="edited"
    )
    with pytest.raises(Conflict):
        governed.approve(thing, user(is_checker=True), request.content_hash)
    assert waiting(governed, thing).state == "VOID"


@every
def test_not_by_raw_sql_on_the_object_or_on_its_request(live, governed):
    author = user(is_checker=True)
    thing, request = asked(governed, live, author)
    statements = [
        governed.sql.format(pk=thing.pk),
        f"UPDATE audit_approval SET state = 'APPROVED', checker_id = {author.pk}, decided_at = now()"
        f" WHERE id = {request.pk}",
        f"UPDATE audit_approval SET maker_id = {user().pk} WHERE id = {request.pk}",
        f"DELETE FROM audit_approval WHERE id = {request.pk}",
    ]
    for statement in statements:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)


@every
def test_another_person_does(live, governed):
    thing, request = asked(governed, live, user())
    governed.approve(thing, user(is_checker=True), request.content_hash)
    assert waiting(governed, thing).state == "APPROVED"


@every
def test_without_the_guard_it_would_be_noticed(live, governed, monkeypatch):
    """The twin: the check of persons gone, only the database is left, and it still refuses."""
    monkeypatch.setattr(approvals, "_refuse_checker", lambda *_: None)
    author = user(is_checker=True)
    thing, request = asked(governed, live, author)
    with suppress(NotPermitted), pytest.raises(DatabaseError):
        governed.approve(thing, author, request.content_hash)


def test_every_governed_type_has_a_row():
    from tests.appr.test_audit_words import types_asked

    assert types_asked() == {governed.object_type for governed in OBJECTS}


def test_the_api_approves_nothing():
    routes = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    api = [route for route in routes if route.startswith("api/")]
    assert api
    assert not [route for route in api if "approv" in route or "reject" in route]


def test_a_second_account_of_one_person_cannot_be_made():
    first = user(person_id="E-17")
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create(username="second", person_id="e-17")
    assert RuleSet.objects.count() == 0
    assert User.objects.filter(person_id__iexact="e-17").get() == first
