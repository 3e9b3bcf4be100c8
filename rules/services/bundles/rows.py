"""The frozen rows behind a bundle, each held to its content hash and its approval before anything reads it."""

import hashlib
from typing import Any

import msgspec

from audit.canonical import content_hash
from audit.models import Approval
from riskengine.errors import Conflict, NotFound
from rules.models import RuleSetVersion
from scoring.catalogue import Catalogue, catalogue_read
from scoring.models import CatalogueVersion, ModelPackage
from scoring.package import ScoringModel, package_read


class ContentChanged(Conflict):
    """A frozen row does not have the content its hash names: somebody went around the services."""

    code = "content_changed"


class NotApproved(Conflict):
    """A row claims to be live and no approval by a second person stands for exactly its content."""

    code = "not_approved"


class PartMissing(NotFound):
    """No row has this content hash."""

    code = "bundle_part_missing"


class BundleRef(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which content decided."""

    bundle_hash: str
    rule_set_hash: str
    model_hash: str
    catalogue_hash: str
    rule_set_version_id: int | None
    others: tuple[tuple[str, str], ...] = ()
    """Purpose and content hash of other models the rules may choose; absent where they choose none."""


class Pointer(msgspec.Struct, frozen=True):
    """What is live for a product at one instant: rows and the content hashes they claim."""

    product_id: int
    product_code: str
    stage: str
    currency: str
    version_id: int | None
    rule_set_hash: str
    rule_set_approval_id: int | None
    model_hash: str
    catalogue_hash: str
    timezone: str
    """The product's, IANA name."""
    stop_id: int | None = None
    """The emergency stop under which every decision goes to a person."""
    others: tuple[tuple[str, str], ...] = ()
    """Content hashes of champions for other purposes than the main score, by purpose."""


def pointer_of_hashes(
    rule_set_hash: str,
    model_hash: str,
    catalogue_hash: str,
    version_id: int | None = None,
    others: tuple[tuple[str, str], ...] = (),
) -> Pointer:
    """The pointer to three content hashes, live or not; `version_id` tells versions of one content apart.

    Raises PartMissing, NotApproved.
    """
    versions = RuleSetVersion.objects.filter(content_hash=rule_set_hash).order_by("pk").defer("document")
    if version_id is not None:
        versions = versions.filter(pk=version_id)
    version = versions.select_related("rule_set__product").first()
    if version is None:
        raise PartMissing("No rule-set version has this content.", content_hash=rule_set_hash)
    approval = _approvals("rule_set_version", rule_set_hash).filter(object_id=str(version.pk)).first()
    if approval is None:
        raise NotApproved("This rule-set version was never approved.", version=version.pk)
    product = version.rule_set.product
    return Pointer(
        product_id=product.pk,
        product_code=product.code,
        stage=version.rule_set.stage,
        currency=product.currency,
        version_id=version.pk,
        rule_set_hash=rule_set_hash,
        rule_set_approval_id=approval.pk,
        model_hash=model_hash,
        catalogue_hash=catalogue_hash,
        timezone=product.timezone,
        others=others,
    )


def pointer_of_ref(ref: BundleRef) -> Pointer:
    """The pointer to what a decision was made with. Raises PartMissing, NotApproved."""
    return pointer_of_hashes(
        ref.rule_set_hash, ref.model_hash, ref.catalogue_hash, ref.rule_set_version_id, others=ref.others
    )


def rule_set_row(pointer: Pointer) -> dict[str, Any]:
    """The document of a version. Raises PartMissing, ContentChanged, NotApproved."""
    version = RuleSetVersion.objects.filter(pk=pointer.version_id or 0).values("document", "content_hash").first()
    if version is None:
        raise PartMissing("The rule-set version does not exist.", version=pointer.version_id)
    document: dict[str, Any] = version["document"]
    if not version["content_hash"] == content_hash(document) == pointer.rule_set_hash:
        raise ContentChanged("The rule-set version is not what its hash names.", version=pointer.version_id)
    approvals = _approvals("rule_set_version", pointer.rule_set_hash).filter(pk=pointer.rule_set_approval_id or 0)
    if not approvals.filter(object_id=str(pointer.version_id)).exists():
        raise NotApproved("The rule-set version is live without an approval.", version=pointer.version_id)
    return document


def catalogue_row(catalogue_hash: str) -> Catalogue:
    """The catalogue of a content hash. Raises PartMissing, ContentChanged, NotApproved."""
    row = CatalogueVersion.objects.filter(content_hash=catalogue_hash).values("document", "approval_id").first()
    if row is None:
        raise PartMissing("No catalogue has this content.", content_hash=catalogue_hash)
    if content_hash(row["document"]) != catalogue_hash:
        raise ContentChanged("The catalogue is not what its hash names.", content_hash=catalogue_hash)
    _require_approval(row["approval_id"], catalogue_hash)
    return catalogue_read(msgspec.json.encode(row["document"]))


def model_row(model_hash: str) -> ScoringModel:
    """The model of a content hash, its golden rows checked. Raises PartMissing, ContentChanged, NotApproved, …"""
    row = ModelPackage.objects.filter(content_hash=model_hash).values("package", "approval_id").first()
    if row is None:
        raise PartMissing("No model has this content.", content_hash=model_hash)
    data = bytes(row["package"])
    if hashlib.sha256(data).hexdigest() != model_hash:
        raise ContentChanged("The model is not what its hash names.", content_hash=model_hash)
    _require_approval(row["approval_id"], model_hash)
    return package_read(data)


def _approvals(object_type: str, approved_hash: str) -> Any:
    return Approval.objects.filter(
        object_type=object_type, content_hash=approved_hash, state=Approval.State.APPROVED
    ).order_by("pk")


def _require_approval(approval_id: int | None, approved_hash: str) -> None:
    approvals = Approval.objects.filter(pk=approval_id or 0, state=Approval.State.APPROVED, content_hash=approved_hash)
    if not approvals.exists():
        raise NotApproved("This content is live without an approval.", content_hash=approved_hash)
