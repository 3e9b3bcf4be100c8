"""The life of a rule-set version: draft, edit, submit, approve, reject, withdraw, retire.

Every path (admin, shell, demo) ends here; the database's triggers hold the same for raw SQL.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
)
from audit.services.log import actor_user, entry_append
from rules.engine.document import document_json, document_same
from rules.engine.size import document_sized
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from rules.services.fairness.versions import version_fairness, version_fairness_require
from rules.services.versions.activations import activation_at, activation_call_off, activation_planned, activation_start
from rules.services.versions.checks import require_evidence, require_own_hash
from rules.services.versions.errors import (
    StartHasPassed,
    VersionChanged,
    VersionHasProblems,
    VersionIsFrozen,
    VersionIsLive,
    VersionNotSubmitted,
    VersionUnchanged,
    WriterMayNotCheck,
)
from rules.services.versions.evidence import evidence_collect
from rules.services.versions.rule_sets import document_blank

OBJECT_TYPE = "rule_set_version"
State = RuleSetVersion.State


@transaction.atomic
def version_draft(
    *,
    rule_set: RuleSet,
    author: User,
    at: datetime,
    based_on: RuleSetVersion | None = None,
    document: dict[str, Any] | None = None,
    note: str = "",
) -> RuleSetVersion:
    """A new draft: a copy of `based_on` (an old version, for a rollback), of `document`, or empty.

    Raises InvalidInput where `document` is not a rule-set document.
    """
    _lock(rule_set.pk)
    if document is None:
        document = based_on.document if based_on else document_blank(rule_set)
    document = document_json(document_sized(document))
    last = RuleSetVersion.objects.filter(rule_set=rule_set).aggregate(last=models.Max("number"))["last"] or 0
    version = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=last + 1,
        based_on=based_on,
        document=document,
        content_hash=hash_of(document),
        note=note,
        author=author,
        created_at=at,
        changed_at=at,
    )
    _record("drafted", version, author, at, based_on=based_on.number if based_on else None)
    return version


@transaction.atomic
def version_edit(
    *,
    version: RuleSetVersion,
    document: dict[str, Any],
    editor: User,
    at: datetime,
    expected_hash: str,
    note: str | None = None,
) -> RuleSetVersion:
    """Save a draft whole. `expected_hash` is the content hash the editor began from.

    Raises VersionIsFrozen, VersionChanged (somebody saved in between) or InvalidInput (structure of the document);
    conditions that do not yet parse are allowed in a draft and stop its submission.
    """
    version = _locked(version)
    _require_draft(version)
    if version.content_hash != expected_hash:
        raise VersionChanged(
            "Somebody else saved this draft since you opened it. Your changes were not saved.",
            current_hash=version.content_hash,
        )
    document = document_json(document_sized(document))
    before = version.content_hash
    version.document, version.content_hash, version.changed_at = document, hash_of(document), at
    version.note = version.note if note is None else note
    version.save(update_fields=["document", "content_hash", "changed_at", "note"])
    version.editors.add(editor)
    _record("edited", version, editor, at, before=before)
    return version


@transaction.atomic
def version_submit(
    *,
    version: RuleSetVersion,
    maker: User,
    at: datetime,
    effective_from: datetime | None = None,
    comment: str = "",
    expected_hash: str | None = None,
) -> Approval:
    """Freeze a draft and ask for its approval, bound to its content hash, start and evidence.

    `effective_from` None means as soon as approved. Raises VersionHasProblems with every problem found,
    VersionUnchanged where it says what is live already, VersionChanged where `expected_hash` is stale,
    StartHasPassed where `effective_from` is before `at`, FairnessMissingError and FairnessFlaggedError as the
    product's fairness policy has it.
    """
    version = _locked(version)
    _require_draft(version)
    if expected_hash is not None and version.content_hash != expected_hash:
        raise VersionChanged(
            "Somebody else saved this draft since you opened it. Look at it again before you submit it.",
            current_hash=version.content_hash,
        )
    if effective_from is not None and effective_from < at:
        raise StartHasPassed("The start asked for has passed.", effective_from=effective_from.isoformat())
    live = activation_at(rule_set=version.rule_set, at=at)
    if live is not None and document_same(live.version.document, version.document):
        raise VersionUnchanged(f"This draft says the same as version {live.version.number}, which is live.")
    evidence = evidence_collect(version=version, live=live.version if live else None)
    if evidence.errors:
        raise VersionHasProblems("The draft has problems.", problems=evidence.errors)
    fairness = version_fairness(version, at.date())
    version_fairness_require(version, fairness, at.date())
    version.state, version.submitted_at = State.SUBMITTED, at
    version.save(update_fields=["state", "submitted_at"])
    _record("submitted", version, maker, at)
    return approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(version.pk),
        content_hash=version.content_hash,
        maker=maker,
        at=at,
        effective_from=effective_from,
        evidence={**evidence.as_json(), **fairness},
        comment=comment,
    )


@transaction.atomic
def version_approve(
    *,
    version: RuleSetVersion,
    checker: User,
    content_hash: str,
    at: datetime,
    comment: str = "",
    live_hash: str | None = None,
) -> RuleSetActivation:
    """Approve what was submitted, by a person who did not write it, and make it live from its start.

    `content_hash` is what the checker saw, `live_hash` the live version they compared it with (None: the one it was
    submitted against). Raises WriterMayNotCheck, StaleApprovalError (another content), VersionEvidenceOutdated
    (another live version), VersionNotSubmitted, StartIsTaken, VersionHasProblems where the catalogue has changed, or
    FairnessMissingError and FairnessFlaggedError as at submission.
    """
    version = _locked(version)
    approval = version_pending_approval(version=version)
    if version_was_written_by(version=version, user=checker):
        raise WriterMayNotCheck("You wrote or edited this version: somebody else must check it.")
    require_own_hash(version)
    require_evidence(version, approval, live_hash=live_hash, at=at)
    # Measured anew: another model may be champion by now, and decide the same people otherwise.
    version_fairness_require(version, version_fairness(version, at.date()), at.date())
    approval_approve(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    approval.refresh_from_db()
    version.state = State.APPROVED
    version.save(update_fields=["state"])
    activation = activation_start(version=version, approval=approval, at=at)
    _record("approved", version, checker, at, live_from=activation.from_at.isoformat())
    return activation


@transaction.atomic
def version_reject(
    *, version: RuleSetVersion, checker: User, content_hash: str, at: datetime, comment: str
) -> RuleSetVersion:
    """Send a submitted version back, saying why. It stays frozen; a new draft is made from it."""
    version = _locked(version)
    approval = version_pending_approval(version=version)
    if version_was_written_by(version=version, user=checker):
        raise WriterMayNotCheck("You wrote or edited this version: withdraw it instead.")
    approval_reject(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    version.state = State.REJECTED
    version.save(update_fields=["state"])
    _record("rejected", version, checker, at)
    return version


@transaction.atomic
def version_withdraw(*, version: RuleSetVersion, maker: User, at: datetime) -> RuleSetVersion:
    """Take a submitted version back to edit it further: the request for approval becomes void."""
    version = _locked(version)
    version_pending_approval(version=version)
    if not version_was_written_by(version=version, user=maker):
        raise WriterMayNotCheck("Only somebody who wrote this version can withdraw it. Reject it instead.")
    approval_void(
        object_type=OBJECT_TYPE, object_id=str(version.pk), at=at, reason="withdrawn", actor=actor_user(maker)
    )
    version.state, version.submitted_at = State.DRAFT, None
    version.save(update_fields=["state", "submitted_at"])
    _record("withdrawn", version, maker, at)
    return version


@transaction.atomic
def version_retire(*, version: RuleSetVersion, actor: User, at: datetime) -> RuleSetVersion:
    """Put a version out of use: discard a draft, call off a planned start, or close a replaced version.

    Raises VersionIsLive for the live one: only another version's start ends it; WriterMayNotCheck where a writer of
    an approved version would end it: two people put it there.
    """
    version = _locked(version)
    if version.state == State.SUBMITTED:
        raise VersionIsFrozen("This version waits for approval: reject or withdraw it first.")
    if version.state == State.RETIRED:
        raise VersionIsFrozen("This version is retired already.")
    if version.state == State.APPROVED and version_was_written_by(version=version, user=actor):
        raise WriterMayNotCheck("You wrote or edited this version: somebody else must retire it.")
    live = activation_at(rule_set=version.rule_set, at=at)
    if live is not None and live.version_id == version.pk:
        raise VersionIsLive("This version is live. It ends when another version is approved to take its place.")
    planned = activation_planned(rule_set=version.rule_set, at=at)
    if planned is not None and planned.version_id == version.pk:
        activation_call_off(planned=planned)
    was = version.state
    version.state = State.RETIRED
    version.save(update_fields=["state"])
    _record("retired", version, actor, at, was=was)
    return version


def version_pending_approval(*, version: RuleSetVersion) -> Approval:
    """The request that waits for this version. Raises VersionNotSubmitted where there is none."""
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(version.pk))
    if approval is None or version.state != State.SUBMITTED:
        raise VersionNotSubmitted("This version is not waiting for approval.")
    return approval


def version_was_written_by(*, version: RuleSetVersion, user: User) -> bool:
    """Whether this person drafted, edited or submitted the version, and so may not check it."""
    return (
        version.author_id == user.pk
        or version.editors.filter(pk=user.pk).exists()
        or Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(version.pk), maker=user).exists()
    )


def _lock(rule_set_id: int) -> None:
    """One change of a rule set at a time. The row's key stays free: an emergency stop, which names it, never waits."""
    RuleSet.objects.select_for_update(no_key=True).get(pk=rule_set_id)


def _locked(version: RuleSetVersion) -> RuleSetVersion:
    _lock(version.rule_set_id)
    return RuleSetVersion.objects.select_related("rule_set__product").get(pk=version.pk)


def _require_draft(version: RuleSetVersion) -> None:
    if version.state != State.DRAFT:
        raise VersionIsFrozen(f"Version {version.number} is {version.get_state_display()}: only a draft is edited.")


def _record(kind: str, version: RuleSetVersion, actor: User, at: datetime, **facts: object) -> None:
    entry_append(
        kind=f"{OBJECT_TYPE}.{kind}",
        object_type=OBJECT_TYPE,
        object_id=str(version.pk),
        actor=actor_user(actor),
        payload={
            "rule_set": version.rule_set.code,
            "number": version.number,
            "content_hash": version.content_hash,
            **facts,
        },
        recorded_at=at,
    )
