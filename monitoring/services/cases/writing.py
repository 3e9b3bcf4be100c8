"""The rows behind the work on cases: locks, sealed words, steps and what the log keeps of them."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.vault import VaultError, key_unwrap, seal, unseal
from monitoring.models import EarlyWarning, WarningCase, WarningCaseStep
from monitoring.services.cases.errors import (
    CaseClosed,
    CaseNotPermitted,
    CaseNotYours,
    CaseTaken,
    CaseWordsInvalid,
)

WORK_PERMISSION: Final = "monitoring.work_warningcase"
WORDS_LENGTH: Final = (5, 2_000)
Kind, State = WarningCaseStep.Kind, WarningCase.State


def require_worker(person: User) -> None:
    """Raises CaseNotPermitted for an account that is switched off or has no part in this work."""
    if not person.is_active or not person.has_perm(WORK_PERMISSION):
        raise CaseNotPermitted("This account does not work on early warnings.")


def case_read(number: int) -> WarningCase:
    """The case as it is now, with what its pages and services read."""
    related = ("warning__loan__product", "warning__customer", "warning__last_run__product", "product", "claimed_by")
    return WarningCase.objects.select_related(*related, "closed_by", "approval").get(pk=number)


def case_locked(number: int) -> WarningCase:
    """The same, its rows locked until the end of the transaction: the warning first, as reviews do."""
    EarlyWarning.objects.select_for_update(of=("self",)).get(case__pk=number)
    WarningCase.objects.select_for_update(of=("self",)).get(pk=number)
    return case_read(number)


def case_mine(number: int, person: User) -> WarningCase:
    """The case, locked, in work with this person. Raises CaseNotPermitted, CaseNotYours, CaseClosed."""
    require_worker(person)
    case = case_locked(number)
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


def words_sealed(warning: EarlyWarning, text: str) -> bytes:
    """What a person wrote, under the customer's key; nothing is kept of an erased customer."""
    key = _key(warning)
    return b"" if key is None or not text else seal(key, text.encode(), _context(warning))


def words_read(warning: EarlyWarning, sealed: bytes | memoryview) -> str:
    """What a person wrote; empty where nothing was written or the key is gone."""
    key, data = _key(warning), bytes(sealed)
    if key is None or not data:
        return ""
    try:
        return unseal(key, data, _context(warning)).decode()
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
    sealed = words_sealed(case.warning, note)
    step = WarningCaseStep.objects.create(case=case, kind=kind, by=person, at=at, facts=facts, note=sealed)
    entry_append(
        kind=f"warning_case.{kind.lower()}",
        object_type="warning_case",
        object_id=str(case.pk),
        actor=actor_user(person),
        payload={"warning": case.warning_id, "level": case.warning.level, "step": step.pk, **facts},
        recorded_at=at,
    )
    return step


def case_write(case: WarningCase, **values: Any) -> WarningCase:
    """Set these fields of a locked case; returns it as it is now."""
    with transaction.atomic():
        WarningCase.objects.filter(pk=case.pk).update(**values)
    return case_read(case.pk)


def _key(warning: EarlyWarning) -> bytes | None:
    wrapped = warning.customer.wrapped_key if warning.customer else None
    try:
        return None if wrapped is None else key_unwrap(wrapped)
    except VaultError:
        return None


def _context(warning: EarlyWarning) -> bytes:
    return f"warning/{warning.pk}".encode()
