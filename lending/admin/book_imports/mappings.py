"""Mappings in the admin: made from a sample, with columns suggested and the first rows as they would land."""

from functools import partial
from itertools import islice
from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.uploads import upload_view
from lending.admin.book_imports.forms import MISSING, UNITS, ColumnForm, HabitsForm, SampleForm
from lending.admin.book_imports.pulls import PullForm, pull_offered, pull_step
from lending.admin.book_imports.samples import SAMPLE_ROWS, sample_open, sample_seal
from lending.admin.book_imports.words import PERSONAL, field_words, is_chinese, kind_words, mapping_problem_words
from lending.book_imports.kinds import ATTRIBUTE, KINDS, attribute_field
from lending.book_imports.mapping import Mapping
from lending.book_imports.suggest import columns_suggest
from lending.models import BookMapping
from lending.money import money_text
from lending.product_currency import product_currency
from lending.services.book_imports.errors import InvalidMapping
from lending.services.book_imports.mappings import mapping_read, mapping_save
from lending.services.book_imports.parts import rows_preview
from lending.services.book_imports.pulls import pull_states
from lending.services.book_imports.rejects import problem_words
from lending.services.book_imports.sources import source_rows
from lending.services.book_imports.tables import MAX_BYTES, rows_of, table_read
from lending.services.book_imports.variable_side import loan_attributes_of
from riskengine.errors import RiskEngineError

ADD: Final = "lending.add_bookmapping"
PREVIEW_ROWS: Final = 20


@admin.register(BookMapping)
class BookMappingAdmin(PageAdmin):
    """How rows of other systems become rows of the book."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the page that makes one is `make`

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        make = upload_view(self.admin_site, partial(make_page, self), permission=ADD, most=MAX_BYTES)
        columns = self.admin_site.admin_view(partial(columns_page, self))
        return [
            path("<int:pk>/pull/", self.admin_site.admin_view(pull_step), name="lending_bookmapping_pull"),
            path("make/", make, name="lending_bookmapping_make"),
            path("columns/", columns, name="lending_bookmapping_columns"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = BookMapping.objects.select_related("created_by").order_by("name", "-version")
        return self.page(
            request,
            "riskengine/book/mappings.html",
            title=_("Mappings of the book"),
            rows=[{"row": row, "kind": kind_words(row.kind)} for row in rows],
            can_add=request.user.has_perm(ADD),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """A mapping as it was kept."""
        row = get_object_or_404(BookMapping, pk=number)
        columns = [
            {
                **column,
                "words": field_words(row.kind, column["field"]),
                "unit": UNITS.get(column.get("unit", ""), column.get("unit")) if column.get("unit") else "",
                "if_missing": dict(MISSING.values()).get(column.get("if_missing", ""), ""),
            }
            for column in row.document["columns"]
        ]
        return self.page(
            request,
            "riskengine/book/mapping.html",
            title=str(row),
            crumbs=[crumb()],
            row=row,
            kind=kind_words(row.kind),
            columns=columns,
            habits=row.document.get("habits", {}),
            may_import=request.user.has_perm("lending.add_bookimport"),
            may_change=request.user.has_perm(ADD),
            pulls=pull_states(timezone.now(), row.name),
            pull_form=PullForm() if pull_offered(request, row) else None,
        )


def crumb() -> Crumb:
    """The way back."""
    return Crumb(_("Mappings of the book"), page_url("lending_bookmapping_changelist"))


def make_page(page: BookMappingAdmin, request: HttpRequest) -> HttpResponse:
    """First step: which rows. Shows the second with columns suggested."""
    require(request.user.has_perm(ADD))
    begun = {name: request.GET.get(name, "") for name in ("name", "kind")}
    form = SampleForm(request.POST or None, request.FILES or None, is_chinese=is_chinese(), initial=begun)
    if request.method == "POST" and form.is_valid():
        try:
            rows = _sample(form.cleaned_data)
        except RiskEngineError as error:
            messages.error(request, error.message)
        else:
            if rows:
                return _columns_shown(page, request, form.cleaned_data["name"], form.cleaned_data["kind"], rows, None)
            messages.error(request, _("There is no row to look at."))
    return page.page(
        request, "riskengine/book/mapping_make.html", title=_("Make a mapping"), crumbs=[crumb()], form=form
    )


def _sample(given: dict[str, Any]) -> list[dict[str, Any]]:
    if given.get("source"):
        return [dict(row) for row in source_rows(given["source"], "", SAMPLE_ROWS)]
    file = given["file"]
    return [dict(row) for row in islice(rows_of(table_read(file.read(), file.name)), SAMPLE_ROWS)]


def columns_page(page: BookMappingAdmin, request: HttpRequest) -> HttpResponse:
    """Second step: which column is which field; looks at the rows, or keeps the mapping."""
    require(request.user.has_perm(ADD))
    name, kind = request.POST.get("name", ""), request.POST.get("kind", "")
    try:
        rows = sample_open(request.POST.get("sample", ""))
    except RiskEngineError:
        return redirect(page_url("lending_bookmapping_make"))
    if kind not in KINDS or not name or len(name) > 30:
        return redirect(page_url("lending_bookmapping_make"))
    return _columns_shown(page, request, name, kind, rows, request.POST)


def _columns_shown(
    page: BookMappingAdmin, request: HttpRequest, name: str, kind: str, rows: list[dict[str, Any]], data: Any
) -> HttpResponse:
    columns = list(rows[0])
    more = [attribute_field(one.name, one.en, one.zh) for one in loan_attributes_of("")]
    fields = (*KINDS[kind].fields, *(more if KINDS[kind].has_attributes else ()))
    samples = {column: [row.get(column) for row in rows] for column in columns}
    suggested = columns_suggest(kind, samples, fields[len(KINDS[kind].fields) :])
    initial = {one.field: {"column": one.column} for one in suggested}
    forms = [
        ColumnForm(data, field=field, kind=kind, columns=columns, initial=initial.get(field.name)) for field in fields
    ]
    habits = HabitsForm(data, columns=columns)
    problems: list[str] = []
    mapping: Mapping | None = None
    if data is None or (habits.is_valid() and all(form.is_valid() for form in forms)):
        document = _document(kind, forms, habits, initial if data is None else None)
        try:
            mapping = mapping_read(document)
            if data is not None and "save" in data:
                row = mapping_save(name=name, document=document, by=staff(request), at=timezone.now())
                messages.success(request, _("Kept. Imports use its newest version."))
                return redirect(page_url("lending_bookmapping_change", row.pk))
        except InvalidMapping as error:
            problems = [mapping_problem_words(kind, str(one)) for one in error.facts["problems"]]  # type: ignore[attr-defined]
    scores = {one.field: one.score for one in suggested}
    return page.page(
        request,
        "riskengine/book/mapping_columns.html",
        title=_("Columns of %(name)s") % {"name": name},
        crumbs=[crumb()],
        name=name,
        kind=kind,
        kind_words=kind_words(kind),
        sample=sample_seal(rows),
        habits=habits,
        problems=problems,
        unused=_unused(columns, forms),
        fields=[
            {
                "form": form,
                "words": field_words(kind, form.of_field.name),
                "is_required": form.of_field.is_required,
                "is_attribute": form.of_field.name.startswith(ATTRIBUTE),
                "score": scores.get(form.of_field.name),
            }
            for form in forms
        ],
        preview=_preview(mapping, rows[:PREVIEW_ROWS]) if mapping else None,
    )


def _document(
    kind: str, forms: list[ColumnForm], habits: HabitsForm, initial: dict[str, dict[str, str]] | None
) -> dict[str, Any]:
    if initial is not None:
        return {"kind": kind, "columns": [{"field": field, **told} for field, told in initial.items()]}
    given = dict(habits.cleaned_data)
    watermark = given.pop("watermark")
    return {
        "kind": kind,
        "columns": [told for form in forms if (told := form.told())],
        "habits": given,
        "watermark": watermark,
    }


def _unused(columns: list[str], forms: list[ColumnForm]) -> list[str]:
    """Columns of the sample that no field reads."""
    read = {str(form["column"].value() or "") for form in forms}
    return [column for column in columns if column not in read]


def _preview(mapping: Mapping, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The first rows as they would land; what names a person is masked."""
    names = [column.field for column in mapping.columns]
    return {
        "headers": [field_words(mapping.kind, name) for name in names],
        "rows": [
            {
                "number": outcome.number,
                "cells": [_cell(mapping.kind, name, outcome.values) for name in names],
                "problems": [
                    f"{field_words(mapping.kind, one.field)}: {problem_words(one.code, is_chinese=is_chinese())}"
                    for one in outcome.landed.problems
                ],
            }
            for outcome in rows_preview(mapping, rows)
        ],
    }


def _cell(kind: str, name: str, values: dict[str, Any]) -> str:
    value, field = values.get(name), KINDS[kind].field(name)
    if value is None:
        return "—"
    if field is not None and field.type == "money":
        currency = product_currency(str(values.get("product", "")))
        return money_text(value, currency.code if currency else str(values.get("currency", "")))
    return "••••••" if name in PERSONAL else str(value)
