"""A fairness measurement as a reader meets it: groups with whiskers, ratio, verdict, proxies; one template for all."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services.governed import Live
from scoring.admin.frozen import in_language
from scoring.catalogue import Variable
from scoring.fairness.protected import Attribute, attribute_read, group_labels
from scoring.fairness.ratios import GroupFairness, Interval, ratio_interval
from scoring.fairness.result import OUTCOME_NOTE, AttributeResult, FairnessResult
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live
from scoring.services.fairness.gate import Standing

TONES = {"pass": "good", "flag": "bad", "not_enough_data": "warn"}
WIDTH, CURVE_WIDTH, CURVE_HEIGHT = 110.0, 220.0, 72.0
_SIGNS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "=": "="}
_SHOWN = 5


def fairness_card(standing: Standing, product: str, subject: str = "") -> dict[str, Any]:
    """Everything the template shows; `result` is None for the empty state. `subject` is the content hash of what was
    measured, for which a necessity may be recorded.
    """
    variables = variables_live(product)
    result = standing.result
    named = {text: _title(attribute_read(text), variables) for text in [*standing.missing, *standing.open]}
    return {
        "policy": standing.policy,
        "subject": subject,
        "tone": TONES[standing.state],
        "words": state_words(standing.state),
        "missing": [named[text] for text in standing.missing],
        "open": [named[text] for text in standing.open],
        "necessity": _necessity(standing),
        "facts": _facts(result, standing.policy) if result else [],
        "attributes": [_attribute(one, variables, result) for one in result.attributes] if result else [],
        "note": in_language(**OUTCOME_NOTE),
    }


def state_words(state: str) -> str:
    """A verdict in words."""
    return {
        "pass": _("no flag"),
        "flag": _("flagged"),
        "not_enough_data": _("not enough data"),
    }[state]


def _cause_words(cause: str) -> str:
    return {
        "within": _("Every group large enough is approved at four fifths of the best treated one's rate or more."),
        "below_least": _("A group is approved much more rarely than the one it is compared with; chance does not"
                         " explain it."),
        "chance_not_excluded": _("A group is approved more rarely, but with so few people chance may explain it."),
        "too_few": _("A group has too few people to tell."),
        "too_many_unknown": _("Of too many people the group is not known."),
        "nobody_approved": _("Nobody is approved in the group compared with, so nobody is put behind it."),
    }[cause]  # fmt: skip


def _facts(result: FairnessResult, policy: Live | None) -> list[tuple[str, str]]:
    # Where a referral is favourable the live cut-off is that of the decline.
    is_decline = policy is not None and policy.value.is_referral_favourable and result.cut_off_source == "live"
    basis = {
        "out_of_fold": _("each application scored by a model that had not seen it"),
        "scored": _("the rows it learnt from, scored by the finished model"),
        "decided": _("the rows its model learnt from, decided by this version"),
        "history": _("the last recorded decisions, decided by this version"),
    }[result.basis]
    counted = ngettext("%(count)s application", "%(count)s applications", result.rows) % {"count": f"{result.rows:,}"}
    source = {
        "live": _("the live rule set's"),
        "given": _("as given"),
        "share": _("for a given share"),
        "good_share": _("approves as many as were good"),
        "recorded": _("this version's own, beside its rules"),
    }[result.cut_off_source]
    cut_off = "–"
    if result.cut_off is not None:
        cut_off = _("PD ≤ %(pd)s, %(source)s") % {"pd": _percent(result.cut_off), "source": source}
    return [
        (_("Measured on"), _("%(count)s: %(basis)s") % {"count": counted, "basis": basis}),
        (_("Cut-off"), cut_off),
        (
            _("Approved without a person")
            if result.favourable == "approved" and not is_decline
            else _("Approved, or referred to a person"),
            f"{result.approve_share:.1%}",
        ),
    ]


def _percent(share: float) -> str:
    return f"{round(100.0 * share, 2):g}%"


def _necessity(standing: Standing) -> dict[str, Any] | None:
    live = standing.necessity
    if live is None:
        return None
    value = live.value
    return {
        "text": in_language(value.necessity.en, value.necessity.zh),
        "search": in_language(value.search.en, value.search.zh),
        "expires_on": value.expires_on,
        "alternatives": value.alternatives,
    }


def _attribute(one: AttributeResult, variables: dict[str, Variable], result: FairnessResult) -> dict[str, Any]:
    attribute, verdict = attribute_read(one.verdict.attribute), one.verdict
    labels = group_labels(attribute, variables.get(attribute.column), [group.label for group in verdict.groups])
    return {
        "title": _title(attribute, variables),
        "tone": TONES[verdict.state],
        "words": state_words(verdict.state),
        "cause": _cause_words(verdict.cause),
        "is_read": one.is_read,
        "unknown": verdict.unknown,
        "ratio": _interval(verdict.ratio),
        "groups": [_group(group, in_language(*labels[group.label]), verdict.reference) for group in verdict.groups],
        "joint": "" if one.joint_auc is None else f"{one.joint_auc:.2f}",
        "proxies": [
            {
                "name": variable_label(proxy.variable, variables),
                "auc": f"{proxy.auc:.2f}",
                "is_proxy": proxy.auc >= result.thresholds.proxy_auc,
            }
            for proxy in one.proxies[:_SHOWN]
        ],
        "curve": _curve(one, result),
    }


def _group(group: GroupFairness, label: str, reference: str) -> dict[str, Any]:
    return {
        "label": label,
        "count": f"{group.count:,}",
        "is_reference": group.label == reference,
        "rate": f"{group.rate.value:.1%}" if group.rate else "–",
        "whisker": _whisker(group.rate),
        "ratio": _interval(group.ratio),
        "gap": _interval(group.gap, "+"),
        "tone": TONES[group.state],
        "words": state_words(group.state),
    }


def _whisker(rate: Interval | None) -> dict[str, float] | None:
    """Where the rate and its 95 % bounds lie on a line from 0 to 1."""
    if rate is None:
        return None
    return {name: round(getattr(rate, name) * WIDTH, 1) for name in ("value", "low", "high")}


def _interval(interval: Interval | None, sign: str = "") -> dict[str, str] | None:
    """The estimate and its bounds; `sign` "+" shows the sign of a difference."""
    if interval is None:
        return None
    value, low, high = (f"{figure:{sign}.2f}" for figure in (interval.value, interval.low, interval.high))
    return {"value": value, "bounds": f"{low} … {high}"}


def _curve(one: AttributeResult, result: FairnessResult) -> dict[str, Any] | None:
    """The lowest ratio at every cut-off, against the group that is the reference now."""
    curves = {curve.label: curve.approved for curve in one.curves}
    reference = next((group for group in one.verdict.groups if group.label == one.verdict.reference), None)
    others = [group for group in one.verdict.groups if group is not reference and group.label in curves]
    large = [group for group in others if group.count >= result.thresholds.group_least]
    if reference is None or reference.label not in curves or not large:
        return None
    points = []
    for place, cut_off in enumerate(one.curves[0].grid):
        approved = curves[reference.label][place]
        found = [ratio_interval(curves[one.label][place], one.count, approved, reference.count) for one in large]
        values = [ratio.value for ratio in found if ratio is not None]
        if values and approved >= result.thresholds.group_least:
            points.append(f"{round(cut_off * CURVE_WIDTH, 1)},{_height(min(values))}")
    return {
        "points": " ".join(points),
        "least": _height(result.thresholds.ratio_least),
        "cut_off": None if result.cut_off is None else round(result.cut_off * CURVE_WIDTH, 1),
        "width": CURVE_WIDTH,
        "height": CURVE_HEIGHT,
    }


def _height(ratio: float) -> float:
    """0 at the bottom, 1.25 and more at the top."""
    return round(CURVE_HEIGHT * (1.0 - min(ratio, 1.25) / 1.25), 1)


def _title(attribute: Attribute, variables: dict[str, Variable]) -> str:
    label = variable_label(attribute.column, variables)
    if not attribute.operator:
        return label
    en, zh = (
        group_labels(attribute, variables.get(attribute.column), [])[attribute.band]
        if (attribute.operator == "=")
        else (attribute.value, attribute.value)
    )
    return f"{label} {_SIGNS[attribute.operator]} {in_language(en, zh)}"


def variable_label(name: str, variables: dict[str, Variable]) -> str:
    """What a variable is called in the reader's language; its name where the catalogue has it no more."""
    variable = variables.get(name)
    return in_language(variable.en, variable.zh) if variable else name


def variables_live(product: str) -> dict[str, Variable]:
    """The product's variables by the live catalogue; none where nothing is live."""
    try:
        return catalogue_live().of_product(product)
    except NoLiveCatalogueError:
        return {}


def fairness_summary(standing: Standing, product: str) -> dict[str, Any]:
    """The verdicts as one table, for the model's own page."""
    card = fairness_card(standing, product)
    rows = [
        [one["title"], one["words"], f"{one['ratio']['value']} ({one['ratio']['bounds']})" if one["ratio"] else "–"]
        for one in card["attributes"]
    ]
    headers = [_("attribute kept for testing only"), _("verdict"), _("lowest ratio and its interval")]
    lines = [card["note"]] if rows else [_("Nothing was measured.")]
    table = {"headers": headers, "rows": rows} if rows else None
    return {"title": _("Fairness"), "facts": card["facts"], "table": table, "lines": lines}
