"""Raw margins and contributions of a booster, on one thread: safe after `os.fork()` and under many callers at once."""

import numpy as np
import numpy.typing as npt

from scoring.package.errors import BrokenPackageError

Matrix = npt.NDArray[np.float32]


class Predictor:
    """A booster read from its UBJ bytes."""

    def __init__(self, model: bytes, feature_count: int) -> None:
        """Raises BrokenPackageError if the bytes are no model of that many features.

        Damaged bytes can also end the process: bytes not read before go through `scoring.package.probe` first.
        """
        import xgboost as xgb  # where it is used: it takes longer to load than most commands to run

        try:
            self._booster = xgb.Booster({"nthread": 1})
            self._booster.load_model(bytearray(model))
            width = self._booster.num_features()
        except (xgb.core.XGBoostError, ValueError, UnicodeDecodeError) as error:
            raise BrokenPackageError("The booster cannot be read.") from error
        if width != feature_count:
            raise BrokenPackageError("The booster has other features than the schema.", booster=width)
        self._booster.set_param({"nthread": 1})

    @property
    def special_values(self) -> dict[str, list[float]]:
        """None: trees split special values off as they do any other."""
        return {}

    def margin(self, row: Matrix) -> float:
        """The raw margin of one float32 row of shape (features,)."""
        return float(self.margins(row[np.newaxis, :])[0])

    def margins(self, matrix: Matrix) -> Matrix:
        """The raw margins of a matrix, shape (rows,)."""
        if matrix.shape[0] == 0:
            return np.empty(0, dtype=np.float32)
        margins: Matrix = self._booster.inplace_predict(matrix, predict_type="margin", validate_features=False)
        return margins

    def contributions(self, matrix: Matrix) -> Matrix:
        """Exact TreeSHAP values, shape (rows, features + 1); the last column is the base."""
        import xgboost as xgb

        rows = xgb.DMatrix(matrix, nthread=1)
        values: Matrix = self._booster.predict(rows, pred_contribs=True, validate_features=False)
        return values
