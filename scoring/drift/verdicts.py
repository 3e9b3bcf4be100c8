"""Is the population, the model or a rule still what it was? Verdicts that depend on how many cases there are. Pure.

Every verdict has three states, and needs a change that is both large enough to matter and more than chance: with few
cases chance alone makes a large index, with very many any difference is significant. `SOURCES` names each test.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.calibration_tests import cox, grade_tests, pd_bands
from scoring.metrics import ks, psi

State = Literal["stable", "drifting", "not_enough_data"]
WATCH, ACT = 0.10, 0.25
LEVEL = 0.05
_DRAWS = 200
_FEWEST_EXPECTED = 5.0
SOURCES = {
    "psi": "0.10 and 0.25: Siddiqi, Credit Risk Scorecards (2006); critical value (1/n + 1/m) chi-square with bins - 1"
    " degrees of freedom: Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020; several: Bonferroni",
    "hit_rate": "two proportions with continuity correction: Fleiss, Statistical Methods for Rates and Proportions"
    " (1981); fewer than 5 expected: Fisher's exact test; several rules: Holm (1979)",
    "ks": "95 % interval from 200 bootstrap draws within goods and bads, seed 42: Efron and Tibshirani (1993)",
    "slope": "Wald test of the slope of Cox (1958)",
    "in_the_large": "sum of outcomes against sum of PDs, normal: Spiegelhalter, Statistics in Medicine 5 (1986)",
    "grade": "exact binomial: Clopper and Pearson (1934); several grades: Holm (1979)",
}


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One figure, what it is held against, and whether it drifts."""

    value: float | None
    """None where there are no cases to compute it from."""
    reference: float | None = None
    """What the figure was or should be."""
    limit: float | None = None
    """From here on it matters."""
    critical: float | None = None
    """Up to here it may be chance."""
    p_value: float | None = None
    cases: int
    reference_cases: int
    state: State
    is_large: bool = False
    """Drifting, and beyond the second limit."""


def stability(
    reference: npt.ArrayLike,
    current: npt.ArrayLike,
    *,
    least: int,
    watch: float = WATCH,
    act: float = ACT,
    level: float = LEVEL,
    tests: int = 1,
) -> Verdict:
    """PSI (or CSI) of two count vectors over the same bins, empty bins as `scoring.metrics.psi` counts them.

    Drifting: at least `watch`, and above the critical value at `level / tests`. Not enough data: a side has fewer than
    `least` cases, or so few that chance alone reaches `watch` and the index does not stand out from it.
    """
    from scipy.stats import chi2  # type: ignore[attr-defined]

    old, new = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    before, now = int(old.sum()), int(new.sum())
    if not before or not now:
        return Verdict(value=None, limit=watch, cases=now, reference_cases=before, state="not_enough_data")
    used = int(((old + new) > 0).sum())
    critical = float((1.0 / before + 1.0 / now) * chi2.ppf(1.0 - level / tests, max(used - 1, 1)))
    value = psi(old, new)
    if min(before, now) < least:
        state: State = "not_enough_data"
    elif value >= watch and value > critical:
        state = "drifting"
    else:
        state = "not_enough_data" if critical >= watch else "stable"
    return Verdict(
        value=value,
        limit=watch,
        critical=critical,
        cases=now,
        reference_cases=before,
        state=state,
        is_large=state == "drifting" and value >= act,
    )


def rate_changes(
    reference: Mapping[str, int],
    reference_cases: int,
    current: Mapping[str, int],
    cases: int,
    *,
    least: int,
    change: float,
    level: float = LEVEL,
) -> dict[str, Verdict]:
    """How often each rule holds, then and now; `value` and `reference` are shares, 0 to 1.

    Drifting: the shares differ by at least `change` and significantly at `level` after Holm's correction over the rules
    tested, since among twenty rules one differs by chance. `p_value` is the corrected one.
    """
    names = sorted({*reference, *current})
    if min(reference_cases, cases) < max(least, 1):
        return {
            name: Verdict(
                value=current.get(name, 0) / cases if cases else None,
                reference=reference.get(name, 0) / reference_cases if reference_cases else None,
                limit=change,
                cases=cases,
                reference_cases=reference_cases,
                state="not_enough_data",
            )
            for name in names
        }
    tested = [two_proportions(reference.get(name, 0), reference_cases, current.get(name, 0), cases) for name in names]
    found = {}
    for name, p_value in zip(names, holm(tested), strict=True):
        before, now = reference.get(name, 0) / reference_cases, current.get(name, 0) / cases
        is_drifting = p_value < level and abs(now - before) >= change
        found[name] = Verdict(
            value=now,
            reference=before,
            limit=change,
            p_value=p_value,
            cases=cases,
            reference_cases=reference_cases,
            state="drifting" if is_drifting else "stable",
        )
    return found


def two_proportions(hits: int, cases: int, later_hits: int, later_cases: int) -> float:
    """Two-sided p-value of equal shares: z with continuity correction, Fisher's exact test where it would not hold.

    Raises ValueError unless both samples have cases and hits are among them.
    """
    from scipy.stats import fisher_exact, norm  # type: ignore[attr-defined]

    if not (0 <= hits <= cases and 0 <= later_hits <= later_cases and cases and later_cases):
        raise ValueError("hits are among cases, and both samples have some")
    pooled = (hits + later_hits) / (cases + later_cases)
    if pooled in (0.0, 1.0):
        return 1.0
    if min(cases, later_cases) * min(pooled, 1.0 - pooled) < _FEWEST_EXPECTED:
        table = [[hits, cases - hits], [later_hits, later_cases - later_hits]]
        return float(fisher_exact(table)[1])
    inverse = 1.0 / cases + 1.0 / later_cases
    apart = max(abs(hits / cases - later_hits / later_cases) - inverse / 2.0, 0.0)
    return float(2.0 * norm.sf(apart / np.sqrt(pooled * (1.0 - pooled) * inverse)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Each p-value as large as looking at all of them makes it (Holm 1979), in the order given."""
    adjusted, largest = [1.0] * len(p_values), 0.0
    for place, at in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[at]))
        adjusted[at] = largest
    return adjusted


def has_enough_outcomes(outcome: npt.NDArray[np.float64], *, least: int, bads_least: int) -> bool:
    """Whether so many have matured, goods and bads both."""
    bads = int(outcome.sum())
    return outcome.size >= max(least, 2) and min(bads, outcome.size - bads) >= max(bads_least, 1)


def ranking(
    outcome: npt.NDArray[np.float64], pds: npt.NDArray[np.float64], *, reference: float, drop: float, is_enough: bool
) -> Verdict:
    """KS on matured outcomes against the KS of the model's card, out of fold there.

    Drifting: `drop` below it or more, and the whole interval (`critical` is its upper end) below it.
    """
    if not is_enough:
        return _unjudged(outcome, reference=reference, limit=drop)
    value, chance = ks(outcome, pds), np.random.default_rng(42)
    bads, goods = np.flatnonzero(outcome == 1.0), np.flatnonzero(outcome == 0.0)
    draws = []
    for _ in range(_DRAWS):
        rows = np.concatenate([chance.choice(bads, bads.size), chance.choice(goods, goods.size)])
        draws.append(ks(outcome[rows], pds[rows]))
    high = float(np.quantile(draws, 0.975))
    is_drifting = value <= reference - drop and high < reference
    return Verdict(
        value=value,
        reference=reference,
        limit=drop,
        critical=high,
        cases=outcome.size,
        reference_cases=0,
        state="drifting" if is_drifting else "stable",
    )


def calibration(
    outcome: npt.NDArray[np.float64],
    pds: npt.NDArray[np.float64],
    *,
    slope_change: float,
    log_odds_change: float,
    is_enough: bool,
    level: float = LEVEL,
) -> dict[str, Verdict]:
    """`slope` (1 where PDs are true) and `in_the_large` (log odds missing, 0 where true) on matured outcomes.

    Drifting: further away than the change allowed, and significantly so.
    """
    from scipy.stats import norm  # type: ignore[attr-defined]

    names = {"slope": (1.0, slope_change), "in_the_large": (0.0, log_odds_change)}
    if not is_enough or np.ptp(pds) == 0.0:
        return {name: _unjudged(outcome, reference=true, limit=change) for name, (true, change) in names.items()}
    fitted = cox(outcome, pds)
    spread = float(np.sqrt(np.sum(pds * (1.0 - pds))))
    p_values = {
        "slope": 2.0 * norm.sf(abs(fitted.slope - 1.0) / fitted.slope_error),
        "in_the_large": 2.0 * norm.sf(abs(float(outcome.sum() - pds.sum())) / spread),
    }
    values = {"slope": fitted.slope, "in_the_large": fitted.in_the_large}
    return {
        name: Verdict(
            value=values[name],
            reference=true,
            limit=change,
            p_value=float(p_values[name]),
            cases=outcome.size,
            reference_cases=0,
            state="drifting" if abs(values[name] - true) >= change and p_values[name] < level else "stable",
        )
        for name, (true, change) in names.items()
    }


def grades(
    outcome: npt.NDArray[np.float64], pds: npt.NDArray[np.float64], names: Sequence[str] | None = None
) -> dict[str, Verdict]:
    """Each grade's bad rate against its mean PD; ten bands of the PD where there are no grades. None without rows."""
    if not outcome.size:
        return {}
    states: dict[str, State] = {"breach": "drifting", "no_breach": "stable", "not_enough_data": "not_enough_data"}
    return {
        one.grade: Verdict(
            value=one.bad_rate,
            reference=one.mean_pd,
            p_value=one.p_value_holm,
            cases=one.cases,
            reference_cases=0,
            state=states[one.state],
        )
        for one in grade_tests(outcome, pds, names or pd_bands(pds))
    }


def _unjudged(outcome: npt.NDArray[np.float64], *, reference: float, limit: float) -> Verdict:
    return Verdict(
        value=None, reference=reference, limit=limit, cases=outcome.size, reference_cases=0, state="not_enough_data"
    )
