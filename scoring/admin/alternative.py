"""Alternative data in the admin: how each source stands and why, and what was measured of its value."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.admin.base import labelled
from audit.admin.page import page_url
from lending.models import ConsentScope
from scoring.admin.frozen import FrozenAdmin
from scoring.admin.graph_card import graphs_card
from scoring.admin.words import product_word
from scoring.models import ValueReport
from scoring.services.alternative.kinds import KINDS
from scoring.services.alternative.standing import Standing, standings

VERDICTS = {
    "adds": gettext_lazy("Adds"),
    "nothing": gettext_lazy("Adds nothing"),
    "breaks_fairness": gettext_lazy("Breaks fairness"),
}
COLOURS = {"adds": "success", "nothing": "warning", "breaks_fairness": "danger"}
FAIRNESS = {
    "kept": gettext_lazy("kept"),
    "broken": gettext_lazy("broken"),
    "not_measured": gettext_lazy("not measured"),
    "not_enough_data": gettext_lazy("not enough data to tell"),
}
STATES = {
    "off": gettext_lazy("Off: no ethics review is in force"),
    "no_evidence": gettext_lazy("Off: the review's value report is no evidence any more"),
    "reviewed": gettext_lazy("Reviewed: no pilot is in force, so nothing is read"),
    "pilot": gettext_lazy("In a pilot"),
    "full": gettext_lazy("The pilot has its number of applications: no new one is read"),
    "ended": gettext_lazy("The pilot has ended: nothing is read"),
}


@admin.register(ValueReport)
class ValueReportAdmin(FrozenAdmin):
    """The sources as they stand above the list of value reports."""

    list_before_template: str | None = "scoring/admin/cards.html"  # type: ignore[assignment]
    list_display = ["source_name", "verdict", "difference", "thin_files", "fairness", "created_at"]
    list_display_links = ["source_name"]
    list_filter = ["source"]
    empty_words = gettext_lazy(
        "A value report says what a source adds and what it does to fairness. Without one a source stays off. A"
        " modeller makes it on the server: manage.py value_report --help."
    )
    ordering = ["-created_at"]
    fields = ["source_name", "content_hash", "created_at"]
    readonly_fields = ["source_name"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        is_shown = self.has_view_permission(request)
        cards = [_sources_card(standings(timezone.now())), graphs_card()] if is_shown else []
        extra = {**(extra_context or {}), "cards": cards, "title": _("Alternative data")}
        return super().changelist_view(request, extra)

    def page_cards(self, row: ValueReport) -> list[dict[str, Any]]:
        figures = row.document
        facts = [
            [_("Verdict"), str(VERDICTS[figures["verdict"]])],
            [_("AUC without and with"), f"{figures['auc_without']:.4f} → {figures['auc_with']:.4f}"],
            [_("Difference"), _interval(figures)],
            [_("Cases"), f"{figures['n']:,}"],
            [_("Thin files"), _thin_words(figures)],
            [_("Fairness"), str(FAIRNESS[figures["fairness_state"]])],
            [_("Columns of the source"), ", ".join(_added(figures))],
            [_("Data"), f"{figures['training_data']['file']} · SHA-256 {figures['training_data']['sha256']}"],
        ]
        cards: list[dict[str, Any]] = [{"title": str(row), "facts": facts}]
        if figures["fairness"]:
            cards.append({"title": _("Approval ratio of the worst group"), "table": _fairness_table(figures)})
        return cards

    @admin.display(description=gettext_lazy("source"), ordering="source")
    def source_name(self, report: ValueReport) -> str:
        return str(ConsentScope(report.source).label)

    @labelled(gettext_lazy("verdict"), COLOURS)
    def verdict(self, report: ValueReport) -> tuple[str, str]:
        return report.document["verdict"], str(VERDICTS[report.document["verdict"]])

    @admin.display(description=gettext_lazy("difference of AUC"))
    def difference(self, report: ValueReport) -> str:
        return _interval(report.document)

    @admin.display(description=gettext_lazy("thin files"))
    def thin_files(self, report: ValueReport) -> str:
        return _thin_words(report.document)

    @admin.display(description=gettext_lazy("fairness"))
    def fairness(self, report: ValueReport) -> str:
        return str(FAIRNESS[report.document["fairness_state"]])


def _sources_card(found: list[Standing]) -> dict[str, Any]:
    headers = [_("source"), _("state"), _("pilot"), _("law"), _("people who consent"), _("value report")]
    rows = [
        [
            ConsentScope(standing.source).label,
            STATES[standing.state],
            _pilot_words(standing),
            _law_words(standing),
            standing.consents,
            _report_words(standing),
        ]
        for standing in found
    ]
    lines = [
        _("A source is read for an application only where no law forbids it, a review and a pilot are in force, the"
          " pilot covers the application, and the person consents. Otherwise its variables are unknown, which costs"
          " nobody anything."),
        format_html_join(" · ", '<a class="font-medium text-primary-700" href="{}?kind={}">{}</a>', _settings()),
    ]  # fmt: skip
    return {"title": _("Sources of alternative data"), "table": {"headers": headers, "rows": rows}, "lines": lines}


def _settings() -> list[tuple[str, str, str]]:
    """The governed settings that open and close a source."""
    address = page_url("audit_governeddocument_changelist")
    return [(address, kind.code, str(kind.title)) for kind in KINDS]


def _pilot_words(standing: Standing) -> str:
    if standing.pilot is None:
        return "—"
    pilot = standing.pilot.pilot
    return _("%(used)s of %(cap)s applications, %(product)s, until %(date)s") % {
        "used": f"{standing.pilot.used:,}",
        "cap": f"{pilot.cap:,}",
        "product": product_word(pilot.product),
        "date": date_format(pilot.ends_on),
    }


def _law_words(standing: Standing) -> str:
    words = [
        ngettext("forbidden in %(region)s (%(count)d country)", "forbidden in %(region)s (%(count)d countries)", count)
        % {"region": region, "count": count}
        for region, count in standing.forbidden_in.items()
    ]
    return "; ".join(words) or "—"


def _report_words(standing: Standing) -> str:
    if standing.report is None:
        return _("none yet")
    figures = standing.report.document
    return f"{VERDICTS[figures['verdict']]} · {_interval(figures)}"


def _interval(figures: dict[str, Any]) -> str:
    low, high = figures["interval"]
    return f"{figures['auc_difference']:+.4f} ({low:+.4f} … {high:+.4f})"


def _thin_words(figures: dict[str, Any]) -> str:
    thin = figures["thin_file"]
    if thin is None:
        return _("not measured")
    if thin["state"] != "measured":
        return str(FAIRNESS["not_enough_data"])
    return f"{_interval(thin)} · {thin['condition']} · {thin['n']:,}"


def _added(figures: dict[str, Any]) -> list[str]:
    before = set(figures["columns_without"])
    return [name for name in figures["columns_with"] if name not in before]


def _fairness_table(figures: dict[str, Any]) -> dict[str, Any]:
    headers = [_("attribute"), _("without the source"), _("with the source"), _("columns that stand in for it")]
    rows = [
        [
            change["attribute"],
            _ratio(change["ratio_without"]),
            _ratio(change["ratio_with"]),
            ", ".join(f"{name} ({figure:.2f})" for name, figure in change["proxies"].items()) or "—",
        ]
        for change in figures["fairness"]
    ]
    return {"headers": headers, "rows": rows}


def _ratio(value: float | None) -> str:
    return _("not enough data to tell") if value is None else f"{value:.2f}"
