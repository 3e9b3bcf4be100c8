"""One measure of quality: its name, how it is measured, and what its figures must be."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from benchmarks.limits import Limit


class Asked(msgspec.Struct, frozen=True):
    """How the run was asked for."""

    is_quick: bool = False
    """Fewer seeds, folds or rows: no proof."""
    peers: Path | None = None
    """A Python with other people's libraries."""
    kept: Path = Path("var")
    """Folder where peers' figures stay."""


class NotMeasured(Exception):
    """Why there is no figure: the data, a database or a peer are not here."""

    def __init__(self, why: str, *, is_optional: bool = False) -> None:
        super().__init__(why)
        self.is_optional = is_optional


class Measure(msgspec.Struct, frozen=True):
    """A function to figures by name, and the limits of those names; a figure without one is only stated."""

    name: str
    figures: Callable[[Asked], Mapping[str, float]]
    limits: Mapping[str, Limit]


class Seen(msgspec.Struct, frozen=True):
    """One figure as it was seen. `state`: ok, missed, stated or skipped."""

    measure: str
    figure: str
    limit: str
    state: str
    seen: float | None = None
    why: str = ""
    """Of what was skipped or broke."""
    is_optional: bool = False
    is_quick: bool = False
    seconds: float = 0.0
    """Of the whole measure."""
    load: float = 0.0
    """Mean number of programs that wanted the processors in the last minute."""
    at: str = ""
    """When, UTC."""


def seen_of(measure: Measure, figures: Mapping[str, float]) -> list[Seen]:
    """Each figure against its limit. Raises KeyError where a limited figure was not measured."""
    absent = set(measure.limits) - set(figures)
    if absent:
        raise KeyError(f"{measure.name} did not measure {', '.join(sorted(absent))}")
    found = []
    for name, value in figures.items():
        limit = measure.limits.get(name)
        state = "stated" if limit is None else "ok" if limit.is_kept(value) else "missed"
        found.append(Seen(measure.name, name, limit.words if limit else "—", state, round(float(value), 5)))
    return found


def data_file(*names: str) -> Path:
    """A file of RISKENGINE_DATA_DIR. Raises NotMeasured."""
    folder = os.environ.get("RISKENGINE_DATA_DIR", "")
    path = Path(folder, *names)
    if not folder or not path.exists():
        raise NotMeasured(f"no data: {'/'.join(names)} is not in RISKENGINE_DATA_DIR")
    return path
