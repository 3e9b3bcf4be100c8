"""What the amount control is worth beside the main model: figures on rows left out, and levels against grades."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np

from scoring.paired import paired_auc
from scoring.training.amount_control import Inputs, amount_control_family
from scoring.training.cross_validation import CrossValidation, cross_validate
from scoring.training.families import family_of
from scoring.training.request import Prepared
from scoring.training.table import Outcome

_DIGITS = 6


def amount_control_figures(
    prepared: Prepared,
    inputs: Inputs,
    *,
    main: str,
    bounds: Sequence[float],
    grades: Sequence[tuple[str, float]],
    folds: int,
    progress: Callable[[str], None],
) -> tuple[dict[str, Any], CrossValidation]:
    """The report and the control's own validation.

    Both models on the same folds; `against_main` is what the control has over `main` (DeLong, 95 %). Levels are those
    of `bounds`, grades those of (grade, highest PD); both by PDs of rows left out. `agreement[level][grade]` counts
    rows; `rank_correlation` is Spearman's, of levels and grades.
    """
    progress("amount control")
    control = cross_validate(
        prepared.frame, prepared.outcome, amount_control_family(inputs), prepared.recipe, folds=folds, progress=progress
    )
    progress(main)
    rival = cross_validate(
        prepared.frame, prepared.outcome, family_of(main), prepared.recipe, folds=folds, progress=progress
    )
    paired = paired_auc(prepared.outcome, rival.pds, control.pds, fold=control.fold)
    level = np.searchsorted(np.asarray(bounds), control.pds, side="left")
    grade = np.searchsorted(np.asarray([most for _, most in grades]), rival.pds, side="left")
    report = {
        "inputs": msgspec.to_builtins(inputs),
        "rows": prepared.frame.height,
        "bads": int(prepared.outcome.sum()),
        "folds": folds,
        "amount_control": _rounded(control.metrics),
        main: _rounded(rival.metrics),
        "against_main": {
            "difference": round(paired.difference, _DIGITS),
            "low": round(paired.low, _DIGITS),
            "high": round(paired.high, _DIGITS),
        },
        "bounds": list(bounds),
        "levels": {str(number + 1): _part(prepared.outcome, level == number) for number in range(len(bounds))},
        "grades": {name: _part(prepared.outcome, grade == place) for place, (name, _) in enumerate(grades)},
        "agreement": {
            str(number + 1): {
                name: int(((level == number) & (grade == place)).sum()) for place, (name, _) in enumerate(grades)
            }
            for number in range(len(bounds))
        },
        "rank_correlation": round(float(np.corrcoef(_ranks(level), _ranks(grade))[0, 1]), _DIGITS),
    }
    return report, control


def _part(outcome: Outcome, of: Any) -> dict[str, float]:
    rows, bads = int(of.sum()), int(outcome[of].sum())
    return {"rows": rows, "bads": bads, "bad_rate": round(bads / rows, _DIGITS) if rows else 0.0}


def _ranks(values: Any) -> Any:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[place]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in figures.items()}
