"""The population that reasons are relative to, frozen into a model when it is made."""

import msgspec
import numpy as np
import polars as pl

from scoring.package.model import ScoringModel
from scoring.package.schema import Reference

_ROWS = 2_000


def with_reference(model: ScoringModel, frame: pl.DataFrame) -> ScoringModel:
    """`model` with its reference population: the safer half of (at most 2,000 of) the training rows."""
    sample = frame.gather_every(max(1, -(-frame.height // _ROWS)))
    margins = model.margin_frame(sample)
    safer = margins <= np.median(margins)
    means = model.explain(sample)[safer].mean(axis=0)
    reference = Reference(
        "the safer half of the training applications",
        "训练样本中风险较低的一半申请",
        {name: round(float(mean), 6) for name, mean in zip(model.features, means, strict=True)},
    )
    schema = msgspec.structs.replace(model.schema, reference=reference)
    return ScoringModel(schema=schema, body=model.body, card=model.card, content_hash="")
