"""All kinds of model on the same folds, and what one has over another with its interval."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import msgspec

from scoring.paired import paired_auc
from scoring.training.cross_validation import CrossValidation, cross_validate
from scoring.training.families import FAMILIES
from scoring.training.request import Prepared

METHOD = (
    "Paired difference of AUC on rows left out, within folds and averaged over them, with DeLong's variance"
    " (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988); 95 % intervals, not adjusted for the number of pairs."
)
_DIGITS = 6


def families_compare(
    prepared: Prepared, known: dict[str, CrossValidation], *, folds: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    """The report's `compare`: figures by model, and for each pair what the second has over the first.

    `known` are validations of `prepared` already made, by model; the other families are validated here, on the same
    folds, everything learnt inside them.
    """
    validations = {name: one for name, one in known.items() if name not in FAMILIES}
    recipe = msgspec.structs.replace(prepared.recipe, parameters=None)  # one family's say nothing to another
    for name, family in FAMILIES.items():
        progress(f"compare: {name}")
        validations[name] = known.get(name) or cross_validate(
            prepared.frame, prepared.outcome, family.fit, recipe, folds=folds, progress=progress
        )
    pairs = [_pair(prepared, one, two, validations) for one, two in combinations(validations, 2)]
    for pair in pairs:
        progress(
            f"{pair['second']} over {pair['first']}: {pair['difference']:+.4f}"
            f" ({pair['low']:+.4f} to {pair['high']:+.4f})"
        )
    return {"method": METHOD, "models": {name: _figures(one) for name, one in validations.items()}, "pairs": pairs}


def _pair(prepared: Prepared, one: str, two: str, validations: dict[str, CrossValidation]) -> dict[str, Any]:
    first, second = validations[one], validations[two]
    found = msgspec.to_builtins(paired_auc(prepared.outcome, first.pds, second.pds, fold=first.fold))
    figures = {name: round(value, _DIGITS) for name, value in found.items() if name not in ("first", "second")}
    return {"first": one, "second": two, "auc_first": found["first"], "auc_second": found["second"], **figures}


def _figures(validation: CrossValidation) -> dict[str, Any]:
    return {
        **validation.metrics,
        "monotonicity_violations": validation.monotonicity_violations,
        "fit_seconds_per_fold": round(validation.fit_seconds_per_fold, 3),
        "tuning_seconds_per_fold": round(validation.tuning_seconds_per_fold, 3),
    }
