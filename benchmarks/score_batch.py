"""Many applications scored at once, beside the library's bare prediction of rows that are encoded already."""

import numpy as np
import xgboost as xgb

from benchmarks.harness import Row, compared, interleaved
from riskengine.demo.frames import shipped_frame
from riskengine.demo.places import model_file
from scoring.package import package_read
from scoring.package.encoding import encode_frame

ROWS = 100_000
MICROSECONDS = 1e6
WORDS = "inplace_predict of the same rows, encoded beforehand, on one thread"


def score_batch() -> list[Row]:
    """PDs of 100,000 rows from columns of plain values, encoding and calibration included, for each shipped model."""
    return [_measured(product) for product in ("card", "instalment")]


def _measured(product: str) -> Row:
    shipped = shipped_frame(product)
    places = np.random.default_rng(42).integers(0, shipped.height, ROWS)
    frame = shipped[places]
    model = package_read(model_file(product).read_bytes())
    encoded = encode_frame(model.schema.features, frame)
    booster = xgb.Booster({"nthread": 1})
    booster.load_model(bytearray(model.body))
    booster.set_param({"nthread": 1})

    def bare() -> None:
        booster.inplace_predict(encoded, predict_type="margin", validate_features=False)

    mine, theirs = interleaved([lambda: model.predict_pd(frame), bare], calls=ROWS, rounds=7)
    return compared(f"score_batch_{product}", mine, theirs, unit="µs", per_second=MICROSECONDS, words=WORDS)
