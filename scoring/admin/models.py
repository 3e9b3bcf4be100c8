"""Models in the admin: the card as a page that a compliance officer reads without help."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.admin.page import page_url
from audit.admin.uploads import upload_view
from scoring.admin import model_approval
from scoring.admin.charts import calibration_chart, gains_chart
from scoring.admin.fairness_card import fairness_summary
from scoring.admin.foreign_models import MAKE, import_page
from scoring.admin.frozen import FrozenAdmin, in_language
from scoring.admin.honesty_cards import honesty_cards, meaning_facts
from scoring.admin.keeping_card import keeping_facts, keeping_today, today_of, validation_text
from scoring.admin.model_compare import compare_page
from scoring.admin.picture_cards import contributions_card, ranking_cards, stability_card
from scoring.admin.training_words import note_words
from scoring.admin.words import direction_word, kind_word, metric_rows, product_word
from scoring.catalogue import Variable
from scoring.models import ModelPackage
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live
from scoring.services.fairness.gate import fairness_shown
from scoring.services.models.foreign import MOST_BOOSTER


@admin.register(ModelPackage)
class ModelPackageAdmin(FrozenAdmin):
    """Registered models."""

    list_display = [
        "name",
        "product",
        "kind_shown",
        "used_for",
        "state",
        "auc",
        "horizon",
        "next_validation",
        "created_at",
    ]
    list_filter = ["state", "purpose", "product"]
    list_select_related = ["product"]
    ordering = ["product", "-created_at"]
    list_before_template: str | None = "scoring/admin/cards.html"  # type: ignore[assignment]
    fields = ["name", "product", "kind_shown", "used_for", "state", "content_hash", "approval", "created_at"]

    def get_urls(self) -> list[URLPattern]:
        def address(name: str, view: Any, *methods: str) -> URLPattern:
            def wrapped(request: HttpRequest, model_id: int) -> HttpResponse:
                if not self.has_view_permission(request):
                    raise PermissionDenied
                if request.method not in methods:
                    return redirect(page_url("scoring_modelpackage_approval", model_id))
                response: HttpResponse = view(self, request, model_id)
                return response

            route, name = f"<int:model_id>/{name}/", f"scoring_modelpackage_{name}"
            return path(route, self.admin_site.admin_view(wrapped), name=name)

        taken = upload_view(self.admin_site, partial(import_page, self), permission=MAKE, most=2 * MOST_BOOSTER)
        return [
            path("import/", taken, name="scoring_modelpackage_import"),
            address("approval", model_approval.approval_page, "GET", "HEAD"),
            address("submit", model_approval.submit, "POST"),
            address("decide", model_approval.decide, "POST"),
            address("withdraw", model_approval.withdraw, "POST"),
            address("retire", model_approval.retire, "POST"),
            address("compare", compare_page, "GET", "HEAD"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("package")

    @admin.display(description=gettext_lazy("purpose"), ordering="purpose")
    def used_for(self, row: ModelPackage) -> str:
        return str(ModelPackage.Purpose(row.purpose).label)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The list, and for those who may make models the two ways to a new one."""
        cards = [_new_models()] if request.user.has_perm(MAKE) else []
        extra: dict[str, Any] = {**(extra_context or {}), "cards": cards}
        return super().changelist_view(request, extra)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_shown(self, row: ModelPackage) -> str:
        return kind_word(row.kind)

    @admin.display(description=gettext_lazy("AUC"))
    def auc(self, row: ModelPackage) -> str:
        figure = row.card["metrics"].get("auc")
        return "–" if figure is None else f"{figure:.4f}"

    @admin.display(description=gettext_lazy("next validation"))
    def next_validation(self, row: ModelPackage) -> str:
        return validation_text(keeping_today(row), today_of(row))

    @admin.display(description=gettext_lazy("horizon"))
    def horizon(self, row: ModelPackage) -> str:
        return horizon_text(row.card)

    def page_cards(self, row: ModelPackage) -> list[dict[str, Any]]:
        card = row.card
        return [
            _standing(row),
            _meaning(card),
            _figures(card),
            *ranking_cards(card),
            *_tables(card),
            contributions_card(card, _variables(card["product"])),
            stability_card(row),
            *honesty_cards(card),
            fairness_summary(fairness_shown(row, timezone.now().date()), row.product.code),
            _features(card),
            _making(card),
            *_foreign(card),
        ]


def horizon_text(card: dict[str, Any]) -> str:
    """Over which time the PD holds, or that this is unknown."""
    months = card["pd_horizon_months"]
    if months is None:
        return _("unknown")
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}


def _new_models() -> dict[str, Any]:
    ways = [
        (page_url("scoring_trainingjob_ask"), _("Train a model")),
        (page_url("scoring_modelpackage_import"), _("Import a model made elsewhere")),
    ]
    links = format_html_join(" · ", '<a href="{}" class="font-medium text-primary-700">{}</a>', ways)
    return {"title": _("A new model"), "lines": [links]}


def _standing(row: ModelPackage) -> dict[str, Any]:
    link = format_html(
        '<a href="{}" class="font-medium text-primary-700">{}</a>',
        page_url("scoring_modelpackage_approval", row.pk),
        _("Beside the champion; submit, approve or roll back"),
    )
    compare = format_html(
        '<a href="{}" class="font-medium text-primary-700">{}</a>',
        page_url("scoring_modelpackage_compare", row.pk),
        _("Beside another model"),
    )
    facts = [(_("State"), row.get_state_display()), (_("Its way"), link), (_("Other models"), compare)]
    drift = format_html(
        '<a href="{}" class="font-medium text-primary-700">{}</a>',
        page_url("monitoring_driftreport_product", row.product.code),
        _("Scores, variables, rules and outcomes over time"),
    )
    facts.append((_("Drift"), drift))
    if row.retired_because:
        facts.append((_("Why retired"), row.retired_because))
    keeping = keeping_today(row)
    lines = [_("Before it is put forward again, somebody must state what is not stated.")] if keeping.missing else []
    return {"title": _("Approval"), "facts": [*facts, *keeping_facts(keeping, today_of(row))], "lines": lines}


def _meaning(card: dict[str, Any]) -> dict[str, Any]:
    facts = [
        (_("Product"), product_word(card["product"])),
        (_("Horizon of the PD"), in_language(**card["pd_horizon"])),
        (_("Bad means"), in_language(card["bad_definition"], card["bad_definition_zh"])),
        (_("Sample"), in_language(**card["sample"])),
        (
            _("Sample odds"),
            _("%(odds).2f good to one bad (%(rate).1f %% bad)")
            % {"odds": card["sample_odds"], "rate": 100 * card["sample_bad_rate"]},
        ),
        *meaning_facts(card),
    ]
    return {
        "title": _("What it predicts"),
        "facts": facts,
        "lines_title": _("Limits of use"),
        "lines": [in_language(**limit) for limit in card["limits_of_use"]],
    }


def _figures(card: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": _("How well it ranks and how true its PDs are"),
        "table": {"headers": [_("figure"), _("value"), _("what it says")], "rows": metric_rows(card["metrics"])},
        "lines": [_validation_text(card)],
    }


def _tables(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Calibration and gains; a model without outcomes has neither."""
    if not card["calibration_table"]:
        return []
    calibration = {"x": _("mean PD of a tenth of the applications"), "y": _("their bad rate")}
    gains = {"x": _("riskiest share of the applications"), "y": _("share of all bads among them")}
    return [
        {"title": _("Calibration"), "chart": calibration_chart(card["calibration_table"]), **calibration},
        {"title": _("Gains"), "chart": gains_chart(card["gains_table"]), **gains},
    ]


def _validation_text(card: dict[str, Any]) -> str:
    if "foreign" in card:
        return _("Made elsewhere: of the rows supplied with it, where they hold outcomes.")
    return _(
        "Means over %(folds)s folds of applications the model had not seen; %(violations)s violations of the promised"
        " directions."
    ) % {"folds": card["validation"]["folds"], "violations": card["monotonicity_violations"]}


def _features(card: dict[str, Any]) -> dict[str, Any]:
    variables = _variables(card["product"])
    rows = []
    for feature in card["features"]:
        variable = variables.get(feature["name"])
        meaning = in_language(variable.en, variable.zh) if variable else ""
        rows.append([feature["name"], meaning, direction_word(feature["direction"])])
    return {
        "title": _("What it reads"),
        "table": {"headers": [_("variable"), _("meaning"), _("direction it was held to")], "rows": rows},
    }


def _variables(product: str) -> dict[str, Variable]:
    try:
        return catalogue_live().of_product(product)
    except NoLiveCatalogueError:
        return {}


def _foreign(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a model made elsewhere comes from, and what its predictions were held against."""
    found = card.get("foreign")
    if not found:
        return []
    words = _("%(rows)s rows agree within %(tolerance)s; the largest difference is %(largest_difference).1e")
    facts = [
        (_("Booster"), f"XGBoost {found['xgboost_version']}, {found['objective']}, base_score {found['base_score']}"),
        (_("Trees"), str(found["trees"])),
        (_("SHA-256"), found["booster_sha256"]),
        (_("Same predictions"), words % found["parity"]),
    ]
    line = _("Nothing was trained or cross-validated here: figures, if any, are of the rows supplied with it.")
    return [{"title": _("Made elsewhere"), "facts": facts, "lines": [line]}]


def _making(card: dict[str, Any]) -> dict[str, Any]:
    data = card["training_data"]
    facts = [
        (_("Training data"), f"{data['file']}, SHA-256 {data['sha256']}"),
        (_("Applications, of them bad"), f"{data['rows']:,}, {data['bads']:,}"),
        (_("Parameters"), ", ".join(f"{name} {value}" for name, value in card["parameters"].items())),
        (_("Libraries"), ", ".join(f"{name} {number}" for name, number in card["library_versions"].items())),
    ]
    return {
        "title": _("How it was made"),
        "facts": facts,
        "lines_title": _("Notes"),
        "lines": [note_words(note) for note in card["notes"]],
    }
