"""One application scored and its reasons found, as a score cut-off owes it, beside the library's bare calls."""

from itertools import cycle, islice

import numpy as np
import xgboost as xgb

from benchmarks.harness import Row, compared, interleaved
from riskengine.demo.frames import shipped_frame
from riskengine.demo.places import CATALOGUE, model_file
from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.package.encoding import encode_frame
from scoring.training.reference import with_reference

CALLS = 100
MICROSECONDS = 1e6


def score_reasons() -> list[Row]:
    """PD and reasons by replacement of one row, for each shipped model at its own depth.

    The reference predicts and explains the same row once with the bare booster. A shipped model without a reference
    applicant gets one of the shipped data first.
    """
    return [_measured(product) for product in ("card", "instalment")]


def _measured(product: str) -> Row:
    frame = shipped_frame(product)
    model = package_read(model_file(product).read_bytes())
    if not model.schema.reference.values:
        model = with_reference(model, frame)
    variables = catalogue_read(CATALOGUE.read_bytes()).of_product(product)
    codes = {name: variable.reason_code for name, variable in variables.items()}
    declined = frame.filter(model.predict_pd(frame) > float(np.quantile(model.predict_pd(frame), 0.7)))
    rows = list(islice(cycle(declined.head(CALLS).iter_rows(named=True)), CALLS))
    encoded = encode_frame(model.schema.features, declined.head(CALLS))
    booster = xgb.Booster({"nthread": 1})
    booster.load_model(bytearray(model.body))
    booster.set_param({"nthread": 1})

    def ours() -> None:
        for values in rows:
            model.score(values)
            model.replacement(values, codes)

    def bare() -> None:
        for row in islice(cycle(encoded), CALLS):
            booster.inplace_predict(row[np.newaxis, :], predict_type="margin", validate_features=False)
            booster.predict(xgb.DMatrix(row[np.newaxis, :], nthread=1), pred_contribs=True, validate_features=False)

    mine, theirs = interleaved([ours, bare], calls=CALLS)
    words = "bare inplace_predict and pred_contribs of the same row"
    return compared(f"score_reasons_{product}", mine, theirs, unit="µs", per_second=MICROSECONDS, words=words)
