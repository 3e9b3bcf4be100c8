"""A scorecard as it is stored and scored: points by bin, added up in whole millionths, so in any order the same."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from audit.canonical import canonical_json
from scoring.package.errors import BrokenPackageError
from scoring.package.schema import Feature
from scoring.scaling import Scale, points_from_margin_change

Matrix = npt.NDArray[np.float32]
PER_UNIT = 1_000_000
_LARGEST = 1_000 * PER_UNIT
_MOST_BINS = 1_000


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row of a scorecard."""

    rows: int
    bads: int
    woe: float
    """`ln(share of goods / share of bads)`, smoothed towards 0: above 0 is safer than the average."""
    margin: int
    """What the bin adds to the log odds of bad, in millionths."""
    points: float
    """The same on the points scale, where higher is safer; for reading, to one digit."""


class SpecialBin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bin of one value that stands apart from the amounts around it."""

    value: float
    bin: Bin


class Characteristic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variable's bins. `bins[i]` holds inputs above `edges[i - 1]` and up to `edges[i]`."""

    name: str
    iv: float
    coefficient: float
    edges: list[float]
    bins: list[Bin]
    special: list[SpecialBin]
    missing: Bin
    average: int
    """Mean of the added log odds over the training data, in millionths: explanations start from it."""

    def problems(self) -> list[str]:
        """What is wrong beyond the types; empty if sound."""
        found = []
        if len(self.bins) != len(self.edges) + 1 or len(self.bins) > _MOST_BINS:
            found.append(f"{self.name}: a bin for each interval between edges is needed")
        if any(left >= right for left, right in zip(self.edges, self.edges[1:], strict=False)):
            found.append(f"{self.name}: edges must rise")
        if len({special.value for special in self.special}) != len(self.special):
            found.append(f"{self.name}: a special value is repeated")
        if any(abs(micros) > _LARGEST for micros in (*self.micros, self.average)):
            found.append(f"{self.name}: margins must be within ±1,000")
        return found

    @property
    def micros(self) -> list[int]:
        """Margins by place: the bins, then the special ones, then missing."""
        return [*(one.margin for one in self.bins), *(one.bin.margin for one in self.special), self.missing.margin]


class Scorecard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of `scorecard.json`; characteristics in the order of the schema's features."""

    intercept: int
    """Log odds of bad of an applicant whose bins all add nothing, in millionths."""
    base_points: float
    """The points of that applicant: a score is this plus the points of one bin of each characteristic."""
    characteristics: list[Characteristic]
    format: int = 1


class ScorecardBody:
    """A scorecard ready to score."""

    def __init__(self, card: Scorecard, names: Sequence[str]) -> None:
        """Raises BrokenPackageError if the card is unsound or its characteristics are not `names`."""
        problems = [problem for one in card.characteristics for problem in one.problems()]
        if [one.name for one in card.characteristics] != list(names):
            problems.append("the characteristics are not the schema's features")
        if card.format != 1 or abs(card.intercept) > _LARGEST:
            problems.append("the format must be 1 and the intercept within ±1,000")
        if problems:
            raise BrokenPackageError(f"The scorecard is unsound: {'; '.join(problems)}.", problems=problems[:20])
        self.card = card
        self._intercept = card.intercept
        self._parts = [(one.edges, {s.value: i for i, s in enumerate(one.special, len(one.bins))}, one.micros)
                       for one in card.characteristics]  # fmt: skip

    @property
    def special_values(self) -> Mapping[str, Sequence[float]]:
        """Special values by characteristic, where there are any."""
        return {one.name: [s.value for s in one.special] for one in self.card.characteristics if one.special}

    def margin(self, row: Matrix) -> float:
        """The raw margin of one row."""
        total = self._intercept
        for value, (edges, special, micros) in zip(row.tolist(), self._parts, strict=True):
            if value != value:
                total += micros[-1]
            elif special and value in special:
                total += micros[special[value]]
            else:
                total += micros[bisect_left(edges, value)]
        return float(np.float32(total / PER_UNIT))

    def margins(self, matrix: Matrix) -> Matrix:
        """The raw margins of many rows."""
        total = self._intercept + self._micros(matrix).sum(axis=1, dtype=np.int64)
        margins: Matrix = (total / PER_UNIT).astype(np.float32)
        return margins

    def contributions(self, matrix: Matrix) -> npt.NDArray[np.float64]:
        """Each characteristic's margin less its mean over the training data; exact, since the card is a sum."""
        averages = np.array([one.average for one in self.card.characteristics], dtype=np.int64)
        base = np.full((len(matrix), 1), self._intercept + averages.sum())
        return np.hstack([self._micros(matrix) - averages, base]) / PER_UNIT

    def _micros(self, matrix: Matrix) -> npt.NDArray[np.int64]:
        added = np.empty(matrix.shape, dtype=np.int64)
        for place, (edges, special, micros) in enumerate(self._parts):
            values = matrix[:, place].astype(np.float64)
            bins = np.searchsorted(np.array(edges, dtype=np.float64), values, side="left")
            for value, special_bin in special.items():
                bins[values == value] = special_bin
            bins[np.isnan(values)] = len(micros) - 1
            added[:, place] = np.array(micros, dtype=np.int64)[bins]
        return added


def scorecard_read(data: bytes, features: Sequence[Feature]) -> ScorecardBody:
    """`scorecard.json` for these features. Raises BrokenPackageError unless it is whole and fits."""
    try:
        card = msgspec.json.decode(data, type=Scorecard)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPackageError("The scorecard cannot be read.", reason=str(error)) from error
    return ScorecardBody(card, [feature.name for feature in features])


def scorecard_bytes(card: Scorecard) -> bytes:
    """The card as canonical JSON."""
    return canonical_json(msgspec.to_builtins(card))


def bin_points(micros: int, scale: Scale) -> float:
    """What millionths of log odds of bad are on the points scale."""
    return round(points_from_margin_change(micros / PER_UNIT, scale), 1) + 0.0
