"""`python -m benchmarks.early_warning_splits [--splits 10] [--report FILE]`: early warning on random halves of the
Taiwan card data, mean and standard deviation over splits."""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from scoring.training.early_warning import early_warning_report
from scoring.training.table import table_read

_DATA = Path(__file__).parents[1] / "data" / "taiwan_dev70.parquet"
_NAMES = ("auc", "precision_top10", "auc_current")


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.early_warning_splits", description=__doc__)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args(arguments)
    frame = table_read(_DATA)
    found = []
    for seed in range(options.splits):
        order = np.random.default_rng(seed).permutation(frame.height)
        half = frame.height // 2
        found.append(early_warning_report(frame[np.sort(order[:half])], frame[np.sort(order[half:])]))
        print(f"split {seed + 1}: " + ", ".join(f"{found[-1][f'auc_{days}']:.4f}" for days in (30, 60, 90)), flush=True)
    keys = [f"{name}_{days}" for name in _NAMES for days in (30, 60, 90)]
    means = {key: round(float(np.mean([one[key] for one in found])), 5) for key in keys}
    deviations = {f"{key}_sd": round(float(np.std([one[key] for one in found])), 5) for key in keys}
    print(json.dumps(means, indent=2))
    if options.report:
        options.report.write_text(json.dumps({**means, **deviations, "splits": options.splits}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
