"""Golden rows: made-up applications with the margin bits they had when the model was made, checked at every load.

Values are drawn variable by variable, never whole rows: a package holds no person's record.
"""

import random
from typing import Any

import msgspec
import numpy as np

from scoring.package.encoding import encode_values
from scoring.package.errors import BrokenPackageError, GoldenRowError
from scoring.package.model import ScoringModel
from scoring.package.schema import Feature, ModelSchema

FEWEST_ROWS = 1_000
_MISSING_SHARE = 0.03
_UNSEEN_SHARE = 0.02
_SPECIAL_EVERY = 40


class GoldenRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Columns of values, and the bits of the float32 raw margin of each row."""

    values: dict[str, list[int | float | str | None]]
    margin_bits: list[int]


def golden_values(schema: ModelSchema, *, seed: int, rows: int = FEWEST_ROWS) -> dict[str, list[Any]]:
    """Made-up rows over the range of each variable, with missing values, codes never seen and values out of range."""
    # Not for secrets: the same seed must give the same rows.
    chance = random.Random(seed)  # noqa: S311
    return {feature.name: [_draw(feature, chance) for _ in range(rows)] for feature in schema.features}


def golden_write(model: ScoringModel, *, seed: int) -> bytes:
    """Score made-up rows and keep the bits."""
    values = golden_values(model.schema, seed=seed)
    for name, specials in model.special_values.items():
        for number, row in enumerate(range(0, FEWEST_ROWS, _SPECIAL_EVERY)):
            values[name][row] = specials[number % len(specials)]
    margins = model.raw_margins(encode_values(model.schema.features, values, FEWEST_ROWS))
    return msgspec.json.encode(GoldenRows(values, margins.view(np.uint32).tolist()), order="sorted")


def golden_check(model: ScoringModel, data: bytes) -> None:
    """Score the golden rows again. Raises GoldenRowError on one differing bit, BrokenPackageError if they are unfit."""
    try:
        golden = msgspec.json.decode(data, type=GoldenRows)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPackageError("The golden rows cannot be read.") from error
    rows = len(golden.margin_bits)
    lengths = {len(column) for column in golden.values.values()}
    if rows < FEWEST_ROWS or lengths != {rows} or sorted(golden.values) != sorted(model.features):
        raise BrokenPackageError("The golden rows are too few or do not fit the schema.", rows=rows)
    margins = model.raw_margins(encode_values(model.schema.features, golden.values, rows))
    differing = int(np.sum(margins.view(np.uint32) != np.array(golden.margin_bits, dtype=np.uint64)))
    if differing or not np.isfinite(margins).all():
        raise GoldenRowError(
            "The model does not score its golden rows as it did when it was made.", differing=differing, rows=rows
        )


def _draw(feature: Feature, chance: random.Random) -> int | float | str | None:
    kind = chance.random()
    if kind < _MISSING_SHARE:
        return None
    if feature.kind == "category":
        if kind < _MISSING_SHARE + _UNSEEN_SHARE:
            return -987_654 if feature.is_integer_code else "never seen"
        code = chance.choice(sorted(feature.codes))
        return int(code) if feature.is_integer_code else code
    low, high = feature.quantiles[0], feature.quantiles[-1]
    if kind < _MISSING_SHARE + _UNSEEN_SHARE:
        return chance.choice([low - 1.0, high + 1.0, 2.0 * high, -high])
    place = chance.random() * (len(feature.quantiles) - 1)
    left = int(place)
    right = min(left + 1, len(feature.quantiles) - 1)
    value = feature.quantiles[left] + (place - left) * (feature.quantiles[right] - feature.quantiles[left])
    return round(value) if all(quantile == int(quantile) for quantile in feature.quantiles) else round(value, 6)
