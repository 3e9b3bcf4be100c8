"""The correction of a model's PDs to the odds of its population, only where a person stated those odds."""

from typing import Any

import msgspec
import numpy as np

from scoring.package.model import ScoringModel
from scoring.prior import pds_at_odds, population_weights, prior_offset
from scoring.training.statement import Statement
from scoring.training.table import Outcome

FORMULA = "log odds of bad + ln(sample odds / population odds), odds good : bad (King and Zeng 2001, equation 7)"
_DIGITS = 9


class Prior(msgspec.Struct, frozen=True):
    """Odds learnt at, odds meant, and what lies between them in the log odds."""

    sample_odds: float
    population_odds: float
    offset: float
    source: dict[str, str]
    formula: str = FORMULA


def prior_of(statement: Statement, outcome: Outcome) -> Prior | None:
    """None where no odds of the population are stated."""
    if statement.population_odds is None or statement.population_source is None:
        return None
    bads = float(outcome.sum())
    odds = (outcome.size - bads) / bads
    offset = round(prior_offset(odds, statement.population_odds), _DIGITS)
    source = msgspec.to_builtins(statement.population_source)
    return Prior(round(odds, 6), statement.population_odds, offset, source)


def pds_spoken(pds: Outcome, prior: Prior | None) -> Outcome:
    """PDs learnt at the sample's odds as the model speaks them: at the population's, where those are stated."""
    return pds if prior is None else pds_at_odds(pds, prior.sample_odds, prior.population_odds)


def prior_apply(model: ScoringModel, offset: float) -> ScoringModel:
    """The same model with `offset` added to its log odds of bad: contributions stay, their base moves."""
    calibration = model.schema.calibration
    moved = msgspec.structs.replace(calibration, intercept=round(calibration.intercept + offset, _DIGITS))
    schema = msgspec.structs.replace(model.schema, calibration=moved)
    return ScoringModel(schema=schema, body=model.body, card=model.card, content_hash="")


def prior_report(prior: Prior | None, outcome: Outcome, pds: Outcome) -> dict[str, Any] | None:
    """Both sides: mean PD and bad rate at the sample's odds, and at the population's with rows weighted to them.

    `pds` are those learnt at the sample's odds; the figures of a report (Brier, ECE) are always of these.
    """
    if prior is None:
        return None
    weights = population_weights(outcome, prior.population_odds)
    moved = pds_spoken(pds, prior)
    return {
        **msgspec.to_builtins(prior),
        "at_sample_odds": {"mean_pd": float(pds.mean()), "bad_rate": float(outcome.mean())},
        "at_population_odds": {
            "mean_pd": float(np.average(moved, weights=weights)),
            "bad_rate": float(np.average(outcome, weights=weights)),
        },
    }
