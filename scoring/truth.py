"""Whether the reasons of declined applications are true: checked by replacement, apart from how they were chosen. Pure.

Checked of each row: every named reason alone lowers the PD when the reference applicant's values are put in its place,
by more than the median variable behind no named reason would, and all of them together close at least half of the gap
to the reference in margin space.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import median
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.package import ScoringModel
from scoring.package.encoding import encode_frame
from scoring.reasons import principal_reasons
from scoring.training.reference import median_applicant

Matrix = npt.NDArray[np.float32]
Margins = Callable[[Matrix], npt.NDArray[np.float64]]
_HALF = 0.5
_SWAPPED = 0.3
_MOST_DRAWS = 50


class Truth(msgspec.Struct, frozen=True):
    """What holds of one row's reasons."""

    lowers: bool
    """There are reasons, and each alone lowers the PD."""
    stands_out: bool
    """… each by more than the median variable behind no named reason would."""
    closes_half: bool
    """Together they close at least half of the gap to the reference."""


def truth_of(
    row: Matrix,
    reference: Matrix,
    *,
    named: Collection[str],
    features: Sequence[str],
    reason_codes: Mapping[str, str],
    margins: Margins,
) -> Truth:
    """Check the reason codes `named` of one encoded row, shape (features,), against an encoded reference."""
    codes = [reason_codes.get(name, "") for name in features]
    behind = [np.array([code == wanted for code in codes]) for wanted in named]
    together = np.array([code in named for code in codes])
    others = [np.arange(len(codes)) == place for place in np.flatnonzero(~together)]
    tried = [np.where(mask, reference, row) for mask in (*behind, together, *others)]
    own, base, *rest = margins(np.vstack([row, reference, *tried])).tolist()
    drops = [own - margin for margin in rest]
    alone, joint, unnamed = drops[: len(behind)], drops[len(behind)], drops[len(behind) + 1 :]
    bar = median(unnamed) if unnamed else 0.0
    return Truth(
        lowers=bool(alone) and min(alone) > 0,
        stands_out=bool(alone) and min(alone) > bar,
        closes_half=joint >= _HALF * (own - base),
    )


def truth_report(
    model: ScoringModel,
    frame: pl.DataFrame,
    *,
    reason_codes: Mapping[str, str],
    cut_off: float | None = None,
    rows: int = 10_000,
    seed: int = 42,
) -> dict[str, Any]:
    """Shares of rows with a PD above `cut_off` (the median PD unless given) whose model reasons are true.

    `frame` holds the model's variables by name. More such rows than asked for are sampled; too few are filled up with
    made ones: a declined row with about three in ten of its values taken from other rows, kept if its PD is above the
    cut-off too. A model without a reference applicant is measured as it chooses reasons, against the median of the
    rows at or below the cut-off. Raises ValueError where no row is declined.
    """
    pds = model.predict_pd(frame)
    line = float(np.median(pds)) if cut_off is None else cut_off
    declined = frame.filter(pds > line)
    if declined.is_empty():
        raise ValueError(f"No row has a PD above {line:.4f}.")
    own = min(declined.height, rows)
    tested = declined.sample(own, seed=seed) if declined.height > rows else declined
    if own < rows:
        tested = pl.concat([tested, _made(model, declined, frame, line, rows - own, seed)])
    reference = model.schema.reference.values or median_applicant(model.schema.features, frame.filter(pds <= line))
    base = model.row(reference)
    truths, named = [], 0
    for encoded, values in zip(encode_frame(model.schema.features, tested), tested.iter_rows(named=True), strict=True):
        codes = [reason.code for reason in _reasons(model, values, reason_codes)]
        named += len(codes)
        truths.append(
            truth_of(
                encoded, base, named=codes, features=model.features, reason_codes=reason_codes, margins=model.margins
            )
        )
    count = len(truths)
    return {
        "rows": count,
        "rows_of_data": own,
        "rows_made": count - own,
        "cut_off_pd": line,
        "reference_pd": model.score(reference).pd,
        "has_reference_applicant": bool(model.schema.reference.values),
        "reasons_per_row": round(named / count, 3),
        "lowers": sum(truth.lowers for truth in truths) / count,
        "stands_out": sum(truth.stands_out for truth in truths) / count,
        "closes_half": sum(truth.closes_half for truth in truths) / count,
        "all_three": sum(truth.lowers and truth.stands_out and truth.closes_half for truth in truths) / count,
        "seed": seed,
    }


def _reasons(model: ScoringModel, values: Mapping[str, Any], reason_codes: Mapping[str, str]) -> Sequence[Any]:
    replaced = model.replacement(values, reason_codes)
    if replaced is not None:
        return replaced.reasons
    contributions = model.schema.reference.contributions
    return principal_reasons(model.contributions(values), reference=contributions, reason_codes=reason_codes)


def _made(
    model: ScoringModel, declined: pl.DataFrame, frame: pl.DataFrame, line: float, count: int, seed: int
) -> pl.DataFrame:
    """`count` rows (fewer where the cut-off is hardly ever passed) made of declined ones."""
    chance, made, found = np.random.default_rng(seed), [declined.clear()], 0
    for _ in range(_MOST_DRAWS):
        first = declined[chance.integers(0, declined.height, count)]
        second = frame[chance.integers(0, frame.height, count)]
        mixed = pl.DataFrame(
            [
                first[name].zip_with(pl.Series(chance.random(count) >= _SWAPPED), second[name])
                for name in declined.columns
            ]
        )
        kept = mixed.filter(model.predict_pd(mixed) > line)
        made.append(kept)
        found += kept.height
        if found >= count:
            break
    return pl.concat(made).head(count)
