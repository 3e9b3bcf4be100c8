"""Names variables that know the outcome, before anybody believes a figure that they made."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from scoring.training.columns import Column
from scoring.training.folds import stratified_sample
from scoring.training.leak_timing import late_columns
from scoring.training.power import Power, Together, power_alone, power_together
from scoring.training.suspects import Suspect
from scoring.training.table import Outcome

MOST_ROWS = 20_000

_POWER = 0.90
_NEAR_COPY = 0.80
_BEYOND = ((0.80, 0.02), (0.75, 0.08))
"""(AUC alone, how far above all the others together): the stronger, the smaller a lead is suspicious. The strongest
honest variables of the shipped data (0.71 both) stay 0.03 below what all the others reach together."""
_LARGEST_GROUP = 5
_MISSINGNESS, _ORDER, _NAMED = 0.65, 0.65, 0.65
_TOGETHER, _MOST_PEELED = 0.95, 10
_AFTERWARDS = re.compile(
    r"recover|collection|settle|charg\w*_?off|writ\w*_?off|wrote_?off|last_?py?ay?mn?t|total_?(rec|pymnt)|repossess"
    r"|foreclos|hardship|default_?(date|amount)|loss_?(amount|given)|催收|核销|回收|代偿|诉讼|结清",
    re.IGNORECASE,
)


def leak_check(
    frame: pl.DataFrame, outcome: Outcome, columns: Sequence[Column], *, decided_on: str | None = None, seed: int
) -> list[Suspect]:
    """Suspects, each once, those the model reads first and the strongest first among them.

    `columns` are those the model reads; the others in `frame` (dates, identifiers; not the target) are looked at as
    well. `decided_on` names the column of the decision's date (default: by its name). Judged on at most 20,000 rows.
    """
    places = stratified_sample(outcome, MOST_ROWS, seed)
    frame, outcome = frame[places], outcome[places]
    read = {column.name for column in columns}
    powers = {column.name: power_alone(column, frame[column.name], outcome, seed=seed) for column in columns}
    found = [suspect for column in columns if (suspect := _alone(powers[column.name], frame, outcome))]
    left = [column for column in columns if column.name not in {suspect.column for suspect in found}]
    found += _together(left, frame, outcome, seed)
    left = [column for column in left if column.name not in {suspect.column for suspect in found}]
    found += _beyond(left, powers, frame, outcome, seed)
    found += _unread(frame.drop(read), outcome, seed)
    found += late_columns(frame, read, decided_on)
    once = {suspect.column: suspect for suspect in reversed(found)}
    return sorted(once.values(), key=lambda suspect: (not suspect.is_read, -suspect.figure, suspect.column))


def _alone(power: Power, frame: pl.DataFrame, outcome: Outcome) -> Suspect | None:
    """What a variable betrays by itself."""
    name = power.column
    agreement = _correlation(power.pds, outcome)
    absent = frame[name].is_null().to_numpy().astype(float)
    if agreement >= _NEAR_COPY:
        return Suspect(name, "near_copy", f"follows the outcome with correlation {agreement:.2f}", agreement)
    if power.auc > _POWER:
        return Suspect(name, "power", f"alone it ranks outcomes with AUC {power.auc:.3f}", power.auc)
    if (missing := _two_way(absent, outcome)) >= _MISSINGNESS:
        return Suspect(name, "missingness", f"whether it is there ranks outcomes with AUC {missing:.3f}", missing)
    if power.pure:
        rows, rate = power.pure
        return Suspect(
            name, "settles", f"{rate:.1%} turned bad among {rows} rows that its value singles out", power.auc
        )
    if power.auc >= _NAMED and _AFTERWARDS.search(name):
        return Suspect(
            name, "name", f"named like what follows an outcome, and ranks with AUC {power.auc:.3f}", power.auc
        )
    return None


def _beyond(
    columns: Sequence[Column], powers: Mapping[str, Power], frame: pl.DataFrame, outcome: Outcome, seed: int
) -> list[Suspect]:
    """The variables (at most five, each alone) that rank better than all the others together."""
    strongest = sorted(columns, key=lambda column: -powers[column.name].auc)
    for size in range(1, min(_LARGEST_GROUP, len(columns) - 1) + 1):
        weakest = powers[strongest[size - 1].name].auc
        if weakest < min(least for least, _ in _BEYOND):
            break
        rest = power_together(strongest[size:], frame, outcome, seed=seed).auc
        if any(weakest >= least and weakest >= rest + lead for least, lead in _BEYOND):
            return [
                Suspect(column.name, "beyond_the_rest", f"alone AUC {powers[column.name].auc:.3f}, all the others"
                        f" together {rest:.3f}", powers[column.name].auc)
                for column in strongest[:size]
            ]  # fmt: skip
    return []


def _together(columns: Sequence[Column], frame: pl.DataFrame, outcome: Outcome, seed: int) -> list[Suspect]:
    """Variables that know the outcome jointly: while the whole reaches 0.95, its strongest part is named and left."""
    left, peeled = list(columns), list[Suspect]()
    whole: Together = power_together(left, frame, outcome, seed=seed)
    while whole.auc >= _TOGETHER and len(left) > 1 and len(peeled) < _MOST_PEELED:
        name = max(whole.gain, key=lambda column: whole.gain[column])
        left = [column for column in left if column.name != name]
        before, whole = whole, power_together(left, frame, outcome, seed=seed)
        why = f"with it all variables together reach AUC {before.auc:.3f}, without it {whole.auc:.3f}"
        peeled.append(Suspect(name, "together", why, before.auc))
    return peeled


def _unread(frame: pl.DataFrame, outcome: Outcome, seed: int) -> list[Suspect]:
    """Dates and identifiers that the model does not read, where their order knows the outcome."""
    found = []
    for series in frame:
        if series.dtype.is_temporal():
            series = series.to_physical()
        elif series.dtype == pl.String:
            series = series.rank("dense")
        if not series.dtype.is_numeric() or series.n_unique() <= 1:
            continue
        power = power_alone(Column(series.name, "number"), series, outcome, seed=seed)
        if power.auc >= _ORDER:
            why = f"its order ranks outcomes with AUC {power.auc:.3f}; the model does not read it"
            found.append(Suspect(series.name, "order", why, power.auc, is_read=False))
    return found


def _two_way(indicator: Outcome, outcome: Outcome) -> float:
    """AUC of a yes or no, whichever way it runs: `0.5 + |P(yes | bad) - P(yes | good)| / 2`."""
    return 0.5 + abs(float(indicator[outcome == 1.0].mean()) - float(indicator[outcome == 0.0].mean())) / 2.0


def _correlation(pds: Outcome, outcome: Outcome) -> float:
    return float(np.corrcoef(pds, outcome)[0, 1]) if pds.std() > 0.0 else 0.0
