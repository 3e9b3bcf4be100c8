"""How well machines tell segments from portraits: a kernel machine and boosted trees on the same folds.

Asked of one date this is circular: the rules place customers by the very variables the machines read, so it tells how
well a machine copies rules. Asked of a later date it is a forecast, to be held against "nobody moves".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import polars as pl

from scoring.paired_shares import paired_shares
from scoring.training.class_machines import MACHINES, ClassEncoding, Classes
from scoring.training.columns import columns_plan
from scoring.training.errors import TrainingInputError
from scoring.training.folds import stratified_folds

FOLDS = 5
LEAST_CUSTOMERS = 200
LEAST_OF_A_CLASS = 20
"""Customers of a class, so that every fold has some to learn from and some to test with."""
_DIGITS = 6
_LARGEST, _UNCHANGED = "largest_class", "unchanged"
METHOD = (
    "Stratified folds, everything learnt inside them. Interval of a difference of accuracies: Agresti and Min"
    " (Statistics in Medicine 24, 2005), 95 %; p: McNemar's exact test (Psychometrika 12, 1947)."
)


def classes_compare(
    frame: pl.DataFrame,
    classes: Sequence[str],
    *,
    today: Sequence[str] | None = None,
    folds: int = FOLDS,
    seed: int = 42,
) -> dict[str, Any]:
    """Figures of each machine by name, beside those of no machine at all, and paired differences of accuracy.

    `frame` holds variables (a row a customer; text, numbers or Booleans), `classes` the segment of each row, `today`
    the segment each was in when the variables were so, where `classes` are of a later date. Classes of fewer than 20
    customers are left out, and named. Raises TrainingInputError where fewer than 200 customers or two classes remain.
    """
    kept, rare = _kept(classes)
    frame, names = frame[kept], [classes[place] for place in kept]
    codes = sorted(set(names))
    plan = columns_plan(frame, target="")
    known = np.array([codes.index(name) for name in names], dtype=np.int64)
    found = {name: np.zeros(known.size, dtype=np.int64) for name in MACHINES}
    fold_largest = np.zeros(known.size, dtype=np.int64)
    # Matrices of this size gain nothing from a second core, and threads that wait for a busy one cost twenty times.
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # type: ignore[no-untyped-call]
        for train, test in stratified_folds(known.astype(np.float64), folds, seed):
            encoding = ClassEncoding(plan.columns, frame[train])
            rows, unseen = encoding.of(frame[train]), encoding.of(frame[test])
            for name, fit in MACHINES.items():
                found[name][test] = fit(encoding.features, rows, known[train], seed)(unseen)
            fold_largest[test] = np.bincount(known[train]).argmax()
    without = {_LARGEST: fold_largest}
    if today is not None:
        without[_UNCHANGED] = _places([today[place] for place in kept], codes)
    return {
        "method": METHOD,
        "customers": known.size,
        "folds": folds,
        "seed": seed,
        "variables": [column.name for column in plan.columns],
        "notes": plan.notes,
        "classes": {code: int(count) for code, count in zip(codes, np.bincount(known), strict=True)},
        "left_out": rare,
        "models": {name: class_figures(known, guess, codes) for name, guess in {**found, **without}.items()},
        "pairs": [_pair(known, one, two, found | without) for one, two in _pairs(without)],
    }


def class_figures(known: Classes, guessed: Classes, codes: Sequence[str]) -> dict[str, Any]:
    """How right guesses are, all shares 0 to 1; the confusion's rows are true classes, its columns guessed ones.

    balanced accuracy: mean recall of the classes; macro F1: mean of 2 × right / (true + guessed). A guess of -1 is
    of no class and counts as wrong.
    """
    many = len(codes)
    confusion = np.zeros((many, many), dtype=np.int64)
    told = guessed >= 0
    np.add.at(confusion, (known[told], guessed[told]), 1)
    right, true, said = np.diag(confusion), np.bincount(known, minlength=many), confusion.sum(axis=0)
    recall = right / true
    return {
        "accuracy": round(float(right.sum() / known.size), _DIGITS),
        "balanced_accuracy": round(float(recall.mean()), _DIGITS),
        "macro_f1": round(float(np.mean(2.0 * right / (true + said))), _DIGITS),
        "recall": {code: round(float(share), _DIGITS) for code, share in zip(codes, recall, strict=True)},
        "confusion": confusion.tolist(),
    }


def _kept(classes: Sequence[str]) -> tuple[list[int], dict[str, int]]:
    counts = Counter(classes)
    rare = {code: count for code, count in sorted(counts.items()) if count < LEAST_OF_A_CLASS}
    kept = [place for place, code in enumerate(classes) if code not in rare]
    shown = ", ".join(f"{code} {count}" for code, count in counts.most_common()) or "none"
    if len(counts) - len(rare) < 2:
        raise TrainingInputError(
            f"There must be two segments of at least {LEAST_OF_A_CLASS} customers each; there are: {shown}."
        )
    if len(kept) < LEAST_CUSTOMERS:
        raise TrainingInputError(
            f"There must be {LEAST_CUSTOMERS} customers in segments large enough; there are {len(kept)} ({shown})."
        )
    return kept, rare


def _places(names: Sequence[str], codes: Sequence[str]) -> Classes:
    place = {code: number for number, code in enumerate(codes)}
    return np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _pairs(without: Mapping[str, Classes]) -> list[tuple[str, str]]:
    return [("svm", "xgboost"), *((base, machine) for base in without for machine in MACHINES)]


def _pair(known: Classes, one: str, two: str, guesses: Mapping[str, Classes]) -> dict[str, Any]:
    found = msgspec.to_builtins(paired_shares(guesses[one] == known, guesses[two] == known))
    figures = {
        name: round(value, _DIGITS) for name, value in found.items() if name not in ("first", "second", "p_value")
    }
    return {"first": one, "second": two, **figures, "p_value": float(f"{found['p_value']:.3g}")}
