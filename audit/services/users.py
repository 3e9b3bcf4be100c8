"""Accounts of staff: one for each person, changed by others than oneself, every change on the record."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from audit.models import User
from audit.services.log import actor_user, entry_append
from riskengine.errors import Conflict, InvalidInput, NotPermitted


class PersonHasAccountError(Conflict):
    """The person has an account; a second one would let them approve their own changes."""

    code = "user_person_has_account"


class UsernameTakenError(Conflict):
    """The user name belongs to another account."""

    code = "user_name_taken"


class OwnAccountError(NotPermitted):
    """Nobody gives rights to, or takes them from, their own account."""

    code = "user_own_account"


class SuperuserAccountError(NotPermitted):
    """Only a superuser changes a superuser's account: whoever sets its password could use all its rights."""

    code = "user_superuser_account"


class WeakPasswordError(InvalidInput):
    """The password is too easy to guess; `facts["problems"]` says why."""

    code = "user_password_weak"


class ConflictingRolesError(NotPermitted):
    """Roles that must not meet in one account; `facts["roles"]` names the two."""

    code = "user_roles_conflict"


# Whoever asks does not approve, and whoever gives out accounts has no hand in policy.
CONFLICTS = (
    ("maker", "checker"),
    ("modeller", "checker"),
    ("administrator", "maker"),
    ("administrator", "modeller"),
    ("administrator", "checker"),
)


def roles_check(groups: Iterable[Group]) -> None:
    """Refuse an account that could change and approve, or approve and appoint. Raises ConflictingRolesError."""
    names = {group.name for group in groups}
    for pair in CONFLICTS:
        if names.issuperset(pair):
            words = gettext("One account cannot be both %(first)s and %(second)s: give them to two people.")
            raise ConflictingRolesError(words % {"first": pair[0], "second": pair[1]}, roles=list(pair))


@transaction.atomic
def user_create(
    *,
    username: str,
    person_id: str,
    at: datetime,
    actor: str,
    password: str | None = None,
    groups: Iterable[Group] = (),
    first_name: str = "",
    last_name: str = "",
    email: str = "",
) -> User:
    """A staff account for the person with this staff number; without a password nobody can log in to it yet.

    Never a superuser: that is made on the server.
    Raises PersonHasAccountError, UsernameTakenError, WeakPasswordError, ConflictingRolesError.
    """
    groups = list(groups)
    roles_check(groups)
    person_id = " ".join(person_id.split())
    if User.objects.filter(person_id__iexact=person_id).exists():
        raise PersonHasAccountError("This person has an account already.")
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTakenError("This user name is taken.")
    user = User(username=username, person_id=person_id, first_name=first_name, last_name=last_name, email=email)
    user.is_staff = True
    _give_password(user, password)
    user.save()
    user.groups.set(groups)
    _record("user.created", user, at, actor)
    return user


@transaction.atomic
def user_change(
    *,
    user: User,
    editor: User,
    at: datetime,
    groups: Iterable[Group],
    is_active: bool,
    first_name: str,
    last_name: str,
    email: str,
) -> User:
    """Set an account's names, roles and whether it works; the staff number stays.

    Raises OwnAccountError, SuperuserAccountError, ConflictingRolesError (not for a superuser, who has all rights).
    """
    user = _locked(user, editor)
    wanted = set(groups)
    if not user.is_superuser:
        roles_check(wanted)
    is_same_rights = wanted == set(user.groups.all()) and is_active == user.is_active
    if user.pk == editor.pk and not is_same_rights:
        raise OwnAccountError("Another administrator changes your roles.")
    user.first_name, user.last_name, user.email, user.is_active = first_name, last_name, email, is_active
    user.save(update_fields=["first_name", "last_name", "email", "is_active"])
    user.groups.set(wanted)
    _record("user.changed", user, at, actor_user(editor))
    return user


@transaction.atomic
def user_password_set(*, user: User, password: str, editor: User, at: datetime) -> None:
    """Give an account a new password, which also ends its sessions. Raises WeakPasswordError, SuperuserAccountError."""
    user = _locked(user, editor)
    _give_password(user, password)
    user.save(update_fields=["password"])
    _record("user.password_set", user, at, actor_user(editor))


def _locked(user: User, editor: User) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_superuser and not editor.is_superuser:
        raise SuperuserAccountError("Only a superuser changes the account of one.")
    return user


def _give_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPasswordError("This password is too easy to guess.", problems=list(error.messages)) from None
    user.set_password(password)


def _record(kind: str, user: User, at: datetime, actor: str) -> None:
    # Names and staff numbers are personal data: the log knows accounts by number.
    entry_append(
        kind=kind,
        object_type="user",
        object_id=str(user.pk),
        actor=actor,
        payload={"is_active": user.is_active, "roles": sorted(user.groups.values_list("name", flat=True))},
        recorded_at=at,
    )
