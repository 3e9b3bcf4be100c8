"""Versions of rule sets in the admin: one page in tabs, the forms of a draft, and the way to approval."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path

from audit.admin.page import page_url, require
from rules.admin.editor import case_run_views, condition_views, try_views
from rules.admin.editor import views as editor_views
from rules.admin.versions import coverage_views, dmn_views, edit_views, excel_views, flow_views
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.impact import impact_fragment
from rules.admin.versions.tabs import BUILDERS, EDITOR_TABS, compare_tab
from rules.admin.versions.view import VersionView
from rules.models import RuleSetVersion

# What only buttons send: somebody who follows such an address comes to the version's page.
POSTED = {"note", "score_with", "operate", "cases_add", "draft", "resubmit", "withdraw", "retire"}


@admin.register(RuleSetVersion)
class RuleSetVersionAdmin(VersionPageAdmin):
    """A version. It is reached from its rule set; it changes only through its services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def address(route: str, view: Any, name: str) -> URLPattern:
            def wrapped(request: HttpRequest, version_id: int, **arguments: Any) -> HttpResponse:
                require(self.has_view_permission(request))
                if name in POSTED and request.method in ("GET", "HEAD"):
                    return self.to_tab(version_id)
                response: HttpResponse = view(self, request, version_id, **arguments)
                return response

            return path(
                f"<int:version_id>/{route}", self.admin_site.admin_view(wrapped), name=f"rules_rulesetversion_{name}"
            )

        return [
            address("note/", edit_views.note_save, "note"),
            address("score_with/", edit_views.score_with_save, "score_with"),
            address("operate/", edit_views.operate, "operate"),
            address("editor/", editor_views.editor, "editor"),
            address("document/", editor_views.document_save, "document"),
            address("check/", editor_views.check, "check"),
            address("condition/", condition_views.condition, "condition"),
            address("words/", condition_views.words, "words"),
            address("pattern/", condition_views.pattern_text, "pattern"),
            address("try/", try_views.trial, "try"),
            address("try/decisions/", try_views.decisions, "try_decisions"),
            address("dmn/", dmn_views.export, "dmn"),
            address("dmn/import/", dmn_views.table, "dmn_import"),
            address("excel/", excel_views.export, "excel"),
            address("excel/import/", excel_views.upload, "excel_import"),
            address("impact/", impact_fragment, "impact"),
            address("cases/", coverage_views.cases_add, "cases_add"),
            address("cases/run/", case_run_views.cases_run, "cases_run"),
            address("cases/make/", case_run_views.cases_make, "cases_make"),
            address("draft/", flow_views.draft, "draft"),
            address("submit/", flow_views.submit, "submit"),
            address("approve/", flow_views.approve, "approve"),
            address("reject/", flow_views.reject, "reject"),
            address("resubmit/", flow_views.resubmit, "resubmit"),
            address("withdraw/", flow_views.withdraw, "withdraw"),
            address("retire/", flow_views.retire, "retire"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """Versions are listed on the page of their rule set."""
        return redirect(page_url("rules_ruleset_changelist"))

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        if not number:
            return redirect(page_url("rules_ruleset_changelist"))
        return self.tab(request, VersionView.of(request, number), request.GET.get("tab", "overview"))

    def tab(self, request: HttpRequest, view: VersionView, name: str, **context: Any) -> HttpResponse:
        """One tab of a version; `context` replaces what the tab would show (a form with errors)."""
        name = name if name in BUILDERS else "overview"
        if name in EDITOR_TABS and view.may["edit"]:
            return self.version_page(request, view, "riskengine/version/editor.html", tab=name)
        if not context:
            context = compare_tab(view, request.GET.get("with", "")) if name == "compare" else BUILDERS[name](view)
        return self.version_page(request, view, f"riskengine/version/{name}.html", tab=name, **context)
