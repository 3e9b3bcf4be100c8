"""The life of the variable catalogue: a version is registered frozen, put forward, and goes live by a second person.

Object type for approvals: `catalogue_version`.
"""

from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, models, transaction

from audit.canonical import content_hash as hash_of
from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_withdraw,
)
from audit.services.log import actor_user, entry_append
from riskengine.errors import Conflict, NotPermitted
from scoring.catalogue import Catalogue, catalogue_json, catalogue_read
from scoring.models import CatalogueDraft, CatalogueVersion, ModelPackage
from scoring.services.catalogues.guards import guard_problems

OBJECT_TYPE = "catalogue_version"
_LOCK = 7_264_001


class NoLiveCatalogueError(Conflict):
    """No version of the catalogue is live: nothing can be decided or checked."""

    code = "no_live_catalogue"


class CatalogueBreaksModelsError(Conflict):
    """A champion or a live rule set reads what this catalogue drops, prohibits or gives another type."""

    code = "catalogue_breaks_models"


class CatalogueWriterMayNotCheckError(NotPermitted):
    """The checker wrote or edited the draft that this version was made from."""

    code = "same_person"


class CatalogueNotSubmittedError(Conflict):
    """Nobody asked for this version's approval, or the request was decided."""

    code = "catalogue_not_submitted"


class CatalogueIsLiveError(Conflict):
    """This version is live already."""

    code = "catalogue_is_live"


def catalogue_live() -> Catalogue:
    """The live catalogue. Raises NoLiveCatalogueError."""
    return catalogue_of(catalogue_live_version())


def catalogue_live_version() -> CatalogueVersion:
    """The live version. Raises NoLiveCatalogueError."""
    version = CatalogueVersion.objects.filter(is_live=True).first()
    if version is None:
        raise NoLiveCatalogueError("No variable catalogue is live.")
    return version


def catalogue_lock() -> None:
    """Until the transaction ends nobody else changes what is live: catalogue, models and rule sets lean on each other.

    Taken first by every service that checks one of them against another and puts it live.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def catalogue_of(version: CatalogueVersion) -> Catalogue:
    """The typed document of a version. Raises InvalidCatalogue."""
    return catalogue_read(msgspec.json.encode(version.document))


@transaction.atomic
def catalogue_register(*, document: dict[str, Any], at: datetime) -> CatalogueVersion:
    """Keep a catalogue as the next version, not live. The same content is kept once.

    Raises InvalidCatalogue with every problem.
    """
    document = catalogue_json(catalogue_read(msgspec.json.encode(document)))
    content_hash = hash_of(document)
    catalogue_lock()  # two registrations at once would give one number twice
    earlier = CatalogueVersion.objects.filter(content_hash=content_hash).first()
    if earlier is not None:
        return earlier
    last = CatalogueVersion.objects.aggregate(last=models.Max("number"))["last"] or 0
    version = CatalogueVersion.objects.create(number=last + 1, document=document, content_hash=content_hash)
    _record("registered", version, "system:catalogue", at)
    return version


@transaction.atomic
def catalogue_submit(*, version: CatalogueVersion, maker: User, at: datetime, comment: str = "") -> Approval:
    """Ask for a version to go live. Raises CatalogueIsLiveError, CatalogueBreaksModelsError, AlreadyPendingError."""
    catalogue_lock()
    version = _locked(version)
    catalogue_require_fit(version)
    return approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(version.pk),
        content_hash=version.content_hash,
        maker=maker,
        at=at,
        comment=comment,
    )


@transaction.atomic
def catalogue_approve(
    *, version: CatalogueVersion, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> CatalogueVersion:
    """Put a version live at once in place of the one before.

    Raises CatalogueNotSubmittedError, CatalogueBreaksModelsError, and as `approval_approve`.
    """
    catalogue_lock()
    version = _locked(version)
    catalogue_require_fit(version)
    if CatalogueDraft.objects.filter(version=version, editors=checker).exists():
        raise CatalogueWriterMayNotCheckError("You wrote this: somebody else must check it.", version=version.number)
    approval = approval_approve(
        approval=_pending(version), checker=checker, content_hash=content_hash, at=at, comment=comment
    )
    for live in CatalogueVersion.objects.select_for_update(of=("self",)).filter(is_live=True):
        live.is_live = False
        live.save(update_fields=["is_live"])
        _record("replaced", live, actor_user(checker), at)
    version.approval, version.is_live = approval, True
    version.save(update_fields=["approval", "is_live"])
    _record("live", version, actor_user(checker), at)
    return version


@transaction.atomic
def catalogue_reject(
    *, version: CatalogueVersion, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> CatalogueVersion:
    """Refuse a version, which may be put forward again. Raises as `approval_reject`."""
    version = _locked(version)
    approval_reject(approval=_pending(version), checker=checker, content_hash=content_hash, at=at, comment=comment)
    return version


def catalogue_withdraw(*, version: CatalogueVersion, maker: User, at: datetime) -> Approval | None:
    """Take back one's own request for approval. None if there is none; raises NotTheMakerError."""
    return approval_withdraw(object_type=OBJECT_TYPE, object_id=str(version.pk), maker=maker, at=at)


def forbidden_features(card: dict[str, Any], catalogue: Catalogue) -> list[str]:
    """The features of a card that the catalogue does not know for its product, or lets no model read, in words."""
    variables = catalogue.of_product(card["product"])
    names = [feature["name"] for feature in card["features"]]
    unknown = [f"{name} is not catalogued" for name in names if name not in variables]
    known = [variables[name] for name in names if name in variables]
    prohibited = [f"{item.name} is a prohibited basis" for item in known if item.is_prohibited_basis]
    # In a model it would decline, price and grade: a link to a bad party may do none of it.
    linked = [f"{item.name} tells of a link to a bad party" for item in known if item.is_link]
    is_after = card.get("purpose") == ModelPackage.Purpose.POST_LOAN
    later = (
        [] if is_after else [f"{item.name} is known of loans paid out only" for item in known if item.is_for_reviews]
    )
    return unknown + prohibited + linked + later


def _pending(version: CatalogueVersion) -> Approval:
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(version.pk))
    if approval is None:
        raise CatalogueNotSubmittedError("Nobody has asked for this catalogue's approval.", version=version.number)
    return approval


def _locked(version: CatalogueVersion) -> CatalogueVersion:
    return CatalogueVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def catalogue_require_fit(version: CatalogueVersion) -> None:
    """Raise CatalogueIsLiveError or, with everything that is live and would break, CatalogueBreaksModelsError."""
    if version.is_live:
        raise CatalogueIsLiveError("This version is live already.", version=version.number)
    catalogue = catalogue_of(version)
    champions = ModelPackage.objects.filter(state=ModelPackage.State.CHAMPION).defer("package")
    problems = [
        f"{champion.name}: {problem}"
        for champion in champions
        for problem in forbidden_features(champion.card, catalogue)
    ]
    live = CatalogueVersion.objects.filter(is_live=True).first()
    if live is not None:
        before = catalogue_of(live)
        for champion in champions:
            problems += [f"{champion.name}: {problem}" for problem in _retyped(champion.card, before, catalogue)]
        problems += guard_problems(catalogue, before)
    if problems:
        raise CatalogueBreaksModelsError(
            f"What is live reads what this catalogue takes away: {'; '.join(problems)}.", problems=problems
        )


def _retyped(card: dict[str, Any], before: Catalogue, after: Catalogue) -> list[str]:
    """The features of a card whose type changes, in words."""
    old, new = before.of_product(card["product"]), after.of_product(card["product"])
    names = [feature["name"] for feature in card["features"]]
    return [
        f"{name} changes from {old[name].type} to {new[name].type}"
        for name in names
        if name in old and name in new and old[name].type != new[name].type
    ]


def _record(event: str, version: CatalogueVersion, actor: str, at: datetime) -> None:
    entry_append(
        kind=f"catalogue.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(version.pk),
        actor=actor,
        payload={"content_hash": version.content_hash, "number": version.number},
        recorded_at=at,
    )
