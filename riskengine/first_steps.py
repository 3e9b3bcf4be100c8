"""The five questions people come with, each one click from the first page; only what this person may open."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Approval
from monitoring.models import HealthDispute
from monitoring.services.cases.work import cases_free
from monitoring.services.cases.writing import topics_of
from rules.services.referrals.work import referrals_workable


def first_steps(request: HttpRequest) -> dict[str, Any]:
    """For the template: `needs` and `of_others` (words and link), and addresses of the rest; None or empty: may not."""
    may = request.user.has_perm
    policy = [
        (_("Rule sets"), _list("rules_ruleset"), may("rules.view_ruleset")),
        (_("Governed settings"), _list("audit_governeddocument"), may("audit.view_governeddocument")),
    ]
    trouble = [
        (
            _("Red warnings"),
            f"{_list('monitoring_earlywarning')}?level__exact=RED",
            may("monitoring.view_earlywarning"),
        ),
        (_("Late loans"), _list("monitoring_delinquencystate"), may("monitoring.view_delinquencystate")),
        (_("Red health codes"), f"{_list('monitoring_healthcode')}?colour=RED", may("monitoring.view_healthcode")),
    ]
    models = [
        (_("Drift"), _list("monitoring_driftreport"), may("monitoring.view_driftreport")),
        (_("Models"), _list("scoring_modelpackage"), may("scoring.view_modelpackage")),
        (_("Triggers"), _list("monitoring_triggerreport"), may("monitoring.view_triggerreport")),
    ]
    return {
        "needs": _needs(request),
        "of_others": _of_others(request),
        "policy": _allowed(policy),
        "decisions": _list("rules_decision") if may("rules.view_decision") else None,
        "trouble": _allowed(trouble),
        "models": _allowed(models),
    }


def _needs(request: HttpRequest) -> list[tuple[str, str]]:
    """What waits for somebody in this role, with its number; nothing that waits for others."""
    may = request.user.has_perm
    found: list[tuple[int, str, Callable[[int], str]]] = []
    if may("audit.check_approval"):
        pending = Approval.objects.filter(state=Approval.State.PENDING).exclude(maker=request.user.pk)
        found.append((pending.count(), "audit_approval", _approvals))
    if may("rules.work_referral"):
        found.append((referrals_workable().count(), "rules_referral", _referrals))
    if topics := topics_of(request.user):
        found.append((cases_free(timezone.now(), topics).count(), "monitoring_warningcase", _cases))
    if may("monitoring.change_healthdispute"):
        open_ = HealthDispute.objects.filter(state=HealthDispute.State.OPEN)
        found.append((open_.count(), "monitoring_healthdispute", _disputes))
    return [(words(count), _list(name)) for count, name, words in found if count]


def _of_others(request: HttpRequest) -> tuple[str, str] | None:
    """What waits for checkers, told to those who see it and are none; None where nothing does."""
    if request.user.has_perm("audit.check_approval") or not request.user.has_perm("audit.view_approval"):
        return None
    count = Approval.objects.filter(state=Approval.State.PENDING).count()
    words = ngettext("%(count)d request waits for a checker", "%(count)d requests wait for a checker", count)
    return (words % {"count": count}, _list("audit_approval")) if count else None


def _approvals(count: int) -> str:
    return ngettext("%(count)d request to check", "%(count)d requests to check", count) % {"count": count}


def _referrals(count: int) -> str:
    return ngettext("%(count)d application to decide", "%(count)d applications to decide", count) % {"count": count}


def _cases(count: int) -> str:
    return ngettext("%(count)d free case", "%(count)d free cases", count) % {"count": count}


def _disputes(count: int) -> str:
    return ngettext("%(count)d dispute to answer", "%(count)d disputes to answer", count) % {"count": count}


def _allowed(links: list[tuple[str, str, bool]]) -> list[tuple[str, str]]:
    return [(words, url) for words, url, is_allowed in links if is_allowed]


def _list(name: str) -> str:
    return reverse(f"admin:{name}_changelist")
