"""The roll-rate matrix as a page shows it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from monitoring.admin.delinquency.filters import query_of
from monitoring.delinquency.roll_rates import RollMatrix, roll_to_worst
from monitoring.models import ReviewRun
from monitoring.services.delinquency.figures import HISTORY, matrix_of, reviews_of


def matrix_parts(choice: dict[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The matrix between the two reviews chosen (the last two), its history, and the same as lines of a file."""
    which = choice["which"]
    runs = list(reviews_of(which.product)[: HISTORY + 1]) if which else []
    after = _of(runs, given.get("after")) or (runs[0] if runs else None)
    older = [run for run in runs if after and run.as_of < after.as_of]
    before = _of(older, given.get("before")) or (older[0] if older else None)
    if after is None or before is None:
        return {**choice, "matrix": None, "runs": runs, "csv": [], "before": None, "after": None}
    matrix = matrix_of(which, before, after)
    history = [(new, matrix_of(which, old, new)) for old, new in zip(runs[1:], runs, strict=False)]
    query = query_of(given, {"product": which.product.code, "before": before.pk, "after": after.pk})
    return {
        **choice,
        "runs": runs,
        "before": before,
        "after": after,
        "query": query,
        "matrix": matrix,
        "rows": [_row(matrix, bucket) for bucket in matrix.order],
        "entered": [(bucket, matrix.entered(bucket)) for bucket in matrix.order],
        "rates": matrix.rates(),
        "history": [{"run": run, "rates": one.rates()} for run, one in history],
        "worst": roll_to_worst([one for _, one in history]),
        "csv": _lines(matrix),
    }


def _of(runs: list[ReviewRun], key: str | None) -> ReviewRun | None:
    return next((run for run in runs if str(run.pk) == key), None)


def _row(matrix: RollMatrix, bucket: str) -> dict[str, Any]:
    place = matrix.order.index(bucket)
    return {
        "bucket": bucket,
        "total": matrix.total(bucket),
        "left": matrix.left(bucket),
        "cells": [
            {
                "target": after,
                "count": matrix.count(bucket, after),
                "share": matrix.share(bucket, after),
                "tone": "rk-roll-worse" if other > place else "rk-roll-better" if other < place else "rk-roll-same",
            }
            for other, after in enumerate(matrix.order)
        ],
    }


def _lines(matrix: RollMatrix) -> list[list[object]]:
    head: list[object] = [_("From"), *matrix.order, _("no longer there")]
    rows: list[list[object]] = [
        [bucket, *(matrix.count(bucket, after) for after in matrix.order), matrix.left(bucket)]
        for bucket in matrix.order
    ]
    return [head, *rows, [_("not there"), *(matrix.entered(after) for after in matrix.order), ""]]
