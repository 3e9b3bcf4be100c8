"""`make bench`: every benchmark of speed in turn, a table on the screen and `var/bench.json`.

`python -m benchmarks [NAME …] [--report FILE]`; without names all of them. Exit 1 where one lies beyond its limit.
`python -m benchmarks quality …` is `benchmarks.quality.run`: how good, not how fast; `python -m benchmarks night …` is
`benchmarks.night`: the review of a book of a million loans.
"""

import os

# Columns are measured on one thread; polars reads this when it is first imported.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from benchmarks.customer_page import customer_page
from benchmarks.decision_http import decision_http
from benchmarks.editor_paint import editor_paint
from benchmarks.first_page import first_page
from benchmarks.harness import Row, rows_kept, table_of
from benchmarks.limits import speed_missed
from benchmarks.night import main as night
from benchmarks.program_load import program_load
from benchmarks.review_rows import review_rows
from benchmarks.rule_eval import rule_eval_columns, rule_eval_scalar, rule_eval_zen
from benchmarks.score_batch import score_batch
from benchmarks.score_reasons import score_reasons

BENCHMARKS: dict[str, Callable[[], Row | list[Row]]] = {
    "rule_eval_scalar": rule_eval_scalar,
    "rule_eval_zen": rule_eval_zen,
    "rule_eval_columns": rule_eval_columns,
    "program_load": program_load,
    "score_batch": score_batch,
    "score_reasons": score_reasons,
    "review_rows": review_rows,
    "first_page": first_page,
    "customer_page": customer_page,
    "decision_http": decision_http,
    "editor_paint": editor_paint,
}
REPORT = Path(__file__).parents[1] / "var" / "bench.json"


def main(arguments: list[str]) -> int:
    """Run what is asked for. 0 done, 1 a limit is missed, 2 wrong use."""
    if arguments[:1] == ["quality"]:
        from benchmarks.quality.run import main as quality  # heavy: every kind of model

        return quality(arguments[1:])
    if arguments[:1] == ["night"]:
        return night(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"any of {', '.join(BENCHMARKS)}")
    parser.add_argument("--report", type=Path, default=REPORT, help="where to write the rows as JSON")
    parser.add_argument("--check", action="store_true", help="only tell whether the names are right")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"there is no benchmark named {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    if options.check:
        return 0
    rows: list[Row] = []
    for name in options.names or BENCHMARKS:
        print(f"measuring {name} …", flush=True)
        measured = BENCHMARKS[name]()
        rows += measured if isinstance(measured, list) else [measured]
    options.report.parent.mkdir(parents=True, exist_ok=True)
    kept = rows_kept(options.report, rows) if options.names else rows
    options.report.write_text(json.dumps([msgspec.to_builtins(row) for row in kept], indent=2, ensure_ascii=False))
    print(table_of(rows))
    print(f"written to {options.report}")
    missed = speed_missed(rows)
    for line in missed:
        print(f"MISSED {line}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
