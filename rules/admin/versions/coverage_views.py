"""Making the cases that a version is missing, from its tabs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.coverage import cases_made, program_of
from rules.admin.versions.view import VersionView
from rules.engine.case_making import cases_json
from rules.services.versions.life import version_edit


def cases_add(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Add the boundary cases nothing reaches yet, or a case that reaches one goal (POST)."""
    if request.method != "POST":
        raise PermissionDenied
    view = VersionView.of(request, version_id)
    if not view.may["edit"]:
        raise PermissionDenied
    program = program_of(view)
    if program is None or view.catalogue is None:
        messages.error(request, _("Mend the problems first: cases are made by trying them."))
        return page.to_tab(version_id, "checks")
    made = cases_made(program, view, request.POST.get("goal", ""))
    if not made:
        messages.info(request, _("No case was found that reaches it. Write one by hand, or see if it can be reached."))
        return page.to_tab(version_id, "checks")
    try:
        version_edit(
            version=view.version,
            document={**view.version.document, "cases": [*view.version.document.get("cases", []), *cases_json(made)]},
            editor=view.user,
            at=view.at,
            expected_hash=request.POST.get("expected_hash", ""),
        )
    except RiskEngineError as error:
        page.say(request, error)
    else:
        words = ngettext(
            "%(count)s case added. It expects what the draft gives now: read it before you rely on it.",
            "%(count)s cases added. They expect what the draft gives now: read them before you rely on them.",
            len(made),
        )
        messages.success(request, words % {"count": len(made)})
    return page.to_tab(version_id, "checks")
