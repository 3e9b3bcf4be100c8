"""What portraits are worked out with besides facts: catalogue, champion models and policy, live or by content hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import msgspec

from audit.canonical import content_hash as hash_of
from audit.models import GovernedDocument
from audit.services.governed_content import governed_hash
from audit.services.governed_live import governed_live
from riskengine.errors import Conflict, NotFound
from scoring.catalogue import Catalogue
from scoring.models import CatalogueVersion, ModelPackage
from scoring.package import ScoringModel
from scoring.portraits.policy import KIND, PortraitPolicy
from scoring.portraits.portrait import PortraitPlan
from scoring.services.catalogues.life import catalogue_live_version, catalogue_of
from scoring.services.models.life import model_load


class InstrumentGoneError(NotFound):
    """No catalogue, model or policy has this content any more: the portrait cannot be made again."""

    code = "portrait_instrument_gone"


class CatalogueAlteredError(Conflict):
    """A stored catalogue is not the one its hash names."""

    code = "catalogue_altered"


@dataclass(frozen=True)
class Instruments:
    """Everything but the facts that a portrait depends on, each by its content hash."""

    catalogue: Catalogue
    catalogue_hash: str
    policy: PortraitPolicy | None
    policy_hash: str
    """Empty without a policy."""
    models: Mapping[str, ScoringModel]
    """By product."""
    plans: dict[tuple[str, ...], PortraitPlan] = field(default_factory=dict)

    def plan(self, products: tuple[str, ...]) -> PortraitPlan:
        """The plan of customers with these products, made once."""
        if products not in self.plans:
            self.plans[products] = PortraitPlan(self.catalogue, products)
        return self.plans[products]


def instruments_live(on: date) -> Instruments:
    """The live catalogue, every product's champion and the policy in force on a day. Raises NoLiveCatalogueError."""
    version = catalogue_live_version()
    live = governed_live(KIND, on=on)
    champions = ModelPackage.objects.filter(
        state=ModelPackage.State.CHAMPION, purpose=ModelPackage.Purpose.MAIN
    ).values_list("product__code", "content_hash")
    return Instruments(
        catalogue=_catalogue(version.content_hash),
        catalogue_hash=version.content_hash,
        policy=live.value if live else None,
        policy_hash=live.content_hash if live else "",
        models={product: _model(content_hash) for product, content_hash in champions},
    )


def instruments_pinned(*, catalogue_hash: str, policy_hash: str, product: str, model_hash: str) -> Instruments:
    """Those of an earlier portrait. Raises InstrumentGoneError."""
    return Instruments(
        catalogue=_catalogue(catalogue_hash),
        catalogue_hash=catalogue_hash,
        policy=_policy(policy_hash) if policy_hash else None,
        policy_hash=policy_hash,
        models={product: _model(model_hash)} if model_hash else {},
    )


@lru_cache(maxsize=8)
def _catalogue(content_hash: str) -> Catalogue:
    version = CatalogueVersion.objects.filter(content_hash=content_hash).first()
    if version is None:
        raise InstrumentGoneError("No catalogue has this content.", content_hash=content_hash)
    if hash_of(version.document) != content_hash:
        raise CatalogueAlteredError("The stored catalogue is not the one its hash names.", content_hash=content_hash)
    return catalogue_of(version)


@lru_cache(maxsize=8)
def _model(content_hash: str) -> ScoringModel:
    model = ModelPackage.objects.filter(content_hash=content_hash).first()
    if model is None:
        raise InstrumentGoneError("No model has this content.", content_hash=content_hash)
    return model_load(model)


@lru_cache(maxsize=8)
def _policy(content_hash: str) -> PortraitPolicy:
    document = GovernedDocument.objects.filter(kind=KIND, content_hash=content_hash, approval__isnull=False).first()
    if document is None or governed_hash(document) != content_hash:
        raise InstrumentGoneError("No portrait policy has this content.", content_hash=content_hash)
    return msgspec.convert(document.document, PortraitPolicy)
