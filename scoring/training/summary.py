"""A training report in a few lines for the person who waits for it."""

from typing import Any

from scoring.calibration_tests import binomial_rows

_SHOWN = 8


def summary_lines(report: dict[str, Any]) -> list[str]:
    """Figures first, then what the checks found, then the variables that carry most."""
    return [
        *(f"{name:10} {report[name]:.4f}" for name in ("auc", "ks", "gini", "brier", "log_loss", "ece")),
        f"{report['n']} rows, {report['n_features']} features, {report['monotonicity_violations']} monotonicity"
        f" violations, {report['tuning_seconds_per_fold']} s tuning and {report['fit_seconds_per_fold']} s fitting"
        " per fold",
        _calibration(report["calibration_tests"]),
        *_later(report.get("out_of_time")),
        f"leak check: {_suspects(report['leak_suspects'])}",
        _control(report["negative_control"]),
        *_screening(report["screening"]),
        *_population(report),
    ]


def _calibration(tests: dict[str, Any]) -> str:
    cox = tests["cox"]
    by, rows = binomial_rows(tests)
    breaches = [one for one in rows if one["state"] == "breach"]
    told = "; ".join(f"{by} {one[by]}: {one['mean_pd']:.1%} said, {one['bad_rate']:.1%} bad" for one in breaches)
    scale = f" (grades of {tests['scale']['rule_set']}, version {tests['scale']['number']})" if by == "grade" else ""
    return (
        f"calibration {tests['on'].replace('_', ' ')}: slope {cox['slope']:.3f} ± {2 * cox['slope_error']:.3f},"
        f" intercept {cox['intercept']:.3f} ± {2 * cox['intercept_error']:.3f};"
        f" {told or f'no {by} in breach'}{scale}"
    )


def _later(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return []
    if not found["periods"]:
        return ["out of time: too few cases in the later periods to tell"]
    return [f"out of time: auc {found['auc']:.4f}, ece {found['ece']:.4f}", _calibration(found["calibration_tests"])]


def _suspects(suspects: list[dict[str, Any]]) -> str:
    if not suspects:
        return "no suspects"
    return "; ".join(
        f"{one['column']} ({'waived: ' + one['waived_because'] if one['waived_because'] else one['why']})"
        for one in suspects
    )


def _control(control: dict[str, Any]) -> str:
    return (
        f"negative control: auc {control['auc']:.4f} over {control['shuffles']} shuffles,"
        f" {0.5 - 3 * control['standard_error']:.4f} to {0.5 + 3 * control['standard_error']:.4f} expected"
    )


def _screening(rows: list[dict[str, Any]]) -> list[str]:
    heads = f"{'variable':24} {'gain':>6} {'IV':>7} {'L1 SVM kept':>12}"
    lines = [
        f"{row['column'][:24]:24} {row['gain']:6.1%} {row['iv']:7.3f} {row['svm_selected']:12.0%}"
        for row in rows[:_SHOWN]
    ]
    idle = [row["column"] for row in rows if row["svm_selected"] == 0.0 and row["iv"] <= row["iv_by_chance"]]
    return [heads, *lines, *([f"no worth by any measure: {', '.join(idle)}"] if idle else [])]


def _population(report: dict[str, Any]) -> list[str]:
    lines = []
    if prior := report["prior_correction"]:
        lines.append(
            f"prior correction: mean PD {prior['at_sample_odds']['mean_pd']:.2%} at odds {prior['sample_odds']:.2f},"
            f" {prior['at_population_odds']['mean_pd']:.2%} at odds {prior['population_odds']:.2f}"
        )
    if rejects := report["reject_inference"]:
        moved = ", ".join(
            f"{one['mean_pd_known_after'] - one['mean_pd_known_before']:+.2%} if their odds are"
            f" {one['odds_factor']:g} times as bad"
            for one in rejects["assumptions"]
        )
        lines.append(f"{rejects['rows']} rows without an outcome ({rejects['label']}): mean PD {moved}")
    return [*lines, report["selection"]["en"]]
