"""The way of a version in the admin: new draft, submit, approve, reject, withdraw, retire."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import page_url
from audit.admin.widgets import area_widget
from audit.moments import zone_mark
from riskengine.errors import RiskEngineError
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.coverage import coverage_tab
from rules.admin.versions.fairness_part import fairness_of_draft, fairness_of_waiting
from rules.admin.versions.problem_places import problem_rows
from rules.admin.versions.tabs import changes_by_section
from rules.admin.versions.view import VersionView
from rules.services.versions.errors import StartHasPassed
from rules.services.versions.life import (
    version_approve,
    version_draft,
    version_edit,
    version_reject,
    version_retire,
    version_submit,
    version_withdraw,
)
from rules.services.versions.resubmission import version_resubmit


class SubmitForm(forms.Form):
    """What the maker tells the checker, and from when it shall hold."""

    note = forms.CharField(
        label=gettext_lazy("What changes and why"),
        max_length=4000,
        widget=area_widget(3),
        help_text=gettext_lazy("The checker reads this first; it stays on record."),
    )
    effective_from = forms.DateTimeField(
        label=gettext_lazy("Live from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "rk-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=gettext_lazy("Leave empty for as soon as it is approved."),
    )


def draft(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """A new draft from this version; as a rollback it says so and leads to its submission."""
    view = _posted(request, version_id)
    _require(view.may["draft"])
    is_rollback = "rollback" in request.POST
    note = _("Back to version %(number)s") % {"number": view.version.number} if is_rollback else ""
    made = version_draft(rule_set=view.rule_set, author=view.user, at=view.at, based_on=view.version, note=note)
    words = _("Draft %(number)s is a copy of version %(source)s. Nothing changes until it is approved.")
    messages.success(request, words % {"number": made.number, "source": view.version.number})
    return (
        redirect(page_url("rules_rulesetversion_submit", made.pk))
        if is_rollback
        else page.to_tab(made.pk, "parameters")
    )


def resubmit(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Collect the evidence of a waiting version anew."""
    view = _posted(request, version_id)
    _require(view.may["withdraw"])
    try:
        version_resubmit(version=view.version, maker=view.user, at=view.at)
        messages.success(request, _("Submitted again: its evidence is collected anew, beside what is live now."))
    except RiskEngineError as error:
        page.say(request, error)
    return page.to_tab(version_id)


def submit(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Ask for approval: what changes, the checks, a note, a start."""
    view = VersionView.of(request, version_id)
    _require(view.may["edit"])
    form = SubmitForm(request.POST or None, initial={"note": view.version.note})
    if request.method == "POST" and form.is_valid():
        try:
            version = _noted(view, form.cleaned_data["note"], request.POST.get("expected_hash", ""))
            version_submit(
                version=version,
                maker=view.user,
                at=view.at,
                effective_from=_instant(form.cleaned_data["effective_from"], view.rule_set.product.timezone),
                comment=form.cleaned_data["note"],
                expected_hash=request.POST.get("expected_hash", ""),
            )
        except StartHasPassed as error:
            form.add_error("effective_from", error_words(error))
        except RiskEngineError as error:
            page.say(request, error)
            return page.to_tab(version_id, "checks" if error.code == "version_has_problems" else "overview")
        else:
            messages.success(request, _("Sent for approval. Somebody else decides now; until then nothing changes."))
            return page.to_tab(version_id)
    return page.version_page(
        request,
        view,
        "riskengine/version/submit.html",
        title=_("Submit for approval"),
        form=form,
        **fairness_of_draft(view),
        **_evidence(view),
    )


def _noted(view: VersionView, note: str, expected_hash: str) -> Any:
    """The draft with its note, saved only where the note is new."""
    if note == view.version.note:
        return view.version
    return version_edit(
        version=view.version,
        document=view.version.document,
        editor=view.user,
        at=view.at,
        expected_hash=expected_hash,
        note=note,
    )


def approve(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """The checker's page: what changes in words, the checks, the cases, and the decision."""
    view = VersionView.of(request, version_id)
    _require(view.may["check"])
    form = DecisionForm(request, request.POST or None, initial={"content_hash": view.version.content_hash})
    if request.method == "POST":
        response = _decided(page, request, view, form)
        if response is not None:
            return response
    return page.version_page(
        request,
        view,
        "riskengine/version/approve.html",
        title=_("Approve or reject"),
        form=form,
        coverage=coverage_tab(view),
        certified=view.approval.evidence if view.approval else {},
        live_hash=view.live.content_hash if view.live else "",
        has_started=view.approval is not None
        and view.approval.effective_from is not None
        and view.approval.effective_from <= view.at,
        **fairness_of_waiting(view),
        **_evidence(view),
    )


def _decided(
    page: VersionPageAdmin, request: HttpRequest, view: VersionView, form: DecisionForm
) -> HttpResponse | None:
    """Approve or reject as the button says; None where the form has errors."""
    if not form.is_valid():
        return None
    word = form.word()
    try:
        if form.is_approved:
            activation = version_approve(version=view.version, **word, live_hash=request.POST.get("live_hash"))
            if activation.from_at > word["at"]:
                local = activation.from_at.astimezone(ZoneInfo(view.rule_set.product.timezone))
                words = _("Approved. It goes live at %(at)s.") % {"at": f"{local:%Y-%m-%d %H:%M} {zone_mark(local)}"}
            else:
                words = _("Approved. This version is live: the next decision follows it.")
            messages.success(request, words)
        else:
            version_reject(version=view.version, **word)
            messages.success(request, _("Rejected. Its maker sees your comment and can make a new draft from it."))
    except RiskEngineError as error:
        page.say(request, error)
    return page.to_tab(view.version.pk)


def reject(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Rejecting is decided on the checker's page."""
    return approve(page, request, version_id)


def withdraw(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Take a submitted version back."""
    view = _posted(request, version_id)
    _require(view.may["withdraw"])
    try:
        version_withdraw(version=view.version, maker=view.user, at=view.at)
        messages.success(request, _("Taken back. It is a draft again, and the request for approval is void."))
    except RiskEngineError as error:
        page.say(request, error)
    return page.to_tab(version_id)


def retire(page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
    """Discard a draft, call off a planned start, or close an old version."""
    view = _posted(request, version_id)
    _require(view.may["retire"])
    try:
        version_retire(version=view.version, actor=view.user, at=view.at)
        messages.success(request, _("Version %(number)s is retired.") % {"number": view.version.number})
    except RiskEngineError as error:
        page.say(request, error)
    return page.to_tab(version_id)


def _evidence(view: VersionView) -> dict[str, Any]:
    runs = view.case_runs
    return {
        "sections": changes_by_section(view.changes),
        "errors": problem_rows(view, view.errors),
        "warnings": problem_rows(view, view.warnings),
        "runs": runs,
        "failed": [run for run in runs or [] if not run.is_passed],
    }


def _posted(request: HttpRequest, version_id: int) -> VersionView:
    if request.method != "POST":
        raise PermissionDenied
    return VersionView.of(request, version_id)


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise PermissionDenied


def _instant(typed: datetime | None, timezone: str) -> datetime | None:
    """A local time of the product's place, as it was typed, as an instant."""
    if typed is None:
        return None
    return typed.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)
