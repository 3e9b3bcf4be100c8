"""The variable catalogue in the admin: every variable with its meaning, use and policy."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lending.models import CustomerFact
from scoring.admin.frozen import FrozenAdmin, in_language
from scoring.admin.words import direction_word, missing_word, product_word, source_word, type_word, unit_word
from scoring.catalogue import PURPOSES, Catalogue, Variable
from scoring.models import CatalogueVersion
from scoring.portrait_dimensions import DIMENSION_WORDS
from scoring.services.catalogues.life import catalogue_of


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(FrozenAdmin):
    """Versions of the catalogue."""

    list_display = ["number", "is_live", "content_hash", "created_at"]
    list_display_links = ["number"]
    list_filter = ["is_live"]
    ordering = ["-number"]
    fields = ["number", "is_live", "content_hash", "approval", "created_at"]

    def page_cards(self, row: CatalogueVersion) -> list[dict[str, Any]]:
        catalogue = catalogue_of(row)
        products = sorted({product for variable in catalogue.variables for product in variable.products})
        cards = [_product_card(catalogue, product) for product in products]
        return [*cards, _reasons_card(catalogue)]


def _product_card(catalogue: Catalogue, product: str) -> dict[str, Any]:
    headers = [_("variable"), _("meaning"), _("values"), _("source"), _("direction"), _("if missing"), _("use")]
    headers.append(_("in portraits"))
    rows = [
        [
            variable.name,
            in_language(variable.en, variable.zh),
            variable_values(variable),
            source_word(variable.source),
            direction_word(variable.direction),
            missing_word(variable),
            _use(variable),
            _in_portraits(variable),
        ]
        for variable in catalogue.of_product(product).values()
    ]
    return {
        "title": _("Variables of %(product)s") % {"product": product_word(product)},
        "table": {"headers": headers, "rows": rows},
    }


def _use(variable: Variable) -> str:
    if variable.is_prohibited_basis:
        return _("prohibited basis: kept for fairness tests only")
    return in_language(*PURPOSES[variable.purpose])


def _in_portraits(variable: Variable) -> str:
    """Its dimension, how often its source should tell it anew, and who a value comes from."""
    if not variable.dimension or variable.is_prohibited_basis:
        return ""
    days = variable.refresh_days
    refresh = (
        ngettext("anew within %(count)d day", "anew within %(count)d days", days) % {"count": days} if days else ""
    )
    provenance = CustomerFact.Provenance(variable.provenance).label if variable.provenance else ""
    return " · ".join(filter(None, (in_language(*DIMENSION_WORDS[variable.dimension]), refresh, str(provenance))))


def variable_values(variable: Variable) -> str:
    """Codes with their meaning, or the type, the range and the unit."""
    if variable.codes:
        return "; ".join(f"{code.code} {in_language(code.en, code.zh)}" for code in variable.codes)
    bounds = [variable.minimum, variable.maximum]
    limits = " – ".join("…" if bound is None else f"{bound:,.0f}" for bound in bounds)
    parts = (type_word(variable.type), limits if limits != "… – …" else "", unit_word(variable.unit))
    return " ".join(part for part in parts if part)


def _reasons_card(catalogue: Catalogue) -> dict[str, Any]:
    audiences = {"internal": _("internal"), "lender": _("lender"), "applicant": _("applicant")}
    rows = [[reason.code, reason.en, reason.zh, audiences[reason.audience]] for reason in catalogue.reasons]
    headers = [_("reason code"), _("English"), _("Chinese"), _("widest audience")]
    return {"title": _("Wording of reasons"), "table": {"headers": headers, "rows": rows}}
