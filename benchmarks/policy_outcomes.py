"""What the shipped rule sets decide on the shipped data: outcome mixture, bad rates, precision and recall.

`python -m benchmarks.policy_outcomes [--out-of-fold] [--report OUT.json]`. By default PDs are those of the shipped
models on the data they were trained on: in-sample. `--out-of-fold` refits them with their recorded parameters in five
folds and scores each row by a model that has not seen it; thresholds were still chosen on the same rows.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.shipped_models import shipped_prepared
from riskengine.demo.frames import SHIPPED, shipped_frame
from riskengine.demo.places import CATALOGUE, RULE_SETS, model_file
from rules.engine.document import document_read
from rules.engine.program import compile_program
from scoring.catalogue import catalogue_read
from scoring.package import package_read
from scoring.training.fitting import fit_xgboost
from scoring.training.folds import stratified_folds
from scoring.variables import OWN_SOURCES

FOLDS, SEED = 5, 42

POLICIES = ("instalment-pre-loan", "card-pre-loan", "card-post-loan")
LEVELS = {
    "PRE_LOAN": ["APPROVE", "REFER", "DECLINE"],
    "POST_LOAN": ["NONE", "BLUE", "YELLOW", "ORANGE", "RED"],
}


def outcomes(policy: str, pd: pl.Series | None = None) -> dict[str, Any]:
    """Figures of one rule set; `pd` replaces the model's own estimates (0 to 1, one per row)."""
    document = document_read((RULE_SETS / f"{policy}.json").read_bytes())
    catalogue = catalogue_read(CATALOGUE.read_bytes())
    frame = shipped_frame(document.product)
    if pd is None:
        pd = pl.Series(package_read(model_file(document.product).read_bytes()).predict_pd(frame))
    own = {
        name: variable.default
        for name, variable in catalogue.of_product(document.product).items()
        if variable.source in OWN_SOURCES
    }
    given = frame.with_columns(pd=pd, **{name: pl.lit(value) for name, value in own.items()})
    program = compile_program(document, catalogue, product=document.product, stage=document.stage)
    result = program.evaluate_columns(given).with_columns(bad=frame["bad"])
    return _figures(result, LEVELS[document.stage], [rule.code for rule in document.rules])


def out_of_fold(product: str) -> pl.Series:
    """PDs of every row by a model fitted without it, with the shipped model's parameters."""
    prepared = shipped_prepared(product)
    pds = np.zeros(prepared.frame.height)
    for train, test in stratified_folds(prepared.outcome, FOLDS, SEED):
        fitted = fit_xgboost(prepared.frame[train], prepared.outcome[train], prepared.recipe)
        pds[test] = fitted.model.predict_pd(prepared.frame[test])
    return pl.Series(pds)


def _figures(result: pl.DataFrame, levels: list[str], rules: list[str]) -> dict[str, Any]:
    total, bad = len(result), int(result["bad"].sum())
    figures: dict[str, Any] = {"n": total, "outcomes": {}, "rules": {}}
    for place, level in enumerate(levels):
        own = result.filter(pl.col("outcome") == level)
        at_least = result.filter(pl.col("outcome").is_in(levels[place:]))
        figures["outcomes"][level] = {
            "n": len(own),
            "share": round(len(own) / total, 4),
            "bad_rate": _rate(own),
            "at_least_share": round(len(at_least) / total, 4),
            "at_least_precision": _rate(at_least),
            "at_least_recall": round(int(at_least["bad"].sum()) / bad, 4),
        }
    for code in rules:
        hit = result.filter(pl.col(code))
        figures["rules"][code] = {"n": len(hit), "bad_rate": _rate(hit)}
    return figures


def _rate(rows: pl.DataFrame) -> float | None:
    return round(float(rows["bad"].mean()), 4) if len(rows) else None  # type: ignore[arg-type]


def main() -> None:
    """Print the figures, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--out-of-fold", action="store_true")
    options = parser.parse_args()
    pds = {product: out_of_fold(product) for product in SHIPPED} if options.out_of_fold else {}
    figures = {policy: outcomes(policy, pds.get(policy.split("-")[0])) for policy in POLICIES}
    sample = "out-of-fold" if options.out_of_fold else "in-sample"
    for policy, found in figures.items():
        print(f"{policy}: {found['n']:,} rows, {sample}")
        for level, row in found["outcomes"].items():
            print(
                f"  {level:8} {row['n']:6,} {row['share']:6.1%}  bad {row['bad_rate'] or 0:6.1%}"
                f"   this or worse: {row['at_least_share']:6.1%} of all, precision {row['at_least_precision']:6.1%},"
                f" recall {row['at_least_recall']:6.1%}"
            )
        for code, row in found["rules"].items():
            print(
                f"    {code:28} {row['n']:6,}  bad {'—' if row['bad_rate'] is None else format(row['bad_rate'], '.1%')}"
            )
    if options.report:
        options.report.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
