"""What if the applicants without an outcome had been accepted? A sensitivity under stated assumptions, no metric."""

from typing import Any

import numpy as np
import polars as pl

from scoring.prior import pds_at_odds
from scoring.training.families import Fit
from scoring.training.fitting import Recipe
from scoring.training.folds import stratified_sample
from scoring.training.table import Outcome

LABEL = "sensitivity under assumptions; not a metric of this model"
METHOD = (
    "Parcelling: rows without an outcome get one drawn by the model's own PD, their odds of bad multiplied by a"
    " factor; the model is fitted again on all rows with the same parameters (Siddiqi, Credit Risk Scorecards, ch. 6)."
)
FACTORS = (1.0, 2.0, 4.0)
FEWEST, MOST = 25, 5_000


def reject_inference(
    frame: pl.DataFrame, outcome: Outcome, undecided: pl.DataFrame, fit: Fit, recipe: Recipe
) -> dict[str, Any] | None:
    """How far PDs of known applicants would move were those without an outcome so much riskier than they look.

    On at most 5,000 rows of each; None with fewer than 25 rows without an outcome. `recipe` carries parameters.
    """
    if undecided.height < FEWEST:
        return None
    places = stratified_sample(outcome, MOST, recipe.seed)
    known, truth = frame[places].select(undecided.columns), outcome[places]
    unknown = undecided.sample(min(undecided.height, MOST), seed=recipe.seed)
    model = fit(known, truth, recipe).model
    from scipy.stats import spearmanr

    before, chance = model.predict_pd(known), model.predict_pd(unknown)
    draws = np.random.default_rng(recipe.seed).random(unknown.height)
    assumptions = []
    for factor in FACTORS:
        drawn = (draws < pds_at_odds(chance, factor, 1.0)).astype(np.float64)
        again = fit(pl.concat([known, unknown]), np.concatenate([truth, drawn]), recipe).model.predict_pd(known)
        assumptions.append(
            {
                "odds_factor": factor,
                "assumed_bad_rate": float(drawn.mean()),
                "mean_pd_known_before": float(before.mean()),
                "mean_pd_known_after": float(again.mean()),
                "rank_correlation": float(spearmanr(before, again).statistic),
            }
        )
    return {"label": LABEL, "method": METHOD, "rows": undecided.height, "assumptions": assumptions}
