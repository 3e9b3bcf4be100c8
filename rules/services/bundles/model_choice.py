"""Which of a bundle's models scores an application, and what they read between them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from lending.business_dates import business_date_of
from rules.engine.choice import MAIN
from rules.services.bundles.loading import Bundle


def bundle_chosen(bundle: Bundle, values: Mapping[str, Any], as_of: datetime) -> tuple[Bundle, str | None, str]:
    """The bundle with the model that scores these values, its purpose, and the code of what keeps it from scoring.

    The purpose is None where the rules choose no model. Where it cannot be told, or no model of it is live, the main
    model scores: the code then sends the application to a person. Raises EvaluationFailed.
    """
    program = bundle.program
    if program is None or program.choice is None:
        return bundle, None, ""
    date = business_date_of(as_of, bundle.timezone).isoformat() if program.choice.plan.reads_date else None
    purpose = program.purpose_chosen(values, date)
    if purpose in (MAIN, None):
        return bundle, MAIN, "" if purpose else "model_choice_unknown"
    if purpose not in bundle.models:
        return bundle, MAIN, "model_not_live"
    return msgspec.structs.replace(bundle, model=bundle.models[purpose]), purpose, ""


def bundle_unscored(bundle: Bundle) -> Bundle:
    """The bundle without its models: it decides by a score given to it, and works out no reasons."""
    return msgspec.structs.replace(bundle, model=None, models=dict.fromkeys(bundle.models))


def features_read(bundle: Bundle) -> frozenset[str]:
    """Variables that the rules, or any model they may ask for, read."""
    models = [bundle.model, *(bundle.models.get(purpose) for purpose, _ in bundle.others)]
    named = [bundle.program.inputs if bundle.program else (), *(model.features for model in models if model)]
    return frozenset().union(*named)
