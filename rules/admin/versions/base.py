"""What every page about a version shares: its head and tabs, refusals in words, and the way back to a tab."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url
from riskengine.errors import RiskEngineError
from rules.admin.error_words import problems_of
from rules.admin.versions.tabs import TABS, tab_counts
from rules.admin.versions.view import VersionView
from rules.localised import localised


class VersionPageAdmin(PageAdmin):
    """Views of a version are functions of this page; which addresses they have: `rules.admin.version_pages`."""

    def version_page(self, request: HttpRequest, view: VersionView, template: str, **context: Any) -> HttpResponse:
        """A page about a version, with its head and tabs."""
        counts = tab_counts(view)
        tabs = [{"name": name, "title": title, "count": counts.get(name)} for name, title in TABS.items()]
        rule_set = view.rule_set
        crumbs = [
            Crumb(_("Rule sets"), page_url("rules_ruleset_changelist")),
            Crumb(localised(rule_set, "name"), page_url("rules_ruleset_change", rule_set.pk)),
        ]
        title = context.pop("title", _("Version %(number)s") % {"number": view.version.number})
        if "tab" not in context:
            crumbs.append(
                Crumb(
                    _("Version %(number)s") % {"number": view.version.number},
                    page_url("rules_rulesetversion_change", view.version.pk),
                )
            )
        return self.page(
            request,
            template,
            title=title,
            crumbs=crumbs,
            view=view,
            tabs=tabs,
            page_timezone=rule_set.product.timezone,
            **context,
        )

    def say(self, request: HttpRequest, error: RiskEngineError) -> None:
        """Tell a refusal in words, with each problem it lists."""
        messages.error(request, error_words(error))
        for found in problems_of(error)[:20]:
            messages.error(request, str(found["message"]))

    def to_tab(self, version_id: int, tab: str = "overview") -> HttpResponse:
        """Back to a tab of a version."""
        return redirect(f"{page_url('rules_rulesetversion_change', version_id)}?tab={tab}")
