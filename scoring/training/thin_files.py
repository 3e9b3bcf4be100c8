"""Thin files measured apart: the main model and one trained on thin rows alone, on the same rows left out."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from scoring.metrics import ece
from scoring.paired import paired_auc
from scoring.training.errors import TrainingInputError
from scoring.training.families import family_of
from scoring.training.folds import stratified_folds
from scoring.training.request import Prepared, Request, request_prepare
from scoring.training.rows import members_where
from scoring.training.table import Outcome

Members = npt.NDArray[np.bool_]
FEWEST_OF_EACH = 25
"""Fewer good or bad rows than this, thin or thick, tell nothing."""
MOST_FOLDS, MOST_SEEDS = 20, 100
_PARTS = ("thin", "thick")


def thin_files(
    request: Request,
    thin: str,
    *,
    main: str,
    scorecard: str,
    folds: int,
    seeds: int,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Figures for rows of whom `thin` holds (`scoring.training.rows`) and for the others.

    Models: `main`, of that kind and trained on all rows; `scorecard_all`, of kind `scorecard` and on all rows;
    `thin_file`, of that kind and on thin rows alone, measured on thin rows only. Everything is fitted inside each
    fold's training rows. AUCs are within folds, with 95 % intervals (DeLong); all figures are means over `seeds`
    splits. `against_main` is what `thin_file` has over `main` on thin rows. Raises TrainingInputError.
    """
    if not 2 <= folds <= MOST_FOLDS or not 1 <= seeds <= MOST_SEEDS:
        raise TrainingInputError(f"--cv takes 2 to {MOST_FOLDS} folds, --seeds 1 to {MOST_SEEDS} splits.")
    kinds = {"main": main, "scorecard_all": scorecard, "thin_file": scorecard}
    for kind in kinds.values():
        family_of(kind)
    prepared = request_prepare(request)
    members = members_where(prepared.source, thin).to_numpy()
    for part, of in zip(_PARTS, (members, ~members), strict=True):
        rows, bads = int(of.sum()), int(prepared.outcome[of].sum())
        if min(bads, rows - bads) < FEWEST_OF_EACH:
            raise TrainingInputError(f"{rows} {part} rows with {bads} bad ones are too few to tell anything of.")
    found = [_split(prepared, members, kinds, folds, request.seed + shift, progress) for shift in range(seeds)]
    return {
        "where": thin,
        "kinds": kinds,
        "folds": folds,
        "seeds": seeds,
        "counts": {part: _count(prepared.outcome, of) for part, of in zip(_PARTS, (members, ~members), strict=True)},
        **_mean(found),
    }


def _split(
    prepared: Prepared, thin: Members, kinds: dict[str, str], folds: int, seed: int, progress: Callable[[str], None]
) -> dict[str, Any]:
    """The figures of one split. Folds hold the same share of thin rows and of bad ones among them."""
    outcome, frame = prepared.outcome, prepared.frame
    pds = {name: np.full(outcome.size, np.nan) for name in kinds}
    fold = np.zeros(outcome.size, dtype=np.int64)
    parts = [(np.flatnonzero(of), list(stratified_folds(outcome[of], folds, seed))) for of in (thin, ~thin)]
    for number in range(folds):
        test = np.concatenate([rows[splits[number][1]] for rows, splits in parts])
        train = np.setdiff1d(np.arange(outcome.size), test)
        fold[test] = number + 1
        for name, kind in kinds.items():
            learnt = train[thin[train]] if name == "thin_file" else train
            asked = test[thin[test]] if name == "thin_file" else test
            fitted = family_of(kind)(frame[learnt], outcome[learnt], prepared.recipe)
            pds[name][asked] = fitted.model.predict_pd(frame[asked])
        progress(f"seed {seed}, fold {number + 1} of {folds}")
    found: dict[str, Any] = {
        part: {
            name: _figures(outcome[of], values[of], fold[of])
            for name, values in pds.items()
            if np.isfinite(values[of]).all()
        }
        for part, of in zip(_PARTS, (thin, ~thin), strict=True)
    }
    paired = paired_auc(outcome[thin], pds["main"][thin], pds["thin_file"][thin], fold=fold[thin])
    found["against_main"] = {"difference": paired.difference, "low": paired.low, "high": paired.high}
    return found


def _figures(outcome: Outcome, pds: Outcome, fold: npt.NDArray[np.int64]) -> dict[str, float]:
    """AUC with its interval (against a coin, whose AUC is 0.5), ECE over ten bins, mean PD."""
    paired = paired_auc(outcome, np.full(pds.shape, 0.5), pds, fold=fold)
    return {
        "auc": paired.second,
        "auc_low": 0.5 + paired.low,
        "auc_high": 0.5 + paired.high,
        "ece": ece(outcome, pds),
        "mean_pd": float(pds.mean()),
    }


def _count(outcome: Outcome, of: Members) -> dict[str, float]:
    rows, bads = int(of.sum()), int(outcome[of].sum())
    return {"rows": rows, "bads": bads, "bad_rate": round(bads / rows, 6)}


def _mean(found: list[Any]) -> Any:
    """Leaf by leaf, to six digits."""
    if isinstance(found[0], dict):
        return {name: _mean([one[name] for one in found]) for name in found[0]}
    return round(float(np.mean(found)), 6)
