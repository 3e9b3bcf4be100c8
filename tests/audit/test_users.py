"""Accounts are made for persons and changed by others, on the record and without their names."""

import pytest
from django.contrib.auth.models import Group

from audit.models import AuditEntry
from audit.services.users import (
    CONFLICTS,
    ConflictingRolesError,
    OwnAccountError,
    PersonHasAccountError,
    SuperuserAccountError,
    UsernameTakenError,
    WeakPasswordError,
    user_change,
    user_create,
    user_password_set,
)
from riskengine.roles import ROLES
from tests.factories.audit import AT, user

pytestmark = pytest.mark.django_db
PASSWORD = "Quiet-Harbour-41-lamps"


def _create(**fields):
    return user_create(**{"username": "li.na", "person_id": "E-17", "at": AT, "actor": "user:1"} | fields)


def _change(account, editor, **fields):
    kept = {"groups": account.groups.all(), "is_active": True, "first_name": "", "last_name": "", "email": ""}
    return user_change(**{"user": account, "editor": editor, "at": AT} | kept | fields)


def test_an_account_is_made_for_a_person():
    role = Group.objects.create(name="maker")
    account = _create(password=PASSWORD, groups=[role], first_name="Canary", email="canary@example.com")
    assert account.check_password(PASSWORD)
    assert (account.is_staff, account.is_superuser) == (True, False)
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.payload) == ("user.created", {"is_active": True, "roles": ["maker"]})
    assert not any(word in str(vars(entry)) for word in ("Canary", "canary", "li.na", "E-17", PASSWORD))


@pytest.mark.parametrize("person_id", ["E-17", "e-17", "  E-17 "])
def test_a_second_account_of_one_person_is_refused(person_id):
    _create()
    with pytest.raises(PersonHasAccountError):
        _create(username="other", person_id=person_id)


def test_a_user_name_is_given_once():
    _create()
    with pytest.raises(UsernameTakenError):
        _create(username="Li.Na", person_id="E-18")


def test_an_account_without_a_password_lets_nobody_in():
    assert not _create().has_usable_password()


def test_a_weak_password_is_refused():
    with pytest.raises(WeakPasswordError) as caught:
        _create(password="password1234")
    assert caught.value.facts["problems"]
    account = _create()
    with pytest.raises(WeakPasswordError):
        user_password_set(user=account, password="short", editor=user(), at=AT)


def test_roles_are_given_by_somebody_else():
    role, editor = Group.objects.create(name="checker"), user()
    account = _change(_create(), editor, groups=[role])
    assert list(account.groups.all()) == [role]
    with pytest.raises(OwnAccountError):
        _change(editor, editor, groups=[role])
    with pytest.raises(OwnAccountError):
        _change(editor, editor, is_active=False)
    assert _change(editor, editor, first_name="Li").first_name == "Li"


def test_an_administrator_does_not_take_over_a_superuser():
    owner, editor = user(is_superuser=True), user()
    with pytest.raises(SuperuserAccountError):
        user_password_set(user=owner, password=PASSWORD, editor=editor, at=AT)
    with pytest.raises(SuperuserAccountError):
        _change(owner, editor, is_active=False)
    user_password_set(user=owner, password=PASSWORD, editor=owner, at=AT)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


@pytest.mark.parametrize("pair", CONFLICTS)
def test_roles_that_check_each_other_do_not_meet_in_one_account(pair):
    assert set(pair) <= set(ROLES)
    roles = [Group.objects.create(name=name) for name in pair]
    with pytest.raises(ConflictingRolesError) as caught:
        _create(groups=roles)
    assert (caught.value.code, caught.value.facts["roles"]) == ("user_roles_conflict", list(pair))
    account, editor = _create(groups=roles[:1]), user()
    with pytest.raises(ConflictingRolesError):
        _change(account, editor, groups=roles)
    assert list(account.groups.all()) == roles[:1]
    assert list(_change(account, editor, groups=roles[1:]).groups.all()) == roles[1:]


def test_a_superuser_of_the_server_may_hold_any_roles():
    owner = user(is_superuser=True)
    roles = [Group.objects.create(name=name) for name in ("maker", "checker")]
    assert set(_change(owner, owner, first_name="Li").groups.all()) == set()
    owner.groups.set(roles)
    assert set(_change(owner, user(is_superuser=True), first_name="Li").groups.all()) == set(roles)
