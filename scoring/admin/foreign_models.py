"""A page that takes a model made elsewhere: the booster and what it is mapped to, rows that prove it, what it means."""

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, page_render, page_url
from audit.admin.widgets import line_widget
from lending.models import Product
from riskengine.errors import RiskEngineError
from scoring.admin.frozen import FrozenAdmin
from scoring.admin.statement_forms import StatementForm, statement_initial
from scoring.foreign.apart import foreign_features
from scoring.foreign.mapping import Mapping, mapping_read, mapping_text, suggested
from scoring.services.catalogues.life import catalogue_live
from scoring.services.models.foreign import foreign_import

MAKE = "scoring.add_modelpackage"
SHOWN = ("problems", "rows")


def _file(accept: str) -> forms.ClearableFileInput:
    return forms.ClearableFileInput(attrs={"class": "rk-input", "accept": accept})


class ForeignForm(StatementForm):
    """The files and the mapping, beside the statement."""

    name = forms.CharField(
        label=gettext_lazy("Name of the model"),
        max_length=80,
        widget=line_widget(),
    )
    booster = forms.FileField(
        label=gettext_lazy("Booster"),
        widget=_file(".ubj,.json"),
        help_text=gettext_lazy("XGBoost, UBJ or JSON, objective binary:logistic."),
    )
    mapping = forms.CharField(
        label=gettext_lazy("Features and their variables"),
        max_length=60_000,
        widget=forms.Textarea(attrs={"class": "rk-textarea rk-code", "rows": 12, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "A line for each feature, in the booster's order: feature = variable. A category adds the number that each"
            " code went in as: purpose = purpose : car=0, travel=1, other=-1."
        ),
    )
    rows = forms.FileField(
        label=gettext_lazy("Rows that prove it"),
        widget=_file(".csv,.parquet"),
        help_text=gettext_lazy(
            "At least 50, with the variables by their names, expected_pd as the model gave it elsewhere (agreed within"
            " 0.000001) and, if known, outcome: 1 bad, 0 good."
        ),
    )
    population_odds = forms.FloatField(
        label=gettext_lazy("Good to one bad, where the rows have no outcome"),
        required=False,
        min_value=0.001,
        widget=forms.NumberInput(attrs={"class": "rk-input rk-narrow", "step": "any"}),
    )

    @property
    def foreign_fields(self) -> list[forms.BoundField]:
        """The fields that are not the statement's, in order."""
        return [self[name] for name in self.fields if name not in StatementForm.base_fields]

    def clean_mapping(self) -> Mapping:
        try:
            return mapping_read(self.cleaned_data["mapping"])
        except ValueError as error:
            raise forms.ValidationError(_("Line %(line)s cannot be read.") % {"line": error.args[0]}) from error


def import_page(page: FrozenAdmin, request: HttpRequest) -> HttpResponse:
    """Choose a product; read a booster and suggest its mapping; or import it."""
    if not request.user.has_perm(MAKE):
        raise PermissionDenied
    crumbs = [Crumb(_("Models"), page_url("scoring_modelpackage_changelist"))]
    product = Product.objects.filter(code=request.GET.get("product", "")).first()
    title = _("Import a model made elsewhere")
    if product is None:
        template, products = "riskengine/model/training_products.html", Product.objects.order_by("code")
        return page_render(page.admin_site, request, template, title=title, crumbs=crumbs, products=products)
    initial = {"name": f"{product.code}-foreign", **statement_initial(product.code)}
    form, problems = ForeignForm(initial=initial), []
    if request.method == "POST" and request.POST.get("step") == "suggest":
        form = ForeignForm(initial={**initial, **request.POST.dict(), "mapping": _suggestion(request, product)})
    elif request.method == "POST":
        form = ForeignForm(request.POST, request.FILES, initial=initial)
        if form.is_valid():
            try:
                return redirect(page_url("scoring_modelpackage_change", _imported(form, product)))
            except RiskEngineError as error:
                messages.error(request, error_words(error))
                problems = _problems(error)
    return page_render(
        page.admin_site,
        request,
        "riskengine/model/import.html",
        title=title,
        crumbs=crumbs,
        product=product,
        form=form,
        problems=problems,
    )


def _imported(form: ForeignForm, product: Product) -> int:
    data = form.cleaned_data
    model = foreign_import(
        product=product,
        name=data["name"],
        booster=data["booster"].read(),
        mapping=data["mapping"],
        rows=data["rows"].read(),
        rows_name=Path(data["rows"].name).name,
        statement=form.statement(),
        population_odds=data["population_odds"],
        at=timezone.now(),
    )
    return int(model.pk)


def _suggestion(request: HttpRequest, product: Product) -> str:
    """A mapping to begin with, from the names of the features; nothing where the booster is refused."""
    file = request.FILES.get("booster")
    if file is None:
        messages.error(request, _("Choose the booster's file first."))
        return ""
    try:
        features, variables = foreign_features(file.read()), catalogue_live().of_product(product.code)
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return ""
    messages.success(request, _("Read. Check each line, then choose the files again and import."))
    return mapping_text(suggested(features, variables))


def _problems(error: RiskEngineError) -> list[str]:
    words = _("row %(row)s: expected %(expected)s, found %(found)s")
    parts: list[Any] = [error.facts.get(name) for name in SHOWN]
    found = [one for part in parts if isinstance(part, list) for one in part]
    return [words % one if isinstance(one, dict) else str(one) for one in found]
