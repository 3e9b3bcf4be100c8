"""`python -m benchmarks quality [--only NAME …] [--quick]`: every promised figure of quality against its limit.

Prints each measure as it ends, and writes all figures as JSON. Exit 0: all kept; 1: one is missed; 2: none is missed,
but something could not be measured, so nothing is proven (peers' libraries are optional and only named).
"""

import argparse
import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from benchmarks.quality.measure import Asked, Measure, NotMeasured, Seen, seen_of

FOLDER = Path(__file__).parents[2] / "var"


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; the exit code as above, 2 for wrong use too."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskengine.settings")
    django.setup()
    from benchmarks.quality.registry import MEASURES  # reads settings

    parser = argparse.ArgumentParser(prog="python -m benchmarks quality", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(MEASURES), help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="fewer seeds, folds and rows: no proof")
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="has optbinning, or lightgbm and catboost")
    parser.add_argument("--report", type=Path, help="where to write the figures (default var/quality.json)")
    parser.add_argument("--check", action="store_true", help="only tell whether the names are right")
    options = parser.parse_args(arguments)
    if options.check:
        return 0
    report = options.report or FOLDER / ("quality-quick.json" if options.quick else "quality.json")
    report.parent.mkdir(parents=True, exist_ok=True)
    asked = Asked(options.quick, options.peers, report.parent)
    return measure_all([MEASURES[name] for name in options.only or MEASURES], asked, report)


def measure_all(measures: Sequence[Measure], asked: Asked, report: Path) -> int:
    """Measure, print, and keep beside the figures of other measures that `report` holds; the exit code."""
    found: list[Seen] = []
    began = time.perf_counter()
    for measure in measures:
        print(f"measuring {measure.name} …", flush=True)
        rows = measured(measure, asked)
        print("\n".join(line_of(row) for row in rows), flush=True)
        found += rows
        report.write_bytes(msgspec.json.format(msgspec.json.encode(rows_kept(report, found)), indent=1))
    print(f"\n{len(measures)} measures in {(time.perf_counter() - began) / 60:.1f} min; written to {report}")
    if asked.is_quick:
        print("Quick: fewer seeds, folds and rows. This is no proof.")
    missed = [f"{row.measure}.{row.figure}" for row in found if row.state == "missed"]
    skipped = [row.measure for row in found if row.state == "skipped"]
    print(f"missed: {', '.join(missed) or 'none'}; skipped: {', '.join(skipped) or 'none'}")
    if missed:
        return 1
    return 2 if any(row.state == "skipped" and not row.is_optional for row in found) else 0


def measured(measure: Measure, asked: Asked) -> list[Seen]:
    """The figures of one measure, or why there are none; one that breaks is missed."""
    began = time.perf_counter()
    try:
        rows = seen_of(measure, measure.figures(asked))
    except NotMeasured as error:
        words = ", ".join(f"{name} {limit.words}" for name, limit in measure.limits.items())
        rows = [Seen(measure.name, "", words, "skipped", why=str(error), is_optional=error.is_optional)]
    except Exception as error:  # one that breaks is missed, and the others are measured
        rows = [Seen(measure.name, "broken", "—", "missed", why=f"{type(error).__name__}: {error}")]
    told = {
        "is_quick": asked.is_quick,
        "seconds": round(time.perf_counter() - began, 1),
        "load": round(os.getloadavg()[0], 1),
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
    }
    return [msgspec.structs.replace(row, **told) for row in rows]


def line_of(row: Seen) -> str:
    """measure | limit | seen | ok, as people read it."""
    seen = f"{row.state}: {row.why}" if row.seen is None else f"{row.seen:9.4f}"
    mark = {"ok": "ok", "missed": "MISSED"}.get(row.state, "")
    return f"{row.measure:>28} {row.figure:24} {row.limit:>16} {seen}  {mark:6} {row.seconds:7.1f} s"


def rows_kept(report: Path, fresh: Sequence[Seen]) -> list[Seen]:
    """The rows of an earlier report whose measure was not measured again, then the fresh ones."""
    try:
        before = msgspec.json.decode(report.read_bytes(), type=list[Seen])
    except (OSError, msgspec.DecodeError):
        before = []
    names = {row.measure for row in fresh}
    return [*(row for row in before if row.measure not in names), *fresh]
