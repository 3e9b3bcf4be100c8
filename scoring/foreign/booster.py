"""What a foreign booster says of itself, and whether it is of the one kind that is taken. Runs in a process apart."""

import json
import math

import msgspec

from scoring.foreign.errors import ForeignBoosterError, ForeignObjectiveError

OBJECTIVE, TREES = "binary:logistic", "gbtree"


class BoosterFacts(msgspec.Struct, frozen=True):
    """The booster as UBJ, and what it says."""

    ubj: bytes
    features: list[str]
    objective: str
    base_score: float
    trees: int
    version: str


def booster_facts(data: bytes) -> BoosterFacts:
    """Read UBJ or JSON bytes. Raises ForeignBoosterError, ForeignObjectiveError."""
    import xgboost as xgb

    try:
        booster = xgb.Booster({"nthread": 1})
        booster.load_model(bytearray(data))
        config = json.loads(booster.save_config())
        learner = config["learner"]
        kind, objective = learner["gradient_booster"]["name"], learner["objective"]["name"]
        shape = learner["learner_model_param"]
        outputs = max(int(shape.get("num_class", 0)), int(shape.get("num_target", 1)))
        base_score = float(str(shape["base_score"]).strip("[]").split(",")[0])  # one for each output
        names = booster.feature_names or [f"f{place}" for place in range(booster.num_features())]
        trees = booster.num_boosted_rounds()
        version = ".".join(str(part) for part in config.get("version", []))
    except (xgb.core.XGBoostError, ValueError, KeyError, TypeError, UnicodeDecodeError, RecursionError) as error:
        raise ForeignBoosterError("The booster cannot be read.", reason=type(error).__name__) from error
    if objective != OBJECTIVE:
        raise ForeignObjectiveError(f"Only {OBJECTIVE} is taken; this booster is {objective}.", found=objective)
    if kind != TREES or outputs > 1:
        raise ForeignObjectiveError(f"Only one output of {TREES} is taken; this booster is {kind}.", found=kind)
    if not (math.isfinite(base_score) and 0.0 < base_score < 1.0) or trees == 0 or not names:
        raise ForeignBoosterError("The booster has no trees, no features or no base score between 0 and 1.")
    ubj = bytes(booster.save_raw("ubj"))
    return BoosterFacts(ubj, list(names), objective, base_score, trees, version)
