"""How a proposed model does beside the champion on decisions later than those it learnt from."""

from typing import Any

import msgspec
import numpy as np
import polars as pl

from lending.models import Product
from scoring.metrics import all_metrics
from scoring.models import ModelPackage
from scoring.package import ScoringModel
from scoring.paired import paired_auc
from scoring.services.models.life import model_champion, model_load
from scoring.training.honesty import figures_rounded

TEST_SHARE = 0.25
FEWEST_BADS = 5


def evidence_out_of_time(product: Product, model: ScoringModel, late: pl.DataFrame, days: str) -> dict[str, Any]:
    """Figures of both on the later rows, and the paired difference of AUC with its interval (DeLong).

    `late` has the variables, `bad` and the day of each decision in the column `days`; all were accepted under the
    champion or those before it, which favours whoever did not choose them. `is_comparable` is false where there is no
    champion, or too few bads or goods to rank.
    """
    bads = int(late["bad"].sum())
    stated: dict[str, Any] = {
        "rows": late.height,
        "bads": bads,
        "test_from": str(late[days].min()),
        "test_until": str(late[days].max()),
        "is_comparable": False,
    }
    if min(bads, late.height - bads) < FEWEST_BADS:
        return stated
    outcome = late["bad"].cast(pl.Float64).to_numpy()
    proposed = model.predict_pd(late)
    stated["proposed"] = all_metrics(outcome, proposed)
    champion = model_champion(product)
    if champion is not None:
        present = model_load(ModelPackage.objects.get(pk=champion.pk)).predict_pd(late)
        paired = msgspec.to_builtins(paired_auc(outcome, present, proposed))
        stated |= {"present": all_metrics(outcome, np.asarray(present)), "paired": paired, "is_comparable": True}
        stated["is_champion_older"] = str(champion.created_at.date()) <= stated["test_from"]
    found: dict[str, Any] = figures_rounded(stated)
    return found
