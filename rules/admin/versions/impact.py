"""The impact of a draft as a fragment of its page: loaded after the page, since it reads a thousand records."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit.admin.error_words import error_words
from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.view import VersionView
from rules.engine.impact import Impact, Sample, Segment, Side
from rules.localised import language, localised
from rules.models import Decision
from rules.part_words import labels_of
from rules.services.versions.impact import CHOICES, DEFAULT, impact_of
from rules.words import code_words, money_words, value_words
from scoring.catalogue import Variable

SEGMENTS_SHOWN = 6
OUTCOMES = ("APPROVE", "REFER", "DECLINE")


def impact_fragment(_page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """`?last=` 200, 1000 or 5000 decisions; HTML to be put into the page."""
    view = VersionView.of(request, version_id)
    asked = request.GET.get("last", "")
    last = int(asked) if asked in {str(choice) for choice in CHOICES} else DEFAULT
    context: dict[str, Any] = {"last": last, "choices": CHOICES, "view": view}
    product = view.rule_set.product
    if view.errors:
        context["none"] = "problems"
    else:
        try:
            report = impact_of(view.document, product.code, str(view.rule_set.stage), last=last)
        except RiskEngineError as error:
            context["refusal"] = error_words(error)
        else:
            context["none"] = report.none
            if report.impact is not None:
                context |= _shown(report.impact, view)
    return render(request, "riskengine/version/impact_fragment.html", context)


def _shown(impact: Impact, view: VersionView) -> dict[str, Any]:
    labels = labels_of(view.version.document)
    return {
        "impact": impact,
        "share": impact.changed / impact.rows,
        "bars": [_bar(side, impact.rows) for side in (impact.before, impact.after)],
        "transitions": [
            (before, after, count)
            for before, row in impact.transitions.items()
            for after, count in row.items()
            if before != after
        ],
        "money": [_money(side, view.rule_set.product.currency) for side in (impact.before, impact.after)],
        "causes": [
            {"code": code, "label": labels.get(code, code), "count": count} for code, count in impact.causes.items()
        ],
        "segments": _segments(impact, view),
        "samples": _samples(impact, labels),
    }


def _bar(side: Side, rows: int) -> list[dict[str, Any]]:
    """A stacked bar of 100 units: outcome, where it begins, how wide it is."""
    parts, left = [], 0.0
    for outcome in OUTCOMES:
        count = side.outcomes.get(outcome, 0)
        width = 100 * count / rows
        parts.append({"outcome": outcome, "count": count, "left": left, "width": width, "share": count / rows})
        left += width
    return parts


def _money(side: Side, currency: str) -> dict[str, str]:
    rate = None if side.average_rate is None else round(side.average_rate, 5)
    return {"offered": money_words(side.offered_minor, currency), "rate": value_words(rate, "share", language())}


def _segments(impact: Impact, view: VersionView) -> list[dict[str, Any]]:
    """Splits in which most decisions change first, as far as there is room; values in words."""
    variables = view.catalogue.of_product(view.rule_set.product.code) if view.catalogue else {}
    found = [(name, rows) for name, rows in impact.segments.items() if any(row.changed for row in rows)]
    return [
        {
            "name": localised(variables[name]) if name in variables else "",
            "rows": [{"words": _value(row, variables.get(name)), "row": row} for row in rows],
        }
        for name, rows in found[:SEGMENTS_SHOWN]
    ]


def _value(segment: Segment, variable: Variable | None) -> str:
    low, dots, high = segment.value.partition("..")
    if variable is None or (not dots and not variable.codes):
        return segment.value
    if dots:
        low, high = (value_words(int(edge), variable.unit, language()) for edge in (low, high))
        return f"{low} – {high}"
    return code_words(segment.value, variable.codes, language())


def _samples(impact: Impact, labels: dict[str, str]) -> list[dict[str, Any]]:
    """Three lists of decisions to open, with the application's number."""
    lists = (
        ("approvals", impact.new_approvals),
        ("declines", impact.new_declines),
        ("referrals", impact.new_referrals),
    )
    ids = [sample.decision_id for _name, samples in lists for sample in samples]
    numbers = {
        str(number): external
        for number, external in Decision.objects.filter(pk__in=ids).values_list("pk", "application__external_id")
    }

    def shown(sample: Sample) -> dict[str, Any]:
        return {
            "sample": sample,
            "number": numbers.get(sample.decision_id, sample.decision_id[:8]),
            "rules": [(code, labels.get(code, code)) for code in sample.rules],
        }

    return [{"name": name, "rows": [shown(sample) for sample in samples]} for name, samples in lists if samples]
