"""The life of a governed document: drafted, edited, put forward, decided by another person, ended.

Object type for approvals: `governed_document`. The database's triggers hold the same for raw SQL.
What is in force is read by `governed_live` and `governed_lives`.
"""

from datetime import UTC, date, datetime, time
from typing import Any, Final

from django.db import connection, models, transaction

from audit.models import Approval, GovernedDocument, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_withdraw,
)
from audit.services.governed_content import (
    Document,
    document_stored,
    governed_hash,
    governed_problems,
    governed_value,
    is_protective,
    require_order,
    require_sound,
)
from audit.services.governed_errors import (
    GovernedChanged,
    GovernedEnded,
    GovernedFrozen,
    GovernedInvalid,
    GovernedLiveChanged,
    GovernedNotSubmitted,
    GovernedProtective,
    GovernedUnchanged,
    WriterMayNotCheckGoverned,
)
from audit.services.governed_live import Live, governed_live, governed_live_for, governed_lives
from audit.services.log import actor_user, entry_append

__all__ = [
    "Live",
    "governed_hash",
    "governed_live",
    "governed_live_for",
    "governed_lives",
    "governed_problems",
    "governed_value",
    "is_protective",
]

OBJECT_TYPE: Final = "governed_document"
State = GovernedDocument.State
_KEEP: Final = date.min
"""Stands for a validity that an edit leaves as it is; None means without end."""


@transaction.atomic
def governed_draft(
    *,
    kind: str,
    name: str,
    document: Document,
    author: User,
    at: datetime,
    valid_from: date,
    valid_until: date | None = None,
) -> GovernedDocument:
    """Begin a document of a kind, as its struct or in JSON's types; `valid_until` is the last day, included.

    Raises GovernedKindUnknown, and GovernedInvalid where it is not of its kind; what the kind's check finds stops
    its submission only.
    """
    governed = GovernedDocument(
        kind=kind,
        name=name,
        document=document_stored(kind, name, document),
        author=author,
        created_at=at,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    require_order(governed)
    with connection.cursor() as cursor:
        # Two drafts at once would take one number.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"governed/{kind}/{name}"])
    last = GovernedDocument.objects.filter(kind=kind, name=name).aggregate(last=models.Max("number"))["last"] or 0
    governed.number, governed.content_hash = last + 1, governed_hash(governed)
    governed.save()
    _record("drafted", governed, author, at)
    return governed


@transaction.atomic
def governed_edit(
    *,
    governed: GovernedDocument,
    document: Document,
    expected_hash: str,
    editor: User,
    at: datetime,
    valid_from: date | None = None,
    valid_until: date | None = _KEEP,
) -> GovernedDocument:
    """Save a draft whole; a validity that is not given stays. `expected_hash` is what the editor began from.

    Raises GovernedFrozen, GovernedChanged (somebody saved in between), GovernedInvalid.
    """
    governed = _locked(governed)
    if governed.state != State.DRAFT:
        raise GovernedFrozen("Only a draft is edited. Begin a new one from it.", governed=governed.pk)
    if governed.content_hash != expected_hash:
        raise GovernedChanged("Somebody saved this draft after you opened it.", governed=governed.pk)
    before = governed.content_hash
    governed.document = document_stored(governed.kind, governed.name, document)
    governed.valid_from = valid_from or governed.valid_from
    governed.valid_until = governed.valid_until if valid_until == _KEEP else valid_until
    require_order(governed)
    governed.content_hash = governed_hash(governed)
    governed.save(update_fields=["document", "valid_from", "valid_until", "content_hash"])
    governed.editors.add(editor)
    _record("edited", governed, editor, at, before=before)
    return governed


@transaction.atomic
def governed_submit(*, governed: GovernedDocument, maker: User, at: datetime, comment: str = "") -> GovernedDocument:
    """Freeze the draft and ask for its approval, beside what is in force.

    Raises GovernedFrozen, GovernedChanged, GovernedInvalid, GovernedUnchanged.
    """
    governed = _locked(governed)
    if governed.state != State.DRAFT:
        raise GovernedFrozen("Only a draft is submitted.", governed=governed.pk)
    require_sound(governed)
    live = governed_live_for(governed, on=_day(at))
    if live is not None and _says(governed) == _says(GovernedDocument.objects.get(pk=live.id)):
        raise GovernedUnchanged("This says what is in force already.", governed=governed.pk)
    governed.editors.add(maker)
    starts_later = governed.valid_from > _day(at)
    approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(governed.pk),
        content_hash=governed.content_hash,
        maker=maker,
        at=at,
        effective_from=datetime.combine(governed.valid_from, time(), UTC) if starts_later else None,
        evidence={"compared_with": live.content_hash if live else ""},
        comment=comment,
    )
    _set_state(governed, State.SUBMITTED)
    _record("submitted", governed, maker, at)
    return governed


@transaction.atomic
def governed_approve(
    *,
    governed: GovernedDocument,
    checker: User,
    content_hash: str,
    at: datetime,
    comment: str = "",
    live_hash: str | None = None,
) -> GovernedDocument:
    """Put what was submitted in force for its validity, as somebody who did not write it.

    `content_hash` is what the checker saw, `live_hash` the document in force they compared it with (None: not asked).
    Raises WriterMayNotCheckGoverned, GovernedNotSubmitted, GovernedChanged, GovernedInvalid, GovernedLiveChanged, and
    as `approval_approve`.
    """
    governed = _locked(governed)
    approval = _pending(governed)
    _refuse_writer(governed, checker)
    require_sound(governed)
    live = governed_live_for(governed, on=_day(at))
    if live_hash is not None and live_hash != (live.content_hash if live else ""):
        raise GovernedLiveChanged("Another document took force since you compared.", governed=governed.pk)
    governed.approval = approval_approve(
        approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    _set_state(governed, State.APPROVED, "approval")
    _record("approved", governed, checker, at, approval=approval.pk)
    return governed


@transaction.atomic
def governed_reject(
    *, governed: GovernedDocument, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> GovernedDocument:
    """Refuse what was submitted, saying why; it stays on record. Raises as `governed_approve`."""
    governed = _locked(governed)
    approval = _pending(governed)
    _refuse_writer(governed, checker)
    approval_reject(approval=approval, checker=checker, content_hash=content_hash, at=at, comment=comment)
    _set_state(governed, State.REJECTED)
    _record("rejected", governed, checker, at)
    return governed


@transaction.atomic
def governed_withdraw(*, governed: GovernedDocument, maker: User, at: datetime) -> GovernedDocument:
    """Take back one's own request: the document is a draft again. Raises GovernedNotSubmitted, NotTheMakerError."""
    governed = _locked(governed)
    _pending(governed)
    approval_withdraw(object_type=OBJECT_TYPE, object_id=str(governed.pk), maker=maker, at=at)
    _set_state(governed, State.DRAFT)
    _record("withdrawn", governed, maker, at)
    return governed


@transaction.atomic
def governed_end(*, governed: GovernedDocument, actor: User, at: datetime, reason: str) -> GovernedDocument:
    """Discard a draft, call off what has not begun, or end what is in force from this day (UTC) on.

    One person may: nothing takes its place until two people agree on something. Raises GovernedEnded, GovernedInvalid
    without a reason, GovernedProtective where nothing would mean that more is allowed.
    """
    governed = _locked(governed)
    if governed.state not in (State.DRAFT, State.APPROVED):
        raise GovernedEnded("Only a draft or what is approved can be ended, and once.", governed=governed.pk)
    if governed.state == State.APPROVED and is_protective(governed):
        raise GovernedProtective("This protects people: it is replaced, never ended by one.", governed=governed.pk)
    if not reason.strip():
        raise GovernedInvalid("Say why it ends.", problems=[])
    was, governed.ended_at, governed.end_reason = governed.state, at, reason.strip()
    _set_state(governed, State.ENDED, "ended_at", "end_reason")
    _record("ended", governed, actor, at, was=was)
    return governed


def governed_was_written_by(governed: GovernedDocument, user: User) -> bool:
    """Whether this person drafted, edited or submitted the document, with whatever account, and so may not check it."""
    writers = [governed.author, *governed.editors.all()]
    asked = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(governed.pk)).select_related("maker")
    people = [*writers, *(approval.maker for approval in asked)]
    return any(user.pk == person.pk or user.person_id == person.person_id for person in people)


def _says(governed: GovernedDocument) -> tuple[object, ...]:
    # From when does not matter: it is in force on the day the other would begin.
    return governed.document, governed.valid_until


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _locked(governed: GovernedDocument) -> GovernedDocument:
    return GovernedDocument.objects.select_for_update(of=("self",)).get(pk=governed.pk)


def _pending(governed: GovernedDocument) -> Approval:
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(governed.pk))
    if approval is None or governed.state != State.SUBMITTED:
        raise GovernedNotSubmitted("This does not wait for approval.", governed=governed.pk)
    return approval


def _refuse_writer(governed: GovernedDocument, checker: User) -> None:
    if governed_was_written_by(governed, checker):
        raise WriterMayNotCheckGoverned("You wrote or edited this: somebody else must check it.", governed=governed.pk)


def _set_state(governed: GovernedDocument, state: str, *fields: str) -> None:
    governed.state = state
    governed.save(update_fields=["state", *fields])


def _record(event: str, governed: GovernedDocument, actor: User, at: datetime, **more: Any) -> None:
    entry_append(
        kind=f"governed.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(governed.pk),
        actor=actor_user(actor),
        payload={"kind": governed.kind, "name": governed.name, "content_hash": governed.content_hash, **more},
        recorded_at=at,
    )
