"""The life of an entry of a list: proposed, approved by another person, ended by two again.

Object type for approvals: `list_entry`. The database's triggers hold the same for raw SQL.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
)
from audit.services.log import actor_user, entry_append
from lending.models import ListEntry, ListImport
from lending.services.list_content import EntryContent, end_hash
from riskengine.errors import Conflict, NotPermitted

OBJECT_TYPE = "list_entry"
State = ListEntry.State


class ListEntryExistsError(Conflict):
    """The same identifier is on the same list already, or is proposed for it."""

    code = "list_entry_exists"


class ListEntryStateError(Conflict):
    """The entry is not in a state in which this can be done."""

    code = "list_entry_state"


class NotTheProposerError(NotPermitted):
    """Only who proposed an entry withdraws it; others reject it."""

    code = "list_entry_not_proposer"


class ListEntryNotSubmittedError(Conflict):
    """Nothing about this entry waits for approval."""

    code = "list_entry_not_submitted"


@transaction.atomic
def list_entry_propose(
    *, content: EntryContent, maker: User, at: datetime, batch: ListImport | None = None
) -> ListEntry:
    """Put an entry forward and ask for its approval. Raises ListEntryExistsError."""
    _refuse_known(content, at)
    try:
        with transaction.atomic():
            entry = ListEntry.objects.create(
                **_fields(content), proposed_by=maker, recorded_at=at, batch=batch, content_hash=content.content_hash()
            )
    except IntegrityError as error:  # another proposal came in between: the constraint stopped ours
        raise ListEntryExistsError("This identifier is on this list, or proposed for it.") from error
    _record("proposed", entry, maker, at)
    _ask(entry, entry.content_hash, maker, at)
    return entry


@transaction.atomic
def list_entry_withdraw(*, entry: ListEntry, maker: User, at: datetime) -> ListEntry:
    """Take a proposal, or the request to end an entry, back. Raises NotTheProposerError, ListEntryStateError."""
    entry = _locked(entry, State.PROPOSED, State.EFFECTIVE)
    pending = _pending(entry)
    if pending.maker_id != maker.pk:
        raise NotTheProposerError("Only who asked can withdraw; others reject it.", entry=entry.pk)
    _void(entry, maker, at, "withdrawn")
    if entry.state == State.PROPOSED:
        _move(entry, State.WITHDRAWN)
    _record("withdrawn", entry, maker, at)
    return entry


@transaction.atomic
def list_entry_end(*, entry: ListEntry, maker: User, at: datetime, comment: str) -> Approval:
    """Ask for an entry in force to end; it does when another person approves. Raises AlreadyPendingError, …"""
    entry = _locked(entry, State.EFFECTIVE)
    _record("end_proposed", entry, maker, at)
    return _ask(entry, end_hash(entry.content_hash), maker, at, comment)


@transaction.atomic
def list_entry_approve(
    *, entry: ListEntry, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> ListEntry:
    """Let a proposal take force, or an entry end, whichever waits. `content_hash` is that which the checker saw.

    Raises ListEntryNotSubmittedError, ListEntryStateError, and as `approval_approve`.
    """
    entry = _locked(entry, State.PROPOSED, State.EFFECTIVE)
    approval = approval_approve(
        approval=_pending(entry), checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    if entry.state == State.PROPOSED:
        entry.approval, entry.known_at = approval, at
        _move(entry, State.EFFECTIVE, "approval", "known_at")
        _record("effective", entry, checker, at)
    else:
        entry.end_approval, entry.ended_at = approval, at
        _move(entry, State.ENDED, "end_approval", "ended_at")
        _record("ended", entry, checker, at)
    return entry


@transaction.atomic
def list_entries_approve(
    *, entries: Sequence[tuple[int, str]], checker: User, at: datetime, comment: str = ""
) -> list[ListEntry]:
    """Approve several, each by its own approval and hash (ids and hashes as shown); all or none. Raises as one does."""
    return [
        list_entry_approve(entry=ListEntry(pk=pk), checker=checker, content_hash=shown, at=at, comment=comment)
        for pk, shown in sorted(entries)  # one order for all: two checkers at once wait, and do not deadlock
    ]


@transaction.atomic
def list_entry_reject(*, entry: ListEntry, checker: User, content_hash: str, at: datetime, comment: str) -> ListEntry:
    """Refuse a proposal for good, or the end of an entry, which then stays in force. Raises as `approval_reject`."""
    entry = _locked(entry, State.PROPOSED, State.EFFECTIVE)
    approval_reject(approval=_pending(entry), checker=checker, content_hash=content_hash, at=at, comment=comment)
    if entry.state == State.PROPOSED:
        _move(entry, State.REJECTED)
    _record("rejected", entry, checker, at)
    return entry


def entry_is_known(content: EntryContent, at: datetime) -> bool:
    """Whether the identifier is proposed for the same list, or on it for a time that overlaps."""
    in_force = Q(state=State.EFFECTIVE) & (Q(until_at__isnull=True) | Q(until_at__gt=max(content.from_at, at)))
    if content.until_at is not None:
        in_force &= Q(from_at__lt=content.until_at)
    same = ListEntry.objects.filter(kind=content.kind, dimension=content.dimension, blind_index=content.blind_index)
    return same.filter(Q(state=State.PROPOSED) | in_force).exists()


def _refuse_known(content: EntryContent, at: datetime) -> None:
    if entry_is_known(content, at):
        raise ListEntryExistsError("This identifier is on this list, or proposed for it.")


def _fields(content: EntryContent) -> dict[str, object]:
    return {name: getattr(content, name) for name in content.__struct_fields__}


def _ask(entry: ListEntry, content_hash: str, maker: User, at: datetime, comment: str = "") -> Approval:
    return approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(entry.pk),
        content_hash=content_hash,
        maker=maker,
        at=at,
        comment=comment,
    )


def _pending(entry: ListEntry) -> Approval:
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(entry.pk))
    if approval is None:
        raise ListEntryNotSubmittedError("Nothing about this entry waits for approval.", entry=entry.pk)
    return approval


def _locked(entry: ListEntry, *states: str) -> ListEntry:
    found = ListEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if found.state not in states:
        raise ListEntryStateError("This cannot be done with the entry any more.", entry=found.pk, state=found.state)
    return found


def _void(entry: ListEntry, maker: User, at: datetime, reason: str) -> None:
    approval_void(object_type=OBJECT_TYPE, object_id=str(entry.pk), at=at, reason=reason, actor=actor_user(maker))


def _move(entry: ListEntry, state: str, *fields: str) -> None:
    entry.state = state
    entry.save(update_fields=["state", *fields])


def _record(event: str, entry: ListEntry, actor: User, at: datetime) -> None:
    entry_append(
        kind=f"list_entry.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(entry.pk),
        actor=actor_user(actor),
        payload={"content_hash": entry.content_hash, "list": entry.kind, "dimension": entry.dimension},
        recorded_at=at,
    )
