"""What drifts opens a case on the product: one for each model or rule and kind, merged as warnings are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from monitoring.case_topics import Topic
from monitoring.drift_policy import DriftPolicy
from monitoring.levels import level_rank, level_worst
from monitoring.models import DriftFigure, DriftReport
from monitoring.services.cases.raising import REASONS_MOST, case_raise
from monitoring.services.drift_figures import Figure
from rules.engine.document import Pattern, Rule, document_read
from rules.models import RuleSetVersion
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live

Measure = DriftFigure.Measure
ACTOR: Final = "system:drift"
TOPICS: Final = {
    Measure.PSI: Topic.SCORES,
    Measure.CSI: Topic.VARIABLES,
    Measure.HIT_RATE: Topic.HIT_RATE,
    Measure.KS: Topic.RANKING,
    Measure.SLOPE: Topic.CALIBRATION,
    Measure.IN_THE_LARGE: Topic.CALIBRATION,
    Measure.GRADE: Topic.CALIBRATION,
}
"""What a case on each measure is about."""
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

_LABELLED: Final = (Measure.CSI, Measure.HIT_RATE)
Labels = Mapping[str, tuple[str, str]]
"""English and Chinese, by the code of a variable or a rule."""


def drift_level(figures: Sequence[Figure], policy: DriftPolicy) -> str:
    """The most severe level among the figures that alert; NONE of none."""
    return level_worst(_level(figure) for figure in figures if _is_alerting(figure, policy))


def drift_cases_raise(
    *,
    report: DriftReport,
    figures: Sequence[Figure],
    models: Mapping[str, str],
    rule_sets: Mapping[str, str],
    policy: DriftPolicy,
    at: datetime,
) -> None:
    """Raise a case for each model or rule and kind that drifts; called in the report's own transaction.

    `models` and `rule_sets` are content hashes by stage. Every kind that could be judged and does not drift counts as a
    milder look at its open case. Only the latest period of a product speaks of today.
    """
    if DriftReport.objects.filter(product=report.product, until__gt=report.until).exists():
        return
    by_matter: dict[tuple[Topic, str, str], list[Figure]] = {}
    for figure in figures:
        topic = TOPICS[Measure(figure.measure)]
        of = figure.subject if topic == Topic.HIT_RATE else models.get(figure.stage, "")
        if figure.verdict.state in ("drifting", "stable"):
            by_matter.setdefault((topic, figure.stage, of), []).append(figure)
    variables = _variable_labels(report.product.code)
    rules = {stage: rule_labels(content_hash) for stage, content_hash in rule_sets.items()}
    for (topic, stage, of), found in by_matter.items():
        case_raise(
            topic=topic,
            key="/".join(("drift", topic, report.product.code, stage, of)),
            product=report.product,
            level=drift_level(found, policy),
            reasons=_reasons(found, policy, rules.get(stage, {}) if topic == Topic.HIT_RATE else variables),
            at=at,
            occasion=f"{report.until}",
            facts={"report": report.pk, "stage": stage, "rule" if topic == Topic.HIT_RATE else "model": of},
            actor=ACTOR,
        )


def _variable_labels(product: str) -> Labels:
    try:
        return {name: (one.en, one.zh) for name, one in catalogue_live().of_product(product).items()}
    except NoLiveCatalogueError:
        return {}


def rule_labels(content_hash: str) -> Labels:
    """What the rules and patterns of a rule set are called; empty where it is not there."""
    version = RuleSetVersion.objects.filter(content_hash=content_hash).first() if content_hash else None
    if version is None:
        return {}
    document = document_read(version.document)
    parts: list[Rule | Pattern] = [*document.rules, *document.patterns]
    return {one.code: (one.label_en, one.label_zh) for one in parts}


def _reasons(figures: Sequence[Figure], policy: DriftPolicy, labels: Labels) -> list[dict[str, str]]:
    """At most four, the most severe first and then the largest."""
    found = [figure for figure in figures if _is_alerting(figure, policy)]
    found.sort(key=lambda figure: (-level_rank(_level(figure)), -abs(figure.verdict.value or 0.0)))
    return [_reason(figure, labels) for figure in found[:REASONS_MOST]]


def _reason(figure: Figure, labels: Labels) -> dict[str, str]:
    """In words: what drifts by its label, by its code where it has none."""
    en, zh = _WORDS[Measure(figure.measure)]
    verdict, subject = figure.verdict, figure.subject
    label_en, label_zh = labels.get(subject, ("", "")) if figure.measure in _LABELLED else ("", "")
    numbers = _numbers(figure.measure, verdict.value, verdict.reference)
    return {
        "code": f"DRIFT_{figure.measure}",
        "en": f"{en}: {label_en or subject} ({numbers})" if subject else f"{en} ({numbers})",
        "zh": f"{zh}：{label_zh or subject}（{numbers}）" if subject else f"{zh}（{numbers}）",
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
