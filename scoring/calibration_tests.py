"""Are PDs as high as they say? Regression of outcomes on PDs, and exact tests grade by grade. Pure.

Throughout, `outcome` is a vector of n values, 1 for bad and 0 for good, and `pd` the n predicted probabilities, of
rows that the model was not fitted on: out of fold, or better out of time. The tests take outcomes as independent;
a downturn moves many at once (Basel Committee, Working Paper 14, 2005, ch. III), so a breach is a question, not a
verdict.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
State = Literal["breach", "no_breach", "not_enough_data"]
LEVEL = 0.05
FEWEST_CASES = 30
_CLIP = 1e-9
SOURCES = {
    "cox": "Cox (1958), Two further applications of a model for binary regression, Biometrika 45",
    "binomial": "Clopper and Pearson (1934); several grades: Holm (1979)",
    "hosmer_lemeshow": "Hosmer and Lemeshow (1980); as many degrees of freedom as groups, since the rows are unseen",
}


class Cox(msgspec.Struct, frozen=True):
    """`logit P(bad) = intercept + slope * logit(pd)`: 0 and 1 where PDs are true."""

    intercept: float
    intercept_error: float
    slope: float
    """Under 1: PDs are too extreme (overfitted); over 1: too timid."""
    slope_error: float
    in_the_large: float
    """The intercept where the slope is held at 1: positive where PDs are too low on the whole."""
    p_value: float
    """Of intercept 0 and slope 1 together: likelihood ratio, two degrees of freedom."""


class GradeTest(msgspec.Struct, frozen=True):
    """One grade's bads against its mean PD."""

    grade: str
    cases: int
    bads: int
    mean_pd: float
    bad_rate: float
    low: float
    high: float
    """95 % interval of the bad rate (Clopper and Pearson)."""
    p_value: float
    """Exact two-sided binomial."""
    p_value_holm: float
    """As large as looking at so many grades makes it."""
    state: State


class HosmerLemeshow(msgspec.Struct, frozen=True):
    """`sum((bads - expected)² / (expected (1 - mean pd)))` over groups of equal count."""

    statistic: float
    degrees: int
    p_value: float


def cox(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> Cox:
    """Regress the outcome on the log odds of the PD. Raises ValueError unless both outcomes and two PDs occur."""
    from scipy.stats import chi2  # type: ignore[attr-defined]

    truth, predicted = _checked(outcome, pd)
    logit = np.log(predicted / (1.0 - predicted))
    if truth.min() == truth.max() or np.ptp(logit) == 0.0:
        raise ValueError("calibration needs both outcomes and more than one PD")
    ones = np.ones_like(logit)
    (intercept, slope), errors, likelihood = _logistic(truth, np.column_stack([ones, logit]), np.zeros_like(logit))
    (shift,), _, _ = _logistic(truth, ones[:, np.newaxis], logit)
    ratio = 2.0 * (likelihood - _log_likelihood(truth, logit))
    return Cox(intercept, errors[0], slope, errors[1], shift, float(chi2.sf(max(ratio, 0.0), 2)))


def grade_tests(outcome: npt.ArrayLike, pd: npt.ArrayLike, grades: Sequence[str]) -> list[GradeTest]:
    """An exact binomial test of each grade's mean PD, in order of PD. A breach is one at 5 % after Holm's correction;
    a grade of fewer than 30 cases has not enough data and is left out of the correction."""
    truth, predicted = _checked(outcome, pd)
    names = np.asarray(grades)
    if names.shape != truth.shape:
        raise ValueError("every row needs a grade")
    found = [_grade(str(name), truth[names == name], predicted[names == name]) for name in np.unique(names)]
    judged = sorted((one for one in found if one.cases >= FEWEST_CASES), key=lambda one: one.p_value)
    adjusted, largest = {}, 0.0
    for place, one in enumerate(judged):
        largest = max(largest, min(1.0, (len(judged) - place) * one.p_value))
        adjusted[one.grade] = largest
    return [_judged(one, adjusted.get(one.grade)) for one in sorted(found, key=lambda one: one.mean_pd)]


def hosmer_lemeshow(outcome: npt.ArrayLike, pd: npt.ArrayLike, groups: int = 10) -> HosmerLemeshow:
    """Over `groups` of equal count by PD. With many cases it rejects what no one would mind; see the ECE beside it."""
    from scipy.stats import chi2  # type: ignore[attr-defined]

    truth, predicted = _checked(outcome, pd)
    parts = [part for part in np.array_split(np.argsort(predicted, kind="stable"), groups) if part.size]
    statistic = 0.0
    for part in parts:
        expected, mean = float(predicted[part].sum()), float(predicted[part].mean())
        statistic += (float(truth[part].sum()) - expected) ** 2 / (expected * (1.0 - mean))
    return HosmerLemeshow(statistic, len(parts), float(chi2.sf(statistic, len(parts))))


def pd_bands(pd: npt.ArrayLike, bands: int = 10) -> list[str]:
    """What is tested where no policy has grades: bands of equal counts by PD, `01` the safest."""
    predicted = np.asarray(pd, dtype=np.float64)
    places = np.empty(predicted.size, dtype=np.int64)
    places[np.argsort(predicted, kind="stable")] = np.arange(predicted.size) * bands // max(predicted.size, 1)
    return [f"{place + 1:02d}" for place in places]


def calibration_tests(
    outcome: npt.ArrayLike, pd: npt.ArrayLike, *, grades: Sequence[str] | None = None, on: str
) -> dict[str, Any]:
    """All tests as JSON data; `on` names the rows, such as `out_of_fold`.

    Binomial tests stand under `grades` where rows have a grade, else under `bands`: ten of the PD, each row's `grade`
    then called `band`.
    """
    tested = msgspec.to_builtins(grade_tests(outcome, pd, grades or pd_bands(pd)))
    if not grades:
        tested = [{"band": one.pop("grade"), **one} for one in tested]
    return {
        "on": on,
        "cox": msgspec.to_builtins(cox(outcome, pd)),
        "grades" if grades else "bands": tested,
        "hosmer_lemeshow": msgspec.to_builtins(hosmer_lemeshow(outcome, pd)),
        "level": LEVEL,
        "sources": SOURCES,
    }


def binomial_rows(tests: dict[str, Any]) -> tuple[Literal["grade", "band"], list[dict[str, Any]]]:
    """What the binomial tests of `calibration_tests` are by, and their rows, each with that key.

    Cards from before tests were by a policy's grades call their bands grades.
    """
    if "scale" in tests:
        return "grade", tests["grades"]
    return "band", tests.get("bands") or [{"band": one["grade"], **one} for one in tests["grades"]]


def _checked(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> tuple[Vector, Vector]:
    truth, predicted = np.asarray(outcome, dtype=np.float64), np.asarray(pd, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != predicted.shape or truth.size == 0:
        raise ValueError("outcome and pd must be vectors of one length, not empty")
    if not np.isin(truth, (0.0, 1.0)).all() or not ((predicted >= 0.0) & (predicted <= 1.0)).all():
        raise ValueError("outcomes are 0 or 1 and PDs between them")
    return truth, np.clip(predicted, _CLIP, 1.0 - _CLIP)


def _logistic(truth: Vector, design: Vector, offset: Vector) -> tuple[list[float], list[float], float]:
    """Maximum likelihood by Newton's method: coefficients, standard errors, log likelihood."""
    weights = np.zeros(design.shape[1])
    for _ in range(100):
        fitted = 1.0 / (1.0 + np.exp(-np.clip(offset + design @ weights, -35.0, 35.0)))
        spread = np.maximum(fitted * (1.0 - fitted), 1e-12)
        information = design.T @ (design * spread[:, np.newaxis])
        step = np.linalg.solve(information, design.T @ (truth - fitted))
        weights = weights + np.clip(step, -2.0, 2.0)
        if float(np.abs(step).max()) < 1e-10:
            break
    errors = np.sqrt(np.diag(np.linalg.inv(information)))
    return weights.tolist(), errors.tolist(), _log_likelihood(truth, offset + design @ weights)


def _log_likelihood(truth: Vector, margin: Vector) -> float:
    return float(np.sum(truth * margin - np.logaddexp(0.0, margin)))


def _grade(name: str, truth: Vector, predicted: Vector) -> GradeTest:
    from scipy.stats import binomtest  # type: ignore[attr-defined]

    cases, bads, mean = truth.size, int(truth.sum()), float(predicted.mean())
    test = binomtest(bads, cases, mean)
    interval = test.proportion_ci(1.0 - LEVEL, method="exact")
    return GradeTest(
        name, cases, bads, mean, bads / cases, float(interval.low), float(interval.high), float(test.pvalue), 1.0,
        "not_enough_data",
    )  # fmt: skip


def _judged(one: GradeTest, adjusted: float | None) -> GradeTest:
    if adjusted is None:
        return one
    state: State = "breach" if adjusted < LEVEL else "no_breach"
    return msgspec.structs.replace(one, p_value_holm=adjusted, state=state)
