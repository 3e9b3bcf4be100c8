"""The figures of one period: what its cases, and the outcomes that have matured by its end, say beside a reference."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np
import polars as pl

from monitoring.drift_policy import DriftPolicy
from monitoring.models import DriftFigure
from monitoring.services.drift_references import RuleHits, hits_of
from scoring.drift.bins import Bins, DriftBins, counts_in
from scoring.drift.verdicts import Verdict, calibration, grades, has_enough_outcomes, ranking, rate_changes, stability

Measure = DriftFigure.Measure


class Figure(msgspec.Struct, frozen=True):
    """A verdict, and what it is of."""

    stage: str
    measure: str
    subject: str
    verdict: Verdict
    distribution: dict[str, Any] = {}


def population_figures(
    stage: str, cases: pl.DataFrame, reference: DriftBins | None, policy: DriftPolicy
) -> Iterator[Figure]:
    """PSI of the PDs and CSI of each variable that the cases have values of; none without a reference."""
    if reference is None:
        return
    yield _stability(stage, Measure.PSI, "", cases["pd"], reference.score, policy, tests=1)
    yield from variable_figures(stage, cases, reference.variables, policy)


def variable_figures(
    stage: str, cases: pl.DataFrame, reference: Mapping[str, Bins], policy: DriftPolicy
) -> Iterator[Figure]:
    """CSI of each variable with a reference that the cases have a column of; what is unknown is a bin of its own."""
    variables = {name: bins for name, bins in reference.items() if name in cases.columns}
    for name, bins in variables.items():
        yield _stability(stage, Measure.CSI, name, cases[name], bins, policy, tests=len(variables))


def rule_figures(stage: str, cases: pl.DataFrame, reference: RuleHits | None, policy: DriftPolicy) -> Iterator[Figure]:
    """The hit rate of each rule beside its reference; none without one."""
    if reference is None:
        return
    now = hits_of(cases)
    found = rate_changes(
        reference.hits,
        reference.cases,
        now.hits,
        now.cases,
        least=policy.decisions_least,
        change=policy.hit_rate_change,
        level=policy.level,
    )
    for code, verdict in found.items():
        yield Figure(stage, Measure.HIT_RATE, code, verdict)


def outcome_figures(
    stage: str, matured: pl.DataFrame, *, reference_ks: float, is_same_horizon: bool, policy: DriftPolicy
) -> Iterator[Figure]:
    """KS, and where the PD speaks of the same time as the outcome its calibration, whole and grade by grade."""
    outcome, pds = matured["bad"].cast(pl.Float64).to_numpy(), matured["pd"].to_numpy()
    is_enough = has_enough_outcomes(outcome, least=policy.outcomes_least, bads_least=policy.bads_least)
    fall = ranking(outcome, pds, reference=reference_ks, drop=policy.ks_drop, is_enough=is_enough)
    yield Figure(stage, Measure.KS, "", fall)
    found = calibration(
        outcome,
        pds,
        slope_change=policy.slope_change,
        log_odds_change=policy.log_odds_change,
        is_enough=is_enough and is_same_horizon,
        level=policy.level,
    )
    yield Figure(stage, Measure.SLOPE, "", found["slope"])
    yield Figure(stage, Measure.IN_THE_LARGE, "", found["in_the_large"])
    if is_enough and is_same_horizon:
        for grade, verdict in grades(outcome, np.clip(pds, 0.0, 1.0), _grades(matured)).items():
            yield Figure(stage, Measure.GRADE, grade, verdict)


def _stability(
    stage: str, measure: str, subject: str, values: pl.Series, bins: Bins, policy: DriftPolicy, *, tests: int
) -> Figure:
    now = counts_in(bins, values)
    verdict = stability(
        bins.counts,
        now,
        least=policy.decisions_least,
        watch=policy.psi_watch,
        act=policy.psi_act,
        level=policy.level,
        tests=tests,
    )
    return Figure(
        stage,
        measure,
        subject,
        verdict,
        {"kind": bins.kind, "edges": bins.edges, "codes": bins.codes, "before": bins.counts, "now": now.tolist()},
    )


def _grades(matured: pl.DataFrame) -> list[str] | None:
    named: list[str] = matured["grade"].to_list()
    return named if named and all(named) else None
