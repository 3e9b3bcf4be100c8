"""From a fitted model to its package, and from a package's record back to the same bytes."""

from pathlib import Path

import msgspec

from scoring.catalogue import Catalogue
from scoring.fairness.result import FairnessResult
from scoring.package import ScoringModel, package_write
from scoring.training.card import card_write
from scoring.training.cross_validation import CrossValidation
from scoring.training.errors import TrainingInputError
from scoring.training.families import family_of, family_parameters
from scoring.training.fitting import Fitted
from scoring.training.honesty import Honesty
from scoring.training.prior import prior_apply, prior_of
from scoring.training.reference import with_reference
from scoring.training.request import Prepared, Request, request_prepare
from scoring.training.statement import Statement


def package_pack(
    *,
    name: str,
    product: str,
    statement: Statement,
    prepared: Prepared,
    fitted: Fitted,
    validation: CrossValidation,
    folds: int,
    honesty: Honesty,
    fairness: FairnessResult | None = None,
    purpose: str = "",
) -> bytes:
    """The package of a model fitted on all rows, its PDs at the population's odds if those are stated, with the figures
    of its cross-validation, which are always at the sample's."""
    prior = prior_of(statement, prepared.outcome)
    card = card_write(
        name=name,
        product=product,
        statement=statement,
        prepared=prepared,
        fitted=fitted,
        validation=validation,
        folds=folds,
        honesty=honesty,
        prior=prior,
        fairness=fairness,
        purpose=purpose,
    )
    model = prior_apply(fitted.model, prior.offset) if prior else fitted.model
    if statement.approved_below_pd is not None:
        model = with_reference(model, prepared.frame, cut_off=statement.approved_below_pd)
        card["approved_below_pd"] = statement.approved_below_pd
    return package_write(schema=model.schema, body=model.body, card=card, seed=prepared.recipe.seed)


def package_retrain(model: ScoringModel, *, data: Path, catalogue: Catalogue) -> bytes:
    """Train again from what the card records (data, parameters, seed) and give the package.

    Equal to the package of `model` byte for byte, if nothing was left unrecorded. Raises TrainingInputError if
    `data` is not the file the card names by its digest.
    """
    card = model.card
    read = set(card.get("candidates") or [feature["name"] for feature in card["features"]])
    prepared = request_prepare(
        Request(
            data=data,
            target=card["training_data"]["target"],
            seed=card["seed"],
            drop=sorted(catalogue.of_product(card["product"]).keys() - read),
            monotone=None if card["monotone_source"] == "catalogue" else card["monotone_source"],
            product=card["product"],
            catalogue=catalogue,
            where=card["training_data"].get("where", ""),
            parameters=family_parameters(card["kind"], card["parameters"]),
        )
    )
    if prepared.training_data != card["training_data"]:
        raise TrainingInputError("This is not the file the model was trained on.", file=data.name)
    fitted = family_of(card["kind"])(prepared.frame, prepared.outcome, prepared.recipe)
    prior = card.get("prior_correction")
    again = prior_apply(fitted.model, prior["offset"]) if prior else fitted.model
    if (cut_off := card.get("approved_below_pd")) is not None:
        again = with_reference(again, prepared.frame, cut_off=cut_off)
    schema = again.schema
    if not model.schema.reference.values:  # made before models had a reference applicant
        schema = msgspec.structs.replace(schema, reference=msgspec.structs.replace(schema.reference, values={}))
    return package_write(schema=schema, body=fitted.model.body, card=card, seed=prepared.recipe.seed)
