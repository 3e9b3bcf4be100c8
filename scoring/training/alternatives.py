"""The search for less discriminatory alternatives: what leaving out the strongest proxies costs and what it gains."""

from collections.abc import Callable

import msgspec
import numpy as np

from scoring.fairness.measure import cut_off_of_share, grouping_fairness
from scoring.fairness.protected import Grouping
from scoring.fairness.ratios import AttributeFairness, Thresholds
from scoring.training.cross_validation import cross_validate
from scoring.training.fairness import proxies_of
from scoring.training.families import Fit
from scoring.training.request import Prepared

MOST_PROXIES = 5
AUC_LOSS = 0.01
"""An alternative ranks as well if its AUC is at most this much lower."""


class Tried(msgspec.Struct, frozen=True):
    """One model of the search, approving as many as the first did."""

    dropped: list[str]
    auc: float
    auc_change: float
    """Mean over folds of this AUC less that of the model with every variable; the same folds."""
    auc_change_low: float
    auc_change_high: float
    """95 % bounds by the folds' spread (Student's t)."""
    ratio: float | None
    """Approval ratio of the group that fares worst."""
    ratio_low: float | None
    ratio_high: float | None
    state: str

    @property
    def words(self) -> str:
        """What was left out, for a table or a picture."""
        return " + ".join(self.dropped) or "nothing"

    @property
    def sentence(self) -> str:
        """One line for a person."""
        ratio = "no ratio" if self.ratio is None else f"ratio {self.ratio:.3f}"
        return f"without {self.words}: AUC {self.auc:.4f} ({self.auc_change:+.4f}), {ratio}, {self.state}"


class Search(msgspec.Struct, frozen=True):
    """All that was tried, and the better ones: a higher ratio, and an AUC at most AUC_LOSS lower."""

    attribute: str
    approve_share: float
    tried: list[Tried]
    better: list[str]


def alternatives_search(
    prepared: Prepared,
    fit: Fit,
    grouping: Grouping,
    *,
    approve_share: float,
    parameters: msgspec.Struct | None,
    folds: int = 5,
    most: int = MOST_PROXIES,
    thresholds: Thresholds | None = None,
    progress: Callable[[str], None],
) -> Search:
    """Retrain without each of the `most` strongest proxies in turn, then without the two, three … strongest together.

    `parameters` are the first model's, so that only the variables differ (None: each is tuned anew); every model
    approves the same share, so that none looks fairer by approving more.
    """
    limits = thresholds or Thresholds()
    proxies, _ = proxies_of(grouping, prepared.frame, prepared.recipe.columns, limits)
    names = [proxy.variable for proxy in proxies[: min(most, len(proxies) - 1)]]
    sets: list[list[str]] = [[], *([name] for name in names), *(names[:count] for count in range(2, len(names) + 1))]
    tried: list[Tried] = []
    base: list[float] = []
    for dropped in sets:
        columns = [column for column in prepared.recipe.columns if column.name not in dropped]
        recipe = msgspec.structs.replace(prepared.recipe, columns=columns, parameters=parameters)
        validation = cross_validate(prepared.frame, prepared.outcome, fit, recipe, folds=folds, progress=_silent)
        approved = validation.pds <= cut_off_of_share(validation.pds, approve_share)
        aucs = [float(str(row["auc"])) for row in validation.folds]
        base = base or aucs
        tried.append(_tried(dropped, aucs, base, grouping_fairness(grouping, approved, None, limits)))
        progress(tried[-1].sentence)
    return Search(
        attribute=grouping.attribute.text,
        approve_share=approve_share,
        tried=tried,
        better=[one.words for one in tried[1:] if _is_better(one, tried[0])],
    )


def _tried(dropped: list[str], aucs: list[float], base: list[float], verdict: AttributeFairness) -> Tried:
    changes = np.array(aucs) - np.array(base)
    from scipy.stats import t  # type: ignore[attr-defined]  # its stubs do not list distributions

    half = float(t.ppf(0.975, len(changes) - 1) * changes.std(ddof=1) / np.sqrt(len(changes)))
    change, ratio = float(changes.mean()), verdict.ratio
    return Tried(
        dropped=dropped,
        auc=round(float(np.mean(aucs)), 6),
        auc_change=round(change, 6),
        auc_change_low=round(change - half, 6),
        auc_change_high=round(change + half, 6),
        ratio=round(ratio.value, 6) if ratio else None,
        ratio_low=round(ratio.low, 6) if ratio else None,
        ratio_high=round(ratio.high, 6) if ratio else None,
        state=verdict.state,
    )


def _is_better(one: Tried, base: Tried) -> bool:
    return (one.ratio or 0.0) > (base.ratio or 0.0) and one.auc_change >= -AUC_LOSS


def _silent(_line: str) -> None:
    """Folds of the search say nothing."""
