"""The body of an amount control: two scorecards give an index each, a network reads those and the amount asked.

Its three inputs, each 0 to 1: the credit record and the willingness to repay, each the probability of good that a
scorecard of its variables alone gives (higher is safer), and the share of the training data's amounts below the amount
asked.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.package.archive import archive_read, archive_write
from scoring.package.arrays import Array
from scoring.package.errors import BrokenPackageError
from scoring.package.hidden_layer import HiddenLayerBody, mlp_read
from scoring.package.schema import Feature
from scoring.package.scorecard import Scorecard, ScorecardBody, scorecard_read
from scoring.package.shapley import shapley_values

Matrix = npt.NDArray[np.float32]
RECORD, WILLINGNESS, NETWORK = "credit_record.json", "willingness.json", "mlp.npz"
INPUTS = ("credit_record_index", "willingness_index", "amount_index")
NETWORK_FEATURES = [Feature(name, "number", 0.5) for name in INPUTS]
_PERMUTATION_PAIRS, _SEED = 8, 42


class AmountControlBody:
    """`network(record index, willingness index, amount index)` over the features of both scorecards and the amount."""

    def __init__(
        self, record: ScorecardBody, willingness: ScorecardBody, network: HiddenLayerBody, amounts: Sequence[float]
    ) -> None:
        """`amounts`: rising quantiles of the amount asked, at even steps. Raises BrokenPackageError without two."""
        if len(amounts) < 2:
            raise BrokenPackageError("The amount asked needs quantiles.")
        self._cards, self._network, self._amounts = (record, willingness), network, list(amounts)
        self._cuts = [len(card.card.characteristics) for card in self._cards]
        self._width = sum(self._cuts) + 1

    @property
    def special_values(self) -> Mapping[str, Sequence[float]]:
        """Special values by characteristic of both scorecards."""
        return {**self._cards[0].special_values, **self._cards[1].special_values}

    def indices(self, matrix: Matrix) -> Matrix:
        """The network's inputs, shape (rows, 3); an amount not known counts as the middle one."""
        first, second = self._cuts
        margins = [
            self._cards[0].margins(np.ascontiguousarray(matrix[:, :first])),
            self._cards[1].margins(np.ascontiguousarray(matrix[:, first : first + second])),
        ]
        return indices_of(margins[0], margins[1], matrix[:, -1], self._amounts)

    def margin(self, row: Matrix) -> float:
        """The raw margin of one row."""
        return float(self.margins(row[np.newaxis, :])[0])

    def margins(self, matrix: Matrix) -> Matrix:
        """The raw margins of many rows."""
        return self._network.margins(self.indices(matrix))

    def contributions(self, matrix: Matrix) -> Array:
        """Shapley values of the variables against an applicant of whom nothing is known; exact in their sum."""
        background = np.full(self._width, np.nan, dtype=np.float32)
        return shapley_values(self.margins, matrix, background, _PERMUTATION_PAIRS, _SEED)


def indices_of(record: Matrix, willingness: Matrix, amount: Matrix, amounts: Sequence[float]) -> Matrix:
    """The three inputs from two scorecards' log odds of bad and the amount asked, shape (rows, 3)."""
    shares = np.interp(amount.astype(np.float64), amounts, np.linspace(0.0, 1.0, len(amounts)))
    good = [1.0 / (1.0 + np.exp(np.clip(margin.astype(np.float64), -40.0, 40.0))) for margin in (record, willingness)]
    columns = [*good, np.where(np.isnan(amount), 0.5, shares)]
    # Rounded: a last bit of exp that differs between machines must not reach the network.
    return np.round(np.column_stack(columns), 6).astype(np.float32)


def amount_control_read(data: bytes, features: Sequence[Feature]) -> AmountControlBody:
    """`amount_control.zip` for these features: those of either scorecard in its order, then the amount.

    Raises BrokenPackageError unless it is whole and fits.
    """
    parts = archive_read(data, frozenset({RECORD, WILLINGNESS, NETWORK}))
    try:
        counted = len(msgspec.json.decode(parts[RECORD], type=Scorecard).characteristics)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPackageError("The scorecard cannot be read.", reason=str(error)) from error
    if not 0 < counted < len(features) - 1:
        raise BrokenPackageError("The scorecards do not have the schema's features.")
    record = scorecard_read(parts[RECORD], features[:counted])
    willingness = scorecard_read(parts[WILLINGNESS], features[counted:-1])
    network = mlp_read(parts[NETWORK], NETWORK_FEATURES)
    return AmountControlBody(record, willingness, network, features[-1].quantiles)


def amount_control_bytes(record: bytes, willingness: bytes, network: bytes) -> bytes:
    """The three parts as one deterministic archive."""
    return archive_write({RECORD: record, WILLINGNESS: willingness, NETWORK: network})
