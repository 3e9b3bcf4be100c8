"""What a case that is no early warning was found in, as links on its page."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.page import page_url
from monitoring.admin.drift_words import rules_named
from monitoring.models import DriftReport, HealthOverride, WarningCase
from rules.models import Decision
from scoring.models import ModelPackage

Line = tuple[str, str, str]
"""What it is, what it is called, and the address of its page."""

STAGES: Final = {"PRE_LOAN": gettext_lazy("before the loan"), "POST_LOAN": gettext_lazy("after payout")}


def found_in(case: WarningCase) -> list[Line]:
    """The report, model, rule, decision or override that the case names, those that are there."""
    facts: dict[str, Any] = case.facts or {}
    lines = [_report(facts.get("report")), _model(facts.get("model")), _decision(facts.get("decision"))]
    if facts.get("rule"):
        lines.append((_("Rule"), _rule(facts["rule"], facts.get("report")), ""))
    if facts.get("stage"):
        lines.append((_("Stage"), str(STAGES.get(facts["stage"], facts["stage"])), ""))
    lines.append(_override(facts.get("override")))
    return [line for line in lines if line is not None]


def _report(number: int | None) -> Line | None:
    found = DriftReport.objects.filter(pk=number).first() if number else None
    if found is None:
        return None
    period = f"{found.since:%Y-%m-%d} – {found.until:%Y-%m-%d}"
    return _("Drift report"), period, page_url("monitoring_driftreport_change", found.pk)


def _rule(code: str, number: int | None) -> str:
    report = DriftReport.objects.filter(pk=number).select_related("product").first() if number else None
    return rules_named(report).get(code, code) if report else code


def _model(content_hash: str | None) -> Line | None:
    found = ModelPackage.objects.filter(content_hash=content_hash).defer("package").first() if content_hash else None
    return None if found is None else (_("Model"), str(found), page_url("scoring_modelpackage_change", found.pk))


def _decision(number: str | None) -> Line | None:
    found = Decision.objects.select_related("application").filter(pk=number).first() if number else None
    if found is None:
        return None
    return _("Decision"), found.application.external_id, page_url("rules_decision_change", found.pk)


def _override(number: int | None) -> Line | None:
    found = HealthOverride.objects.filter(pk=number).first() if number else None
    if found is None:
        return None
    words = f"{found.get_colour_display()}, {found.ended_at:%Y-%m-%d}" if found.ended_at else found.get_colour_display()
    return _("Override that ended"), words, page_url("monitoring_healthoverride_change", found.pk)
