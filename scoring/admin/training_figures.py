"""What a training's page shows of its figures: out of fold, out of time, and the kinds of model beside each other."""

from typing import Any

from django.utils.translation import gettext as _

from scoring.admin.words import kind_word, metric_rows

WIDTH = 220.0
_LEAST_REACH = 0.005
"""Differences of AUC smaller than this do not fill the picture."""
Rows = list[dict[str, Any]]


def figures_cards(figures: dict[str, Any]) -> dict[str, Any]:
    """`figures`, `periods`, `compared` and `pairs` for the template; empty where the training has not got there."""
    compare = figures.get("compare") or {"models": {}, "pairs": []}
    return {
        "figures": metric_rows(figures),
        "periods": (figures.get("out_of_time") or {}).get("periods", []),
        "has_dates": "out_of_time" in figures,
        "compared": _models(compare["models"], figures.get("model", "")),
        "pairs": _pairs(compare["pairs"]),
        "picture_width": WIDTH,
    }


def _models(models: dict[str, Any], chosen: str) -> Rows:
    """The kinds, the one that ranks best first; a bar from 0.5, which is chance, to the best AUC of all."""
    best = max((one["auc"] for one in models.values()), default=0.5)
    reach = max(best - 0.5, _LEAST_REACH)
    return [
        {
            "name": kind_word(name),
            "is_chosen": name == chosen,
            "auc": f"{one['auc']:.4f}",
            "ks": f"{one['ks']:.4f}",
            "ece": f"{one['ece']:.4f}",
            "brier": f"{one['brier']:.4f}",
            "bar": round(WIDTH * max(one["auc"] - 0.5, 0.0) / reach, 1),
        }
        for name, one in sorted(models.items(), key=lambda item: -item[1]["auc"])
    ]


def _pairs(pairs: Rows) -> Rows:
    """Differences with their intervals on one scale, nought in the middle; the better of the two named first."""
    found = [_better_first(pair) for pair in pairs]
    reach: float = max([_LEAST_REACH, *(abs(pair[end]) for pair in found for end in ("low", "high"))])

    def place(figure: float) -> float:
        return round(WIDTH * (0.5 + 0.5 * figure / reach), 1)

    return [
        {
            "first": kind_word(pair["first"]),
            "second": kind_word(pair["second"]),
            "words": f"{pair['difference']:+.4f} ({pair['low']:+.4f} – {pair['high']:+.4f})",
            "is_told": pair["low"] > 0,
            "verdict": _("ranks better") if pair["low"] > 0 else _("not told apart"),
            "low": place(pair["low"]),
            "value": place(pair["difference"]),
            "high": place(pair["high"]),
        }
        for pair in found
    ]


def _better_first(pair: dict[str, Any]) -> dict[str, Any]:
    """The pair so that its difference is not negative: what the second has over the first."""
    if pair["difference"] >= 0:
        return pair
    return {
        "first": pair["second"],
        "second": pair["first"],
        "difference": -pair["difference"],
        "low": -pair["high"],
        "high": -pair["low"],
    }
