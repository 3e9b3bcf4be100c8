"""Two models beside each other: figures, ROC, what each reads, and how their PDs differ on the same made-up rows."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from audit.admin.page import Crumb, page_render, page_url
from riskengine.errors import RiskEngineError
from scoring.admin.frozen import FrozenAdmin
from scoring.admin.plots import cloud_plot, roc_plot
from scoring.admin.words import metric_rows
from scoring.models import ModelPackage
from scoring.services.models.pairs import pair_pds

DOTS = 400
FIGURES = ("auc", "gini", "ks", "brier", "log_loss", "ece")


def compare_page(page: FrozenAdmin, request: HttpRequest, model_id: int) -> HttpResponse:
    """The model beside the one chosen, by default its product's champion, else the newest other."""
    rows = ModelPackage.objects.select_related("product")
    model = get_object_or_404(rows, pk=model_id)
    others = rows.filter(product=model.product).exclude(pk=model.pk).defer("package").order_by("-pk")
    asked = request.GET.get("with", "")
    other = others.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
    other = other or others.filter(state=ModelPackage.State.CHAMPION).first() or others.first()
    crumbs = [
        Crumb(_("Models"), page_url("scoring_modelpackage_changelist")),
        Crumb(model.name, page_url("scoring_modelpackage_change", model.pk)),
    ]
    return page_render(
        page.admin_site,
        request,
        "riskengine/model/compare.html",
        title=_("Beside another model"),
        crumbs=crumbs,
        page_timezone=model.product.timezone,
        model=model,
        other=other,
        others=others,
        **(_compared(model, other) if other else {}),
    )


def _compared(model: ModelPackage, other: ModelPackage) -> dict[str, Any]:
    ours, theirs = model.card, other.card
    names = [[feature["name"] for feature in card["features"]] for card in (ours, theirs)]
    curves = [(row.name, row.card["roc"]["points"]) for row in (model, other) if row.card.get("roc")]
    return {
        "figures": _figures(ours["metrics"], theirs["metrics"]),
        "gained": [name for name in names[0] if name not in names[1]],
        "lost": [name for name in names[1] if name not in names[0]],
        "kept": [name for name in names[0] if name in names[1]],
        "roc": roc_plot(curves) if len(curves) > 1 else None,
        **_pds(model, other),
    }


def _figures(ours: dict[str, float], theirs: dict[str, float]) -> list[dict[str, str]]:
    rows = []
    for name in (name for name in FIGURES if name in ours or name in theirs):
        for title, _value, says in metric_rows({name: 0.0}):
            both = [f"{metrics[name]:.4f}" if name in metrics else "–" for metrics in (ours, theirs)]
            change = f"{ours[name] - theirs[name]:+.4f}" if name in ours and name in theirs else "–"
            rows.append({"title": title, "ours": both[0], "theirs": both[1], "change": change, "says": says})
    return rows


def _pds(model: ModelPackage, other: ModelPackage) -> dict[str, Any]:
    try:
        pair = pair_pds(model, other)
    except RiskEngineError:
        return {"shift": None}
    step = max(1, len(pair.ours) // DOTS)
    points = list(zip(pair.theirs[::step], pair.ours[::step], strict=True))
    return {"shift": pair, "cloud": cloud_plot(points, max(0.01, *(max(point) for point in points)))}
