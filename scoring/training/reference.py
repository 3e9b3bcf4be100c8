"""The population that reasons are relative to, frozen into a model when it is made."""

import msgspec
import numpy as np
import polars as pl

from scoring.package.model import ScoringModel
from scoring.package.schema import Feature, Reference
from scoring.scaling import pds_from_margins

_ROWS = 2_000
_HALF = 0.5
_LARGEST_WHOLE = 2**53 - 1
"""What JSON keeps exactly of whole numbers; larger ones are doubles."""


def with_reference(model: ScoringModel, frame: pl.DataFrame, *, cut_off: float | None = None) -> ScoringModel:
    """`model` with its reference population among (at most 2,000 of) the training rows: those it would approve.

    These are the rows with a PD of at most `cut_off`, or the safer half where none is given or none is that safe.
    Kept of them are the mean contributions, and the median applicant: variable by variable, so that no person's
    record is in a package.
    """
    sample = frame.gather_every(max(1, -(-frame.height // _ROWS)))
    margins = model.margin_frame(sample)
    approved, (en, zh) = margins <= np.median(margins), _HALF_LABELS
    if cut_off is not None and (below := pds_from_margins(margins) <= cut_off).any():
        approved, (en, zh) = below, (label.format(f"{cut_off:.2%}") for label in _CUT_OFF_LABELS)
    means = model.explain(sample)[approved].mean(axis=0)
    reference = Reference(
        en,
        zh,
        {name: round(float(mean), 6) for name, mean in zip(model.features, means, strict=True)},
        median_applicant(model.schema.features, sample.filter(approved)),
    )
    schema = msgspec.structs.replace(model.schema, reference=reference)
    return ScoringModel(schema=schema, body=model.body, card=model.card, content_hash="")


_HALF_LABELS = ("the safer half of the training applications", "训练样本中风险较低的一半申请")
_CUT_OFF_LABELS = (
    "the training applications with a probability of default of at most {}",
    "训练样本中违约概率不高于 {} 的申请",
)


def median_applicant(features: list[Feature], frame: pl.DataFrame) -> dict[str, int | float | str | None]:
    """By variable: the lower median of its numbers or the most frequent of its codes (ties: the first in order).

    None where more than half of the rows miss it, or the frame does not have it.
    """
    return {feature.name: _middle(feature, frame) for feature in features}


def _middle(feature: Feature, frame: pl.DataFrame) -> int | float | str | None:
    if feature.name not in frame.columns:
        return None
    series = frame[feature.name]
    if series.dtype.is_float():
        series = series.fill_nan(None)
    known = series.drop_nulls()
    if known.len() <= _HALF * series.len():
        return None
    if feature.kind == "category":
        value = known.mode().sort()[0]
        return int(value) if feature.is_integer_code else str(value)
    middle = known.cast(pl.Float64).sort()[(known.len() - 1) // 2]
    is_exact = not series.dtype.is_float() and abs(middle) <= _LARGEST_WHOLE
    return int(middle) if is_exact else float(middle)
