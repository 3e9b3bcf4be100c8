"""Pictures of a model's page: how it ranks and separates, what moves it, and whether its scores lie as they did."""

from typing import Any

from django.utils.translation import gettext as _

from scoring.admin.frozen import in_language
from scoring.admin.plots import distribution_plot, ks_plot, lift_plot, roc_plot, series_plot
from scoring.catalogue import Variable
from scoring.metrics import psi
from scoring.models import ModelPackage
from scoring.services.rule_side import rule_side

Card = dict[str, Any]
WATCH, ACT = 0.10, 0.25
"""Customary limits of PSI (Siddiqi, Credit Risk Scorecards, ch. 9), for orientation only."""
FEWEST_A_MONTH = 100
SHOWN = 15


def ranking_cards(card: Card) -> list[Card]:
    """ROC, KS, scores by outcome and lift."""
    return [_roc(card.get("roc")), *_separation(card.get("score_distribution")), *_lift(card["gains_table"])]


def contributions_card(card: Card, variables: dict[str, Variable]) -> Card:
    """What moves the PD, by variable."""
    title, found = _("What moves the PD"), card.get("contributions_summary")
    if not found:
        return _not_recorded(title)
    rows = [
        [
            row["name"],
            in_language(variables[row["name"]].en, variables[row["name"]].zh) if row["name"] in variables else "",
            f"{row['size']:.3f}",
            f"+{row['raises']:.3f}",
            f"−{row['lowers']:.3f}",
        ]
        for row in found["variables"][:SHOWN]
    ]
    headers = [_("variable"), _("meaning"), _("mean size"), _("of it raising"), _("of it lowering")]
    lines = [_("Contributions to the log odds of bad, over %(rows)s training rows; strongest first.") % found]
    return {"title": title, "table": {"headers": headers, "rows": rows}, "lines": lines}


def stability_card(row: ModelPackage) -> Card:
    """PSI of the PDs of recorded decisions, month by month, against where the training rows lay."""
    title, stored = _("Stability of the scores over time"), row.card.get("drift_bins")
    if not stored:
        return _not_recorded(title)
    months = [
        (f"{month:%Y-%m}", len(pds), _psi(pds, stored) if len(pds) >= FEWEST_A_MONTH else None)
        for month, pds in rule_side().scores(row.product.code, row.content_hash).items()
    ]
    rows = [
        [month, str(count), "–" if figure is None else f"{figure:.3f}", _verdict(figure)]
        for month, count, figure in months
    ]
    table = {"table": {"headers": [_("month"), _("decisions"), _("PSI"), ""], "rows": rows}} if rows else {}
    known = [(month, figure) for month, _count, figure in months if figure is not None]
    if not known:
        words = _("Not enough data: a month needs at least %(least)s decisions that this model scored.")
        return {"title": title, "lines": [words % {"least": FEWEST_A_MONTH}], **table}
    points = [(place / max(len(known) - 1, 1), figure) for place, (_month, figure) in enumerate(known)]
    plot = series_plot(points, known[0][0], known[-1][0], limits=(WATCH, ACT))
    return {"title": title, "plot": plot, "x": _("month"), "y": _("PSI"), **table}


def _roc(roc: Card | None) -> Card:
    if not roc:
        return _not_recorded(_("ROC"))
    words = _("AUC %(auc).4f over all rows together, each scored by a model that had not seen it.") % roc
    axes = {"x": _("share of the goods"), "y": _("share of the bads")}
    return {"title": _("ROC"), "plot": roc_plot([("", roc["points"])]), **axes, "lines": [words]}


def _separation(distribution: Card | None) -> list[Card]:
    titles = (_("KS"), _("Scores by outcome"))
    if not distribution:
        return [_not_recorded(title) for title in titles]
    labels = (_("goods"), _("bads"))
    plot, gap = ks_plot(distribution, *labels)
    words = _("Largest distance %(gap).3f between the two, read off twenty bins.") % {"gap": gap}
    bars = distribution_plot(distribution, *labels)
    return [
        {"title": titles[0], "plot": plot, "x": _("points"), "y": _("share up to here"), "lines": [words]},
        {"title": titles[1], "plot": bars, "x": _("points"), "y": _("share of each")},
    ]


def _lift(gains: list[dict[str, float]]) -> list[Card]:
    axes = {"x": _("riskiest share of the applications"), "y": _("bad rate / average")}
    return [{"title": _("Lift"), "plot": lift_plot(gains), **axes}] if gains else []


def _verdict(figure: float | None) -> str:
    if figure is None:
        return _("not enough data")
    return _("moved") if figure >= ACT else _("to be watched") if figure >= WATCH else _("as in training")


def _psi(pds: list[float], stored: Any) -> float:
    import polars as pl  # loads slowly, and only this picture needs it

    from scoring.drift.bins import counts_in, drift_bins_read

    bins = drift_bins_read(stored).score
    return psi(bins.counts, counts_in(bins, pl.Series("pd", pds)))


def _not_recorded(title: str) -> Card:
    return {"title": title, "lines": [_("Not recorded: this model was made before its card kept this.")]}
