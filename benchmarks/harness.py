"""How everything is measured: ours and the reference turn by turn in one process, so that a noisy machine hits both."""

import gc
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One line of `var/bench.json`. `ratio` = our cost / the reference's cost in the same run."""

    name: str
    value: float
    """Our cost, in `unit`."""
    unit: str
    reference: str
    """In words: what was compared."""
    ratio: float
    reference_value: float
    """The reference's cost, in `unit`."""


class Timing(msgspec.Struct, frozen=True):
    """Seconds per call of one contender over the rounds."""

    rounds: list[float]

    @property
    def median(self) -> float:
        """Seconds per call in the middle round."""
        return median(self.rounds)


def interleaved(
    contenders: Sequence[Callable[[], object]],
    *,
    calls: int,
    rounds: int = 15,
    clock: Callable[[], float] = time.process_time,
) -> list[Timing]:
    """Each contender runs once a round, in an order that turns; `calls` is how many evaluations one run makes.

    Collection of garbage is off inside a run and done between runs. CPU time of the process unless told otherwise.
    """
    times: list[list[float]] = [[] for _ in contenders]
    for contender in contenders:  # warm
        contender()
    was_enabled = gc.isenabled()
    try:
        for turn in range(rounds):
            for place in range(len(contenders)):
                number = (place + turn) % len(contenders)
                gc.collect()
                gc.disable()
                started = clock()
                contenders[number]()
                times[number].append((clock() - started) / calls)
                gc.enable()
    finally:
        (gc.enable if was_enabled else gc.disable)()
    return [Timing(seconds) for seconds in times]


def compared(name: str, ours: Timing, reference: Timing, *, unit: str, per_second: float, words: str) -> Row:
    """A row from two timings of the same run. `per_second` converts seconds to `unit` (1e6 for µs).

    The ratio is the median of the rounds' ratios: both sides of a round saw the same machine. The values are medians.
    """
    pairs = zip(ours.rounds, reference.rounds, strict=True)
    return Row(
        name=name,
        value=round(ours.median * per_second, 4),
        unit=unit,
        reference=words,
        ratio=round(median(one / other for one, other in pairs), 3),
        reference_value=round(reference.median * per_second, 4),
    )


def rows_kept(report: Path, fresh: Sequence[Row]) -> list[Row]:
    """The rows of an earlier report that were not measured again, then the fresh ones."""
    try:
        before = msgspec.json.decode(report.read_bytes(), type=list[Row])
    except (OSError, msgspec.DecodeError):
        before = []
    names = {row.name for row in fresh}
    return [*(row for row in before if row.name not in names), *fresh]


def table_of(rows: Sequence[Row]) -> str:
    """The rows as people read them."""
    head = f"{'name':<20} {'ours':>12} {'reference':>12} {'ratio':>8}  compared with"
    lines = [
        f"{row.name:<20} {row.value:>9.3f} {row.unit:<2} {row.reference_value:>9.3f} {row.unit:<2} {row.ratio:>8.3f}"
        f"  {row.reference}"
        for row in rows
    ]
    return "\n".join([head, *lines])
