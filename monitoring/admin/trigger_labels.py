"""What officers found where each trigger spoke, beside what later defaults say, and the labels as a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language

from audit.admin.base import staff
from audit.csv_file import csv_response
from lending.models import Product
from monitoring.admin.trigger_charts import share_bar
from monitoring.models import TriggerReport, WarningCase
from monitoring.services.warning_labels import labels_export, labels_figures
from monitoring.services.warning_reports import triggers_of
from monitoring.triggers.report import Trigger
from monitoring.warning_policy import KIND
from riskengine.errors import RiskEngineError
from rules.services.bundles.loading import POST_LOAN, bundle_live


def labels_product(report: TriggerReport | None, code: str) -> Product | None:
    """Whose labels are shown: the report's product, else the one asked for, else the first with a closed case."""
    if report is not None:
        return report.product
    asked = Product.objects.filter(code=code).first()
    closed = WarningCase.objects.filter(state=WarningCase.State.CLOSED).select_related("product")
    first = None if asked else closed.order_by("product__code").first()
    return asked or (first.product if first else None)


def labels_shown(product: Product, document: Mapping[str, Any] | None, at: datetime) -> dict[str, Any]:
    """The table of officers' outcomes by trigger as of now; `document` is the last report on later defaults, if any."""
    found = labels_figures(product, at)
    later = {one["code"]: one for one in (document or {}).get("triggers", ())}
    known = {one.code: one for one in _triggers(product)}
    rows = [_row(code, figures, known.get(code), later.get(code)) for code, figures in found["triggers"].items()]
    return {
        "product": product,
        "whole": found,
        "bar": share_bar(found["precision"], found["precision_interval"]),
        "later_bar": _later_bar((document or {}).get("all")),
        "agreement": (document or {}).get("labels", {}).get("agreement"),
        "rows": sorted(rows, key=lambda row: (-row["figures"]["right"], -row["figures"]["cases"], row["code"])),
    }


def labels_view(request: HttpRequest, code: str) -> HttpResponse:
    """The file of labels, on record: for those who write policy and train models."""
    if not (request.user.has_perm("monitoring.view_warningcase") and request.user.has_perm(KIND.permission)):
        raise PermissionDenied
    product = get_object_or_404(Product, code=code)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rows = labels_export(product=product, person=staff(request), at=timezone.now())
    return csv_response(f"labels-{product.code}.csv", rows)


def _triggers(product: Product) -> Sequence[Trigger]:
    """Of the rules in force; none where nothing is."""
    try:
        return triggers_of(bundle_live(product.code, POST_LOAN))
    except RiskEngineError:
        return []


def _row(code: str, figures: dict[str, Any], trigger: Trigger | None, later: dict[str, Any] | None) -> dict[str, Any]:
    is_chinese = (get_language() or "").startswith("zh")
    label = (trigger.label_zh if is_chinese else trigger.label_en) if trigger else ""
    return {
        "code": code,
        "label": label,
        "level": trigger.level if trigger else "",
        "figures": figures,
        "bar": share_bar(figures["precision"], figures["precision_interval"]),
        "later": later,
        "later_bar": _later_bar(later),
    }


def _later_bar(later: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return share_bar(later["precision"], later["precision_interval"]) if later else None
