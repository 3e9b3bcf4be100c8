"""What drifts raises an early warning on the product: one open for each, merged and closed as those on loans are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from monitoring.drift_policy import DriftPolicy
from monitoring.levels import NONE, level_rank, level_worst
from monitoring.models import DriftFigure, DriftReport, EarlyWarning
from monitoring.services.drift_figures import Figure

Measure = DriftFigure.Measure
REASONS_MOST: Final = 4
LEVELS: Final = {
    Measure.PSI: ("YELLOW", "ORANGE"),
    Measure.CSI: ("BLUE", "YELLOW"),
    Measure.HIT_RATE: ("BLUE", "BLUE"),
    Measure.KS: ("ORANGE", "ORANGE"),
    Measure.SLOPE: ("YELLOW", "YELLOW"),
    Measure.IN_THE_LARGE: ("ORANGE", "ORANGE"),
    Measure.GRADE: ("YELLOW", "YELLOW"),
}
"""How severe a drift of each measure is, from the first limit and from the second."""
_WORDS: Final = {
    Measure.PSI: ("Scores are distributed otherwise", "评分分布发生变化"),
    Measure.CSI: ("Variable is distributed otherwise", "变量分布发生变化"),
    Measure.HIT_RATE: ("Rule hits more or less often", "规则命中率发生变化"),
    Measure.KS: ("Model ranks worse", "模型区分能力下降"),
    Measure.SLOPE: ("Probabilities of default are too extreme or too timid", "违约概率过于极端或过于保守"),
    Measure.IN_THE_LARGE: ("Probabilities of default are too low or too high", "违约概率整体偏低或偏高"),
    Measure.GRADE: ("Grade defaults otherwise than its probability says", "等级实际违约率偏离其违约概率"),
}


def drift_level(figures: Sequence[Figure], policy: DriftPolicy) -> str:
    """The most severe level among the figures that alert; NONE of none."""
    return level_worst(_level(figure) for figure in figures if _is_alerting(figure, policy))


def drift_warning_merge(*, report: DriftReport, figures: Sequence[Figure], policy: DriftPolicy, at: datetime) -> None:
    """Merge a new report into the product's open warning, or raise one; called in the report's own transaction.

    A level rises at once. It falls only when two reports in a row found less, to the worse of the two, and never to
    NONE: a person closes a warning. Only the latest period of a product speaks of today.
    """
    reports = DriftReport.objects.filter(product=report.product)
    if reports.filter(until__gt=report.until).exists():
        return
    warning = EarlyWarning.objects.select_for_update().filter(product=report.product, state="OPEN").first()
    if warning is None:
        if report.level != NONE:
            EarlyWarning.objects.create(
                product=report.product,
                level=report.level,
                reasons=_reasons(figures, policy),
                first_report=report,
                last_report=report,
                raised_at=at,
            )
        return
    before = reports.filter(until__lt=report.until).order_by("-until", "-pk").first()
    warning.level = _merged(warning.level, report.level, before.level if before else None)
    if report.level != NONE:
        is_again = warning.last_report is not None and warning.last_report.until == report.until
        warning.hit_count += 0 if is_again else 1
        warning.last_report, warning.reasons = report, _reasons(figures, policy)
    warning.save(update_fields=["level", "hit_count", "last_report", "reasons"])


def _merged(now_open: str, found: str, before: str | None) -> str:
    if level_rank(found) >= level_rank(now_open):
        return found
    if before is None:
        return now_open
    worse = level_worst([found, before])
    return now_open if worse == NONE or level_rank(worse) > level_rank(now_open) else worse


def _reasons(figures: Sequence[Figure], policy: DriftPolicy) -> list[dict[str, str]]:
    """At most four, the most severe first and then the largest."""
    found = [figure for figure in figures if _is_alerting(figure, policy)]
    found.sort(key=lambda figure: (-level_rank(_level(figure)), -abs(figure.verdict.value or 0.0)))
    return [_reason(figure) for figure in found[:REASONS_MOST]]


def _reason(figure: Figure) -> dict[str, str]:
    en, zh = _WORDS[Measure(figure.measure)]
    verdict = figure.verdict
    of = f" {figure.subject}" if figure.subject else ""
    numbers = _numbers(figure.measure, verdict.value, verdict.reference)
    return {
        "code": f"DRIFT_{figure.measure}",
        "en": f"{en}{':' if of else ''}{of} ({numbers})",
        "zh": f"{zh}{'：' if of else ''}{of.strip()}（{numbers}）",
    }


def _numbers(measure: str, value: float | None, reference: float | None) -> str:
    if value is None:
        return "–"
    if measure in (Measure.PSI, Measure.CSI):
        return f"{measure} {value:.3f}"
    shown = "{:.1%}" if measure in (Measure.HIT_RATE, Measure.GRADE) else "{:.3f}"
    return f"{shown.format(reference or 0.0)} → {shown.format(value)}"


def _is_alerting(figure: Figure, policy: DriftPolicy) -> bool:
    alerts = {
        Measure.PSI: policy.has_score_alerts,
        Measure.CSI: policy.has_variable_alerts,
        Measure.HIT_RATE: policy.has_rule_alerts,
    }
    return figure.verdict.state == "drifting" and alerts.get(Measure(figure.measure), policy.has_outcome_alerts)


def _level(figure: Figure) -> str:
    return LEVELS[Measure(figure.measure)][figure.verdict.is_large]
