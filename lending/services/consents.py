"""Consents: granted and withdrawn on the record, and asked for by whoever reads a source.

Object type in the log: `customer`.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from audit.models import ApiClient
from audit.services.log import entry_append, instant_text
from lending.models import Consent, ConsentScope, Customer
from lending.services.customers import CustomerErasedError
from riskengine.errors import Conflict, InvalidInput, NotFound

EVIDENCE = r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,119}"
"""A reference such as `form-7/2026-11-22/000123`: what cannot hold a name cannot leak one."""


class ConsentScopeUnknownError(InvalidInput):
    """No such scope; `facts["scopes"]` lists them."""

    code = "consent_scope_unknown"


class ConsentTimesError(InvalidInput):
    """Granted in the future, or ended before it began."""

    code = "consent_times_wrong"


class ConsentEvidenceError(InvalidInput):
    """The evidence is missing, or not a plain reference."""

    code = "consent_evidence_wrong"


class ConsentKnownError(Conflict):
    """The same grant was told before with another end or other evidence; what was recorded stands."""

    code = "consent_known"


class NoLiveConsentError(NotFound):
    """There is no live consent of this scope to withdraw."""

    code = "consent_not_found"


@transaction.atomic
def consent_grant(
    *,
    customer: Customer,
    scope: str,
    granted_at: datetime,
    evidence: str,
    at: datetime,
    actor: str,
    expires_at: datetime | None = None,
    client: ApiClient | None = None,
) -> Consent:
    """Record that the customer allowed `scope` at `granted_at`; a repeat of the same grant is the grant of before.

    A grant told after the withdrawal that followed it ended with that withdrawal: reports come late and out of order.
    Raises ConsentScopeUnknownError, ConsentTimesError, ConsentEvidenceError, ConsentKnownError, CustomerErasedError.
    """
    _require_scope(scope)
    if re.fullmatch(EVIDENCE, evidence, re.ASCII) is None:
        raise ConsentEvidenceError("Give a reference to the evidence: letters, digits and ._:/#-, at most 120.")
    if granted_at > at or (expires_at is not None and expires_at <= granted_at):
        raise ConsentTimesError("A consent is granted before now and expires after it was granted.")
    customer = _locked(customer)
    if customer.erased_at is not None:
        raise CustomerErasedError("The personal data of this customer is erased.", customer=customer.pk)
    said = {"expires_at": expires_at, "evidence": evidence}
    consent, is_new = Consent.objects.get_or_create(
        customer=customer, scope=scope, client=client, granted_at=granted_at, defaults=said | {"recorded_at": at}
    )
    if is_new:
        until = {} if expires_at is None else {"expires_at": instant_text(expires_at)}
        _record("consent.granted", consent, actor, at, granted_at=instant_text(granted_at), **until)
        _end_as_withdrawn(consent, actor, at)
    elif said != {"expires_at": consent.expires_at, "evidence": consent.evidence}:
        raise ConsentKnownError("This grant was told before with another end or evidence.", field="at")
    return consent


@transaction.atomic
def consent_withdraw(
    *,
    customer: Customer,
    scope: str,
    withdrawn_at: datetime,
    at: datetime,
    actor: str,
    client: ApiClient | None = None,
) -> list[Consent]:
    """End every consent of the scope that was live at `withdrawn_at`; through a client, those given through it.

    Raises ConsentScopeUnknownError, ConsentTimesError, NoLiveConsentError.
    """
    _require_scope(scope)
    if withdrawn_at > at:
        raise ConsentTimesError("A consent is withdrawn before now.")
    customer = _locked(customer)
    given = _given_at(withdrawn_at).filter(customer=customer, scope=scope)
    ended = list(given if client is None else given.filter(client=client))
    if not ended:
        raise NoLiveConsentError("There is no live consent of this scope to withdraw.", scope=scope)
    for consent in ended:
        _withdraw(consent, withdrawn_at, actor, at)
    return ended


def consent_is_live(customer: Customer | int, scope: str, at: datetime) -> bool:
    """Whether the customer's data of this scope may be read at `at`: granted and known by then, not ended."""
    return scope in consents_live(customer, at)


def consents_live(customer: Customer | int, at: datetime) -> frozenset[str]:
    """The scopes of the customer's live consents at `at`."""
    number = customer if isinstance(customer, int) else customer.pk
    return consents_live_of([number], at).get(number, frozenset())


def consents_open_of(customer_ids: Collection[int], *, as_of: datetime, read_at: datetime) -> dict[int, frozenset[str]]:
    """The scopes whose data of `as_of` may be read at `read_at`, by customer: live then, and live when it is read."""
    then = consents_live_of(customer_ids, as_of)
    if read_at == as_of:
        return then
    now = consents_live_of(customer_ids, read_at)
    return {number: scopes & now.get(number, frozenset()) for number, scopes in then.items()}


def consents_live_of(customer_ids: Collection[int], at: datetime) -> dict[int, frozenset[str]]:
    """The scopes of live consents at `at` by customer, in one query; customers without any are left out."""
    found = _given_at(at).filter(customer_id__in=customer_ids, recorded_at__lte=at)
    return _gathered(found.values_list("customer_id", "scope"))


def customers_consenting(scope: str, at: datetime) -> frozenset[int]:
    """Customers with a live consent of a scope at `at`."""
    found = _given_at(at).filter(scope=scope, recorded_at__lte=at)
    return frozenset(found.values_list("customer_id", flat=True))


def _gathered(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    scopes: dict[int, set[str]] = {}
    for customer_id, scope in rows:
        scopes.setdefault(customer_id, set()).add(scope)
    return {customer_id: frozenset(held) for customer_id, held in scopes.items()}


def _given_at(at: datetime) -> QuerySet[Consent]:
    not_ended = (Q(expires_at__isnull=True) | Q(expires_at__gt=at)) & (
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at)
    )
    return Consent.objects.filter(not_ended, granted_at__lte=at)


def _require_scope(scope: str) -> None:
    if scope not in ConsentScope.values:
        raise ConsentScopeUnknownError("There is no such scope of consent.", scopes=list(ConsentScope.values))


def _locked(customer: Customer) -> Customer:
    return Customer.objects.select_for_update().get(pk=customer.pk)


def _end_as_withdrawn(consent: Consent, actor: str, at: datetime) -> None:
    """End a grant at the first withdrawal through the same client since, if it was live then."""
    same = Consent.objects.filter(customer=consent.customer_id, scope=consent.scope, client=consent.client_id)
    since = same.filter(withdrawn_at__gte=consent.granted_at).order_by("withdrawn_at")
    ended_at = since.values_list("withdrawn_at", flat=True).first()
    if ended_at is not None and (consent.expires_at is None or consent.expires_at > ended_at):
        _withdraw(consent, ended_at, actor, at)


def _withdraw(consent: Consent, withdrawn_at: datetime, actor: str, at: datetime) -> None:
    consent.withdrawn_at = withdrawn_at
    consent.save(update_fields=["withdrawn_at"])
    _record("consent.withdrawn", consent, actor, at, withdrawn_at=instant_text(withdrawn_at))


def _record(kind: str, consent: Consent, actor: str, at: datetime, **more: str) -> None:
    entry_append(
        kind=kind,
        object_type="customer",
        object_id=str(consent.customer_id),
        actor=actor,
        # Not the evidence: a reference may be a number that names somebody, and an entry is never erased.
        payload={"consent": consent.pk, "scope": consent.scope, **more},
        recorded_at=at,
    )
