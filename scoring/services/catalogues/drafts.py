"""Writing a catalogue: a draft made from the live one, saved whole, frozen as a version and put forward."""

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from audit.canonical import content_hash as hash_of
from audit.models import User
from audit.services.log import actor_user, entry_append
from riskengine.errors import Conflict
from scoring.catalogue import Catalogue, catalogue_json, catalogue_problems
from scoring.models import CatalogueDraft
from scoring.services.catalogues.life import catalogue_live_version, catalogue_register, catalogue_submit

State = CatalogueDraft.State


class CatalogueDraftFrozenError(Conflict):
    """The draft was submitted or discarded."""

    code = "catalogue_draft_frozen"


class CatalogueDraftChangedError(Conflict):
    """Somebody saved the draft after it was opened."""

    code = "catalogue_draft_changed"


class CatalogueUnchangedError(Conflict):
    """The draft says what is live already."""

    code = "catalogue_unchanged"


@transaction.atomic
def catalogue_draft(*, author: User, at: datetime) -> CatalogueDraft:
    """The open draft, or a new one made from the live catalogue. Raises NoLiveCatalogueError."""
    live = catalogue_live_version()
    values = {
        "based_on": live,
        "document": live.document,
        "content_hash": live.content_hash,
        "author": author,
        "created_at": at,
        "changed_at": at,
    }
    draft, is_new = CatalogueDraft.objects.get_or_create(state=State.OPEN, defaults=values)
    if is_new:
        draft.editors.add(author)
        _record("drafted", draft, author, at)
    return draft


@transaction.atomic
def catalogue_draft_edit(
    *, draft: CatalogueDraft, catalogue: Catalogue, editor: User, at: datetime, expected_hash: str
) -> tuple[CatalogueDraft, list[str]]:
    """Save a draft whole; returns it with the catalogue's problems, which stop its submission only.

    Raises CatalogueDraftFrozenError, CatalogueDraftChangedError.
    """
    draft = _open(draft, expected_hash)
    draft.document = catalogue_json(catalogue)
    draft.content_hash, draft.changed_at = hash_of(draft.document), at
    draft.save(update_fields=["document", "content_hash", "changed_at"])
    draft.editors.add(editor)
    _record("edited", draft, editor, at)
    return draft, catalogue_problems(catalogue)


@transaction.atomic
def catalogue_draft_submit(
    *, draft: CatalogueDraft, maker: User, at: datetime, comment: str, expected_hash: str
) -> CatalogueDraft:
    """Freeze the draft as a version and ask for its approval.

    Raises CatalogueUnchangedError, InvalidCatalogue, and as `catalogue_submit`.
    """
    draft = _open(draft, expected_hash)
    draft.version = catalogue_register(document=draft.document, at=at)
    if draft.version.is_live:
        raise CatalogueUnchangedError("This draft says what is live already.", draft=draft.pk)
    draft.state = State.SUBMITTED
    draft.save(update_fields=["version", "state"])
    draft.editors.add(maker)
    catalogue_submit(version=draft.version, maker=maker, at=at, comment=comment)
    return draft


@transaction.atomic
def catalogue_draft_discard(*, draft: CatalogueDraft, maker: User, at: datetime) -> None:
    """Give a draft up; it stays on record. Raises CatalogueDraftFrozenError."""
    draft = _open(draft, None)
    draft.state = State.DISCARDED
    draft.save(update_fields=["state"])
    _record("discarded", draft, maker, at)


def draft_catalogue(draft: CatalogueDraft) -> Catalogue:
    """The typed document of a draft, whatever problems it has."""
    return msgspec.convert(draft.document, Catalogue)


def _open(draft: CatalogueDraft, expected_hash: str | None) -> CatalogueDraft:
    found = CatalogueDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if found.state != State.OPEN:
        raise CatalogueDraftFrozenError("This draft was submitted or discarded.", draft=found.pk)
    if expected_hash is not None and found.content_hash != expected_hash:
        raise CatalogueDraftChangedError("Somebody saved this draft after you opened it.", draft=found.pk)
    return found


def _record(event: str, draft: CatalogueDraft, actor: User, at: datetime, **more: Any) -> None:
    entry_append(
        kind=f"catalogue_draft.{event}",
        object_type="catalogue_draft",
        object_id=str(draft.pk),
        actor=actor_user(actor),
        payload={"content_hash": draft.content_hash, "based_on": draft.based_on.number, **more},
        recorded_at=at,
    )
