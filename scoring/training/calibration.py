"""Platt scaling from margins that the model gave for rows it had not seen."""

import numpy as np

from scoring.package.schema import Calibration
from scoring.training.table import Outcome

_SMALLEST_SLOPE = 0.05
_DIGITS = 9


def calibration_fit(margins: Outcome, outcome: Outcome) -> Calibration:
    """Logistic regression of the outcome on the margin by Newton's method (Platt 1999, with his smoothed targets).

    The slope is kept positive, so that calibration never turns the order round. Rounded to nine digits: the last
    bits differ between machines.
    """
    bads = float(outcome.sum())
    goods = float(outcome.size) - bads
    target = np.where(outcome == 1.0, (bads + 1.0) / (bads + 2.0), 1.0 / (goods + 2.0))
    intercept, slope = 0.0, 1.0
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
        intercept, slope = intercept + float(step[0]), slope + float(step[1])
        if float(np.abs(step).max()) < 1e-12:
            break
    return Calibration(round(intercept, _DIGITS), round(max(slope, _SMALLEST_SLOPE), _DIGITS))
