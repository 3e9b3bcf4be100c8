"""Models on the shipped data: how well they rank, are calibrated and keep their directions, tuned inside each fold."""

import time
from collections.abc import Mapping

import numpy as np

from benchmarks.model_tables import table_of
from benchmarks.quality.measure import Asked
from benchmarks.shipped_models import shipped_prepared
from riskengine.demo.frames import SHIPPED, shipped_frame
from riskengine.demo.places import CATALOGUE, DATA_DIR, model_file
from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.training.cross_validation import CrossValidation, cross_validate
from scoring.training.early_warning import early_warning_report
from scoring.training.families import family_of
from scoring.training.negative_control import family_held_out_auc, negative_control
from scoring.training.request import Request, request_prepare
from scoring.training.run import train
from scoring.training.sweep import monotonicity_violations
from scoring.training.table import table_read

GERMAN, TAIWAN = (DATA_DIR / SHIPPED[product].file for product in ("instalment", "card"))
FOLDS, SEED = 5, 42
SEEDS = range(SEED, SEED + 10)
HALVES = 10


def _validated(kind: str, request: Request, folds: int = FOLDS) -> CrossValidation:
    prepared = request_prepare(request)
    return cross_validate(
        prepared.frame, prepared.outcome, family_of(kind), prepared.recipe, folds=folds, progress=lambda line: None
    )


def german(kind: str, asked: Asked) -> Mapping[str, float]:
    """Mean AUC over seeds 42 to 51, least and most of them."""
    found = [
        _validated(kind, Request(data=GERMAN, target=SHIPPED["instalment"].target, seed=seed)).metrics["auc"]
        for seed in (SEEDS[:1] if asked.is_quick else SEEDS)
    ]
    return {"auc": float(np.mean(found)), "auc_least": min(found), "auc_most": max(found)}


def taiwan(kind: str, asked: Asked, **options: object) -> Mapping[str, float]:
    """Means over five folds (two where quick) on card accounts."""
    request = Request(data=TAIWAN, target=SHIPPED["card"].target, **options)  # type: ignore[arg-type]
    found = _validated(kind, request, 2 if asked.is_quick else FOLDS)
    return {**{name: found.metrics[name] for name in ("auc", "ece", "brier")},
            "violations": found.monotonicity_violations}  # fmt: skip


def taiwan_shipped(asked: Asked) -> Mapping[str, float]:
    """As the card's model was trained: the catalogue's directions, no prohibited variable."""
    return taiwan("xgboost", asked, product="card", catalogue=catalogue_read(CATALOGUE.read_bytes()))


def shipped_directions(_asked: Asked) -> Mapping[str, float]:
    """Violations of both shipped packages over their own data: 1,000 rows, 20 values of each held variable."""
    found = {product: package_read(model_file(product).read_bytes()) for product in SHIPPED}
    return {product: monotonicity_violations(model, shipped_frame(product)) for product, model in found.items()}


def early_warning(asked: Asked) -> Mapping[str, float]:
    """Means over random halves: data up to 30, 60 and 90 days ahead, all accounts and those not yet late."""
    frame = table_read(TAIWAN)
    halves = []
    for seed in range(2 if asked.is_quick else HALVES):
        order, half = np.random.default_rng(seed).permutation(frame.height), frame.height // 2
        halves.append(early_warning_report(frame[np.sort(order[:half])], frame[np.sort(order[half:])]))
    names = [f"{name}_{days}" for name in ("auc", "auc_current", "precision_top10") for days in (30, 60, 90)]
    return {name: float(np.mean([one[name] for one in halves])) for name in names}


def shuffled(product: str, _asked: Asked) -> Mapping[str, float]:
    """The negative control with the shipped model's parameters: `errors` of 0.50 that the mean of 20 lies away."""
    prepared = shipped_prepared(product)
    held_out = family_held_out_auc(family_of("xgboost"), prepared.recipe)
    found = negative_control(prepared.frame, prepared.outcome, held_out, seed=SEED)
    return {"errors": abs(found.auc - 0.5) / found.standard_error, "auc": found.auc}


def large_table(asked: Asked) -> Mapping[str, float]:
    """150,000 × 10 trained whole as `train_model` does (a fifth of the rows where quick): seconds of a fold's last fit,
    minutes by the clock of five folds with leak check and negative control."""
    made = table_of("large")
    assert made is not None
    frame, target = made
    path = asked.kept / "large_table.parquet"
    (frame.head(frame.height // 5) if asked.is_quick else frame).write_parquet(path)
    began = time.perf_counter()
    try:
        found = train(Request(data=path, target=target), folds=FOLDS, progress=lambda line: None).validation
    finally:
        path.unlink()
    minutes = (time.perf_counter() - began) / 60
    return {"fit_seconds": found.fit_seconds_per_fold, "run_minutes": minutes, "auc": found.metrics["auc"]}
