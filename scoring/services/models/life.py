"""The life of a model: registered as a candidate, put forward for a role, approved for it by a second person.

Each step towards the champion is an approval of its own that binds the model's bytes and the role asked for; a
rollback puts a retired model forward again. The champion replaced is retired.

Object type for approvals: `model_package`. The database's triggers hold the same for raw SQL.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.models import Approval, User
from audit.services.approvals import (
    approval_approve,
    approval_pending,
    approval_reject,
    approval_request,
    approval_void,
    approval_withdraw,
)
from audit.services.log import actor_user, entry_append
from lending.business_dates import business_date_of
from lending.models import Product
from riskengine.errors import Conflict, InvalidInput, NotFound
from scoring.catalogue import Catalogue
from scoring.models import ModelPackage
from scoring.package import ScoringModel, package_read
from scoring.package.probe import package_probe
from scoring.services.catalogues.life import catalogue_live, catalogue_lock, forbidden_features
from scoring.services.fairness.gate import fairness_evidence, fairness_require_model
from scoring.services.models.honesty import honesty_require
from scoring.services.models.keeping import keeping_require
from scoring.services.models.roles import (
    ROLE,
    ModelReasonMissingError,
    ModelRoleChangedError,
    ModelRoleError,
    approval_role,
    purpose_require,
    role_require,
)
from scoring.training.statement import NOT_STATED

OBJECT_TYPE = "model_package"
State = ModelPackage.State


class UnknownProductError(NotFound):
    """No product has this code."""

    code = "product_not_found"


class ModelOfAnotherProductError(InvalidInput):
    """The package's card names another product, or it is registered for another already."""

    code = "model_of_another_product"


class ModelReadsForbiddenError(InvalidInput):
    """The model reads variables that are not catalogued for the product, or are a prohibited basis."""

    code = "model_reads_forbidden"


class ModelNotStatedError(InvalidInput):
    """Nobody has said over which time and of what the model predicts: its PD would mean nothing to a rule."""

    code = "model_not_stated"


class ModelNotSubmittedError(Conflict):
    """Nobody asked for this model's approval, or the request was decided."""

    code = "model_not_submitted"


class ModelChangedError(Conflict):
    """The stored bytes are not those that the hash names: somebody went around the services."""

    code = "model_changed"


def product_by_code(code: str) -> Product:
    """Raises UnknownProductError."""
    product = Product.objects.filter(code=code).first()
    if product is None:
        raise UnknownProductError("There is no product of this code.", product=code)
    return product


def model_register(*, product: Product, name: str, package: bytes, at: datetime) -> ModelPackage:
    """Keep a package as a candidate, after loading it in a process of its own. The same bytes are kept once.

    Raises BrokenPackageError, GoldenRowError, ModelOfAnotherProductError, ModelPurposeUnknownError,
    ModelNotHonestError.
    """
    content_hash = hashlib.sha256(package).hexdigest()
    earlier = ModelPackage.objects.filter(content_hash=content_hash).select_related("product").first()
    if earlier is not None:
        _require_product(earlier.product.code, product)
        return earlier
    package_probe(package)
    model = package_read(package)
    _require_product(model.card["product"], product)
    purpose_require(model.card)
    honesty_require(model.card)
    with transaction.atomic():
        row = ModelPackage.objects.create(
            product=product,
            name=name,
            kind=model.schema.kind,
            content_hash=content_hash,
            package=package,
            card=model.card,
        )
        _record("registered", row, "system:training", at)
    return row


@transaction.atomic
def model_submit(
    *,
    model: ModelPackage,
    maker: User,
    at: datetime,
    comment: str = "",
    evidence: dict[str, Any] | None = None,
    role: str = State.CHAMPION,
) -> Approval:
    """Ask for a model to become `role`: champion, for the first time or again, challenger, or approved to wait.

    The card's figures and the present champion are the evidence unless more is given; the role is always in it.

    Raises ModelNotCandidateError, ModelRoleError, ModelNotStatedError, ModelNotKeptError, ModelValidationOverdue,
    ModelReadsForbiddenError, AlreadyPendingError, and where the product has a fairness policy FairnessMissingError and
    FairnessFlaggedError.
    """
    catalogue_lock()
    model = _locked(model)
    role_require(model, role)
    honesty_require(model.card)
    if model.card["bad_definition"] == NOT_STATED.bad_definition.en:
        raise ModelNotStatedError("State the model's horizon and definition of bad first.", model=model.pk)
    keeping_require(model, business_date_of(at, model.product.timezone))
    _require_catalogued(model, catalogue_live())
    shown = {**fairness_evidence(evidence or _evidence(model), model, at.date()), ROLE: str(role)}
    fairness_require_model(model, shown, at.date())
    return approval_request(
        object_type=OBJECT_TYPE,
        object_id=str(model.pk),
        content_hash=model.content_hash,
        maker=maker,
        at=at,
        evidence=shown,
        comment=comment,
    )


@transaction.atomic
def model_approve(
    *, model: ModelPackage, checker: User, content_hash: str, at: datetime, comment: str = "", role: str | None = None
) -> ModelPackage:
    """Make the model what was asked for at once; the champion of its purpose before it is retired.

    `content_hash` is that of the package the checker was shown, `role` (where given) the one they were shown. Raises
    ModelNotSubmittedError, ModelRoleChangedError, ModelRoleError, ModelChangedError, ModelNotKeptError,
    ModelValidationOverdue, ModelReadsForbiddenError, FairnessMissingError, FairnessFlaggedError, and as
    `approval_approve`.
    """
    catalogue_lock()
    # One product's champion changes once at a time.
    Product.objects.select_for_update().get(pk=model.product_id)
    model = _locked(model)
    pending = _pending(model)
    asked = approval_role(pending)
    if role not in (None, asked):
        raise ModelRoleChangedError("Another role is asked for by now.", model=model.pk, role=asked)
    role_require(model, asked)
    keeping_require(model, business_date_of(at, model.product.timezone))
    _require_catalogued(model, catalogue_live())
    honesty_require(model.card)
    model_load(model)
    fairness_require_model(model, pending.evidence, at.date())
    approval = approval_approve(approval=pending, checker=checker, content_hash=content_hash, at=at, comment=comment)
    actor = actor_user(checker)
    champion = model_champion(model.product, model.purpose) if asked == State.CHAMPION else None
    if champion is not None:
        champion.retired_because = f"replaced by {model.name}"
        _set_state(champion, State.RETIRED, "retired_because")
        _record("retired", champion, actor, at, reason=champion.retired_because)
    model.approval, model.retired_because = approval, ""
    _set_state(model, asked, "approval", "retired_because")
    _record(asked.lower(), model, actor, at, approval=approval.pk)
    return model


@transaction.atomic
def model_retire(*, model: ModelPackage, actor: User, at: datetime, reason: str) -> ModelPackage:
    """Take a model that decides nothing out of use; a request that waits for it is void.

    One person suffices, on record: no customer is scored by it, and it returns only by a new approval. The champion
    is replaced, never retired. Raises ModelRoleError, ModelReasonMissingError.
    """
    model = _locked(model)
    if model.state in (State.CHAMPION, State.RETIRED):
        raise ModelRoleError("A champion is replaced; a retired model is retired.", model=model.pk, state=model.state)
    if not reason.strip():
        raise ModelReasonMissingError("Say why the model is retired.", model=model.pk)
    approval_void(
        object_type=OBJECT_TYPE, object_id=str(model.pk), at=at, reason="model retired", actor=actor_user(actor)
    )
    model.retired_because = reason.strip()
    _set_state(model, State.RETIRED, "retired_because")
    _record("retired", model, actor_user(actor), at, reason=model.retired_because)
    return model


@transaction.atomic
def model_reject(
    *, model: ModelPackage, checker: User, content_hash: str, at: datetime, comment: str = ""
) -> ModelPackage:
    """Refuse the candidate, which may be put forward again. Raises as `approval_reject`."""
    model = _locked(model)
    approval_reject(approval=_pending(model), checker=checker, content_hash=content_hash, at=at, comment=comment)
    return model


def model_withdraw(*, model: ModelPackage, maker: User, at: datetime) -> Approval | None:
    """Take back one's own request for approval. None if there is none; raises NotTheMakerError."""
    return approval_withdraw(object_type=OBJECT_TYPE, object_id=str(model.pk), maker=maker, at=at)


def model_champion(product: Product, purpose: str = ModelPackage.Purpose.MAIN) -> ModelPackage | None:
    """The model in use for a purpose of a product now, without its bytes."""
    champions = ModelPackage.objects.filter(product=product, purpose=purpose, state=State.CHAMPION)
    return champions.defer("package").first()


def model_load(model: ModelPackage) -> ScoringModel:
    """The model behind a row, verified. Raises ModelChangedError, BrokenPackageError, GoldenRowError."""
    data = bytes(model.package)
    if hashlib.sha256(data).hexdigest() != model.content_hash:
        raise ModelChangedError("The stored model is not the one its hash names.", model=model.pk)
    return package_read(data)


def _evidence(model: ModelPackage) -> dict[str, Any]:
    champion = model_champion(model.product, model.purpose)
    return {
        "metrics": model.card["metrics"],
        "sample_odds": model.card["sample_odds"],
        "compared_with": champion.content_hash if champion else "",
    }


def _pending(model: ModelPackage) -> Approval:
    approval = approval_pending(object_type=OBJECT_TYPE, object_id=str(model.pk))
    if approval is None:
        raise ModelNotSubmittedError("Nobody has asked for this model's approval.", model=model.pk)
    return approval


def _locked(model: ModelPackage) -> ModelPackage:
    return ModelPackage.objects.select_for_update(of=("self",)).get(pk=model.pk)


def _set_state(model: ModelPackage, state: str, *fields: str) -> None:
    model.state = state
    model.save(update_fields=["state", *fields])


def _require_product(stated: str, product: Product) -> None:
    if stated != product.code:
        raise ModelOfAnotherProductError(
            "The model was trained for another product.", stated=stated, product=product.code
        )


def _require_catalogued(model: ModelPackage, catalogue: Catalogue) -> None:
    problems = forbidden_features(model.card, catalogue)
    if problems:
        raise ModelReadsForbiddenError(
            f"The model reads what it may not: {'; '.join(problems)}.", problems=problems, model=model.pk
        )


def _record(event: str, model: ModelPackage, actor: str, at: datetime, **more: object) -> None:
    entry_append(
        kind=f"model.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(model.pk),
        actor=actor,
        payload={"content_hash": model.content_hash, "product": model.product.code, "name": model.name, **more},
        recorded_at=at,
    )
