"""Keeping a decision as a case of a draft, from the decision's page."""

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from audit.admin.error_words import error_words
from audit.admin.page import page_url
from audit.models import User
from riskengine.errors import RiskEngineError
from rules.models import Decision, RuleSet, RuleSetVersion
from rules.services.versions.case_keeping import PERMISSIONS, case_keep


def drafts_for(decision: Decision, user: User) -> list[RuleSetVersion]:
    """The drafts this person may keep the decision in, the newest first."""
    if not all(user.has_perm(permission) for permission in PERMISSIONS):
        return []
    return list(_drafts(decision).defer("document").select_related("rule_set").order_by("-pk"))


def _drafts(decision: Decision) -> QuerySet[RuleSetVersion]:
    return RuleSetVersion.objects.filter(
        rule_set__product=decision.product,
        rule_set__stage=RuleSet.Stage.PRE_LOAN,
        state=RuleSetVersion.State.DRAFT,
    )


def keep(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Keep the decision in the draft that was chosen (POST), and go there."""
    user = request.user
    if request.method != "POST" or not isinstance(user, User) or not all(user.has_perm(name) for name in PERMISSIONS):
        raise PermissionDenied
    chosen = request.POST.get("draft", "")
    version = _drafts(decision).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if version is None:
        raise Http404
    try:
        case_keep(decision=decision, version=version, editor=user, at=datetime.now(UTC))
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return redirect(page_url("rules_decision_change", decision.pk))
    messages.success(request, _("Kept as a case: the draft now expects what was decided here."))
    return redirect(f"{page_url('rules_rulesetversion_change', version.pk)}?tab=cases")
