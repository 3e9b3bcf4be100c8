"""The model that scored a decision, and what its result means, for the page of the decision."""

from typing import Any

from msgspec import UNSET

from rules.engine.choice import MAIN
from rules.localised import language
from rules.services.bundles.loading import Bundle
from rules.services.decisions.document import DecisionDocument
from rules.words import purpose_words
from scoring.package import ScoringModel


def model_of(document: DecisionDocument, bundle: Bundle | None) -> ScoringModel | None:
    """The model that scored; None where none did, or it cannot be loaded any more."""
    if bundle is None or document.scored_by in (UNSET, MAIN):
        return bundle.model if bundle else None
    return bundle.models.get(str(document.scored_by))


def scored_by_words(document: DecisionDocument) -> str:
    """What the model that scored is for; empty where the rules do not choose one."""
    return "" if document.scored_by is UNSET else purpose_words(str(document.scored_by), language())


def model_facts(model: ScoringModel | None) -> dict[str, Any]:
    """What the model's result means: horizon, sample, odds; empty without one."""
    if model is None:
        return {}
    bad = {"en": model.card.get("bad_definition", ""), "zh": model.card.get("bad_definition_zh", "")}
    reference = {"en": model.schema.reference.label_en, "zh": model.schema.reference.label_zh}
    return {**model.card, "bad": bad, "reference": reference}
