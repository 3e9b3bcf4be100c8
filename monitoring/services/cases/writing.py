"""The rows behind the work on cases: who may, locks, sealed words, steps and what the log keeps of them."""

from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Customer
from lending.vault import VaultError, key_unwrap, seal, unseal
from monitoring.case_topics import PERMISSIONS, Topic
from monitoring.models import EarlyWarning, WarningCase, WarningCaseStep
from monitoring.services.cases.errors import (
    CaseClosed,
    CaseNotPermitted,
    CaseNotYours,
    CaseTaken,
    CaseWordsInvalid,
)

WORDS_LENGTH: Final = (5, 2_000)
Kind, State = WarningCaseStep.Kind, WarningCase.State
RELATED: Final = (
    *("warning__loan__product", "warning__customer", "warning__last_run__product"),
    *("loan__customer", "loan__product", "customer", "product", "claimed_by"),
)
"""What everybody who shows a case reads with it."""


def topics_of(person: User | AnonymousUser) -> list[Topic]:
    """What this person works on; nothing where the account is switched off."""
    return [topic for topic, permission in PERMISSIONS.items() if person.is_active and person.has_perm(permission)]


def require_worker(person: User, case: WarningCase) -> None:
    """Raises CaseNotPermitted for an account that is switched off or has no part in work of this kind."""
    if case.topic not in topics_of(person):
        raise CaseNotPermitted("This account does not work on such cases.", case=case.pk)


def case_read(number: int) -> WarningCase:
    """The case as it is now, with what its pages and services read."""
    return WarningCase.objects.select_related(*RELATED, "closed_by", "approval").get(pk=number)


def case_locked(number: int) -> WarningCase:
    """The same, its rows locked until the end of the transaction: the warning first, as reviews do."""
    EarlyWarning.objects.select_for_update(of=("self",)).filter(case__pk=number).first()
    WarningCase.objects.select_for_update(of=("self",)).get(pk=number)
    return case_read(number)


def case_mine(number: int, person: User) -> WarningCase:
    """The case, locked, in work with this person. Raises CaseNotPermitted, CaseNotYours, CaseClosed."""
    case = case_locked(number)
    require_worker(person, case)
    if case.state == State.CLOSED:
        raise CaseClosed("This case is closed.", case=number)
    if case.state != State.CLAIMED or case.claimed_by_id != person.pk:
        raise CaseNotYours("This case is not in work with you.", case=number)
    return case


def taken(number: int) -> CaseTaken | CaseClosed:
    """Why a case that was to be free is not: somebody has it, or it is closed."""
    case = case_read(number)
    if case.state == State.CLOSED:
        return CaseClosed("This case is closed.", case=number)
    by = case.claimed_by
    return CaseTaken("Somebody took this case first.", by=(by.get_full_name() or by.get_username()) if by else "")


def words_checked(text: str, field: str = "note") -> str:
    """What a person wrote, without blanks around it. Raises CaseWordsInvalid."""
    text, (low, high) = text.strip(), WORDS_LENGTH
    if not low <= len(text) <= high:
        raise CaseWordsInvalid(f"Say it in {low} to {high} characters.", field=field, minimum=low, maximum=high)
    return text


def words_sealed(case: WarningCase, text: str) -> bytes:
    """What a person wrote, under the customer's key; nothing is kept of an erased customer.

    A matter of a whole product has no customer whose key it could be: its words name nobody, and are kept as they are.
    """
    customer = case.about_customer
    if customer is None or not text:
        return text.encode()
    key = _key(customer)
    return b"" if key is None else seal(key, text.encode(), _context(case))


def words_read(case: WarningCase, sealed: bytes | memoryview) -> str:
    """What a person wrote; empty where nothing was written or the key is gone."""
    customer, data = case.about_customer, bytes(sealed)
    if customer is None:
        return data.decode()
    key = _key(customer)
    if key is None or not data:
        return ""
    try:
        return unseal(key, data, _context(case)).decode()
    except VaultError:
        return ""


def step_add(
    case: WarningCase,
    kind: WarningCaseStep.Kind,
    person: User,
    at: datetime,
    *,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> WarningCaseStep:
    """Keep a step and log it; the log holds its facts and none of its words."""
    facts = facts or {}
    about = {"warning": case.warning_id} if case.warning else {"topic": case.topic, "key": case.key}
    sealed = words_sealed(case, note)
    step = WarningCaseStep.objects.create(case=case, kind=kind, by=person, at=at, facts=facts, note=sealed)
    entry_append(
        kind=f"warning_case.{kind.lower()}",
        object_type="warning_case",
        object_id=str(case.pk),
        actor=actor_user(person),
        payload={**about, "level": case.level, "step": step.pk, **facts},
        recorded_at=at,
    )
    return step


def case_write(case: WarningCase, **values: Any) -> WarningCase:
    """Set these fields of a locked case; returns it as it is now."""
    with transaction.atomic():
        WarningCase.objects.filter(pk=case.pk).update(**values)
    return case_read(case.pk)


def _key(customer: Customer) -> bytes | None:
    try:
        return None if customer.wrapped_key is None else key_unwrap(customer.wrapped_key)
    except VaultError:
        return None


def _context(case: WarningCase) -> bytes:
    return (f"warning/{case.warning_id}" if case.warning else f"warning_case/{case.pk}").encode()
