"""Calibration from margins that the model gave for rows it had not seen: straight, or bent where that is borne out."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from scoring.metrics import log_loss
from scoring.package.calibration import Calibration, Hinge
from scoring.training.folds import stratified_folds
from scoring.training.table import Outcome

Kind = Literal["logistic", "piecewise"]
_SMALLEST_SLOPE = 0.05
_DIGITS = 9
_HINGES = 8
_STIFFNESS = 4.0
_FEWEST_ROWS = 3_000
_FOLDS = 5
_TIE = 2e-4


def calibration_fit(margins: Outcome, outcome: Outcome, kind: Kind = "logistic") -> Calibration:
    """Logistic regression of the outcome on the margin, rising everywhere so that no order is turned round.

    `logistic` is Platt's (1999) with his smoothed targets; `piecewise` lets the slope change at eight quantiles of the
    margin. Rounded to nine digits: the last bits differ between machines.
    """
    return _piecewise(margins, outcome) if kind == "piecewise" else _logistic(margins, outcome)


def calibration_kind(margins: Outcome, outcome: Outcome, seed: int) -> Kind:
    """Bent, unless that costs log loss on rows left out (over 0.0002); few rows (under 3,000) bear out no bend.

    Log loss hardly sees a bend that shows plainly in the calibration of a grade, so a tie goes to the bend.
    """
    if margins.size < _FEWEST_ROWS:
        return "logistic"
    losses: dict[Kind, float] = {"logistic": 0.0, "piecewise": 0.0}
    for train, test in stratified_folds(outcome, _FOLDS, seed):
        for kind in losses:
            odds = calibration_fit(margins[train], outcome[train], kind).margins(margins[test])
            losses[kind] += log_loss(outcome[test], 1.0 / (1.0 + np.exp(-odds))) / _FOLDS
    return "piecewise" if round(losses["piecewise"] - losses["logistic"], 6) <= _TIE else "logistic"


def _logistic(margins: Outcome, outcome: Outcome) -> Calibration:
    bads = float(outcome.sum())
    goods = float(outcome.size) - bads
    target = np.where(outcome == 1.0, (bads + 1.0) / (bads + 2.0), 1.0 / (goods + 2.0))
    intercept, slope = 0.0, 1.0

    def loss(at: float, by: float) -> float:
        odds = at + by * margins
        return float(np.sum(np.logaddexp(0.0, odds) - target * odds))

    reached = loss(intercept, slope)
    for _ in range(50):
        pd = 1.0 / (1.0 + np.exp(-np.clip(intercept + slope * margins, -40.0, 40.0)))
        weight = np.maximum(pd * (1.0 - pd), 1e-12)
        residual = target - pd
        gradient = np.array([residual.sum(), (residual * margins).sum()])
        hessian = np.array(
            [
                [weight.sum() + 1e-9, (weight * margins).sum()],
                [(weight * margins).sum(), (weight * margins * margins).sum() + 1e-9],
            ]
        )
        step = np.linalg.solve(hessian, gradient)
        # Margins that are nearly constant, or far off, would throw a whole step out of all bounds: halve it then.
        while not loss(intercept + float(step[0]), slope + float(step[1])) <= reached * (1.0 + 1e-9):
            step /= 2.0
            if float(np.abs(step).max()) < 1e-12:
                break
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
        reached = loss(intercept, slope)
        if float(np.abs(step).max()) < 1e-12:
            break
    if slope < _SMALLEST_SLOPE:
        return Calibration(round(_level(_SMALLEST_SLOPE * margins, outcome), _DIGITS), _SMALLEST_SLOPE)
    return Calibration(round(intercept, _DIGITS), round(slope, _DIGITS))


def _level(odds: Outcome, outcome: Outcome) -> float:
    """What must be added to `odds` for the mean PD to be the bad rate, by bisection."""
    low, high = -40.0 - float(odds.max()), 40.0 - float(odds.min())
    for _ in range(100):
        middle = (low + high) / 2.0
        if float(np.mean(1.0 / (1.0 + np.exp(-(middle + odds))))) < float(outcome.mean()):
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _piecewise(margins: Outcome, outcome: Outcome) -> Calibration:
    """Penalised likelihood: the slope of each stretch between hinges is drawn to Platt's and held above 0.05."""
    straight = _logistic(margins, outcome)
    places = np.unique(np.round(np.quantile(margins, np.linspace(0.0, 1.0, _HINGES + 2)[1:-1]), _DIGITS))
    ends = np.concatenate([[-np.inf], places, [np.inf]])
    lengths = np.clip(margins[:, np.newaxis], ends[:-1], ends[1:])
    lengths -= np.concatenate([[0.0], places])  # the first stretch counts from a margin of 0
    design = np.column_stack([np.ones(margins.size), lengths])
    start = np.array([straight.intercept, *[straight.slope] * (places.size + 1)])
    weights = _held_newton(design, outcome, start)
    slopes = np.round(weights[1:], _DIGITS)
    # A stretch past the first adds its slope to what was reached; as hinges: the change from the slope before.
    hinges = [
        Hinge(float(at), round(float(change), _DIGITS)) for at, change in zip(places, np.diff(slopes), strict=True)
    ]
    return Calibration(round(float(weights[0]), _DIGITS), float(slopes[0]), "piecewise", hinges)


def _held_newton(design: npt.NDArray[np.float64], outcome: Outcome, start: Outcome) -> Outcome:
    """Newton's method with the slopes held at their floor where they want below it."""
    pull = np.full(start.size, _STIFFNESS)
    pull[0] = 0.0
    weights = start.copy()
    for _ in range(100):
        pd = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -40.0, 40.0)))
        gradient = design.T @ (outcome - pd) - pull * (weights - start)
        is_free = (weights > _SMALLEST_SLOPE) | (gradient > 0)
        is_free[0] = True
        part = design[:, is_free]
        hessian = (part * np.maximum(pd * (1.0 - pd), 1e-12)[:, np.newaxis]).T @ part + np.diag(pull[is_free] + 1e-9)
        moved = weights.copy()
        moved[is_free] += np.linalg.solve(hessian, gradient[is_free])
        moved[1:] = np.maximum(moved[1:], _SMALLEST_SLOPE)
        if float(np.abs(moved - weights).max()) < 1e-12:
            break
        weights = moved
    return weights
