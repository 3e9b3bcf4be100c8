"""PDs learnt at a sample's odds, carried over to a population's: a constant in the log odds. Pure.

Odds are good : bad. Where bads were kept more often than goods, or the other way round, but both at random,
`logit pd(population) = logit pd(sample) + ln(sample odds / population odds)`
(King and Zeng, Logistic Regression in Rare Events Data, Political Analysis 9, 2001, equation 7). The order of
applicants, and with it the AUC, stays.
"""

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


def prior_offset(sample_odds: float, population_odds: float) -> float:
    """What is added to the log odds of bad. Raises ValueError unless both odds are positive and finite."""
    if not (0.0 < sample_odds < math.inf and 0.0 < population_odds < math.inf):
        raise ValueError("odds are positive and finite")
    return math.log(sample_odds / population_odds)


def pds_at_odds(pds: npt.ArrayLike, sample_odds: float, population_odds: float) -> Vector:
    """PDs (between 0 and 1) moved from one population to the other, the same shape."""
    given = np.asarray(pds, dtype=np.float64)
    moved: Vector = given / (given + (1.0 - given) * (population_odds / sample_odds))
    return moved


def population_weights(outcome: npt.ArrayLike, population_odds: float) -> Vector:
    """Weights (mean 1) under which the sample's rows have the population's odds. `outcome` holds 1 (bad) and 0."""
    truth = np.asarray(outcome, dtype=np.float64)
    bad_rate, population = float(truth.mean()), 1.0 / (1.0 + population_odds)
    weights: Vector = np.where(truth == 1.0, population / bad_rate, (1.0 - population) / (1.0 - bad_rate))
    return weights
