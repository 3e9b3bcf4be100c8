"""Overrides and disputes of health codes in the admin: asked or answered by one person, decided by another."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import refusal_words, staff
from audit.admin.decision_form import DecisionForm
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.widgets import area_widget, select_widget
from audit.models import Approval
from audit.services.approvals import CHECK_PERMISSION, approval_pending
from monitoring.admin.health_words import colour_told
from monitoring.models import HealthColour, HealthDispute, HealthOverride
from monitoring.services.health import disputes, overrides
from monitoring.services.health.disputes import answer_hash, dispute_answer, dispute_decide, dispute_words, override_of
from monitoring.services.health.overrides import override_decide, override_end, override_hash
from monitoring.views.health_page import reasons_words
from riskengine.errors import RiskEngineError

PER_PAGE = 100


class AnswerForm(forms.Form):
    """What the holder is told; an appeal that is upheld names the colour it should be."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=HealthDispute.Outcome.choices,
        widget=select_widget(),
    )
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour, where an appeal is upheld"),
        choices=[("", "–"), *HealthColour.choices],
        required=False,
        widget=select_widget(),
    )
    text = forms.CharField(
        label=gettext_lazy("Answer to the holder"),
        min_length=5,
        max_length=2_000,
        widget=area_widget(4),
    )

    def __init__(self, data: Any, *, is_appeal: bool) -> None:
        super().__init__(data)
        self.is_appeal = is_appeal
        if not is_appeal:
            del self.fields["colour"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.is_appeal and given.get("outcome") == HealthDispute.Outcome.UPHELD and not given.get("colour"):
            self.add_error("colour", _("Choose the colour that it should be: the appeal is upheld."))
        return given


class DecidedAdmin(PageAdmin):
    """Rows that one person makes and another decides on; none is added from its list."""

    object_type = ""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def _pending(self, row: Model, request: HttpRequest) -> tuple[Approval | None, bool]:
        """The request that waits, and whether this person may decide on it."""
        pending = approval_pending(object_type=self.object_type, object_id=str(row.pk))
        may = request.user.has_perm(CHECK_PERMISSION)
        return pending, bool(pending and may and pending.maker_id != request.user.pk)

    def _try(self, request: HttpRequest, action: Any, done: str) -> bool:
        try:
            action()
        except RiskEngineError as error:
            messages.error(request, refusal_words(error))
            return False
        messages.success(request, done)
        return True

    def _decided(self, request: HttpRequest, form: DecisionForm, decide: Any, **thing: Any) -> bool:
        if not form.is_valid():
            return False
        done = _("Approved.") if form.is_approved else _("Rejected.")
        return self._try(request, lambda: decide(**thing, **form.word(), is_approved=form.is_approved), done)


@admin.register(HealthOverride)
class HealthOverrideAdmin(DecidedAdmin):
    """Colours set by people."""

    object_type = overrides.OBJECT_TYPE

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The newest, with their state."""
        rows = HealthOverride.objects.select_related("customer", "approval__checker").order_by("-pk")[:PER_PAGE]
        told = [{"override": row, "colour": colour_told(row.colour), "state": override_state(row)} for row in rows]
        return self.page(request, "monitoring/health/admin/overrides.html", title=_("Overrides"), rows=told)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One override: decided by another person, ended by whoever may ask."""
        rows = HealthOverride.objects.select_related("customer", "dispute")
        row = get_object_or_404(rows, pk=number)
        pending, may_decide = self._pending(row, request)
        may_end = row.ended_at is None and request.user.has_perm(overrides.ASK_PERMISSION)
        form = DecisionForm(
            request, request.POST if request.method == "POST" else None, initial={"content_hash": override_hash(row)}
        )
        if request.method == "POST":
            here = page_url("monitoring_healthoverride_change", row.pk)
            if request.POST.get("decision") == "end":
                require(may_end)
                end = lambda: override_end(override=row, actor=staff(request), at=timezone.now())  # noqa: E731
                self._try(request, end, _("Ended: the customer is looked at again."))
                return redirect(here)
            require(may_decide)
            if self._decided(request, form, override_decide, override=row):
                return redirect(here)
        return self.page(
            request,
            "monitoring/health/admin/override.html",
            title=str(row),
            crumbs=[Crumb(_("Overrides"), page_url("monitoring_healthoverride_changelist"))],
            row=row,
            colour=colour_told(row.colour),
            state=override_state(row),
            asked=_asked(self.object_type, row),
            known=reasons_words(row.basis or []),
            overtaken=reasons_words(row.ended_for),
            form=form if may_decide else None,
            is_own=pending is not None and pending.maker_id == request.user.pk,
            may_end=may_end,
        )


@admin.register(HealthDispute)
class HealthDisputeAdmin(DecidedAdmin):
    """What holders say, and what they are answered."""

    object_type = disputes.OBJECT_TYPE

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """Open ones first, the most urgent at the top."""
        rows = HealthDispute.objects.select_related("customer")
        is_answered = request.GET.get("state") == HealthDispute.State.ANSWERED
        wanted = rows.filter(state=HealthDispute.State.ANSWERED) if is_answered else rows.exclude(state="ANSWERED")
        ordered = wanted.order_by("-answered_at", "-pk") if is_answered else wanted.order_by("due_at", "pk")
        return self.page(
            request,
            "monitoring/health/admin/disputes.html",
            title=_("Disputes and appeals"),
            rows=ordered[:PER_PAGE],
            is_answered=is_answered,
            now=timezone.now(),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One of them: its text for whoever answers or decides it, the answer, the second person's word."""
        rows = HealthDispute.objects.select_related("customer", "answered_by")
        row = get_object_or_404(rows, pk=number)
        pending, may_decide = self._pending(row, request)
        may_answer = row.state == HealthDispute.State.OPEN and request.user.has_perm(disputes.ANSWER_PERMISSION)
        data = request.POST if request.method == "POST" else None
        answer = AnswerForm(data if may_answer else None, is_appeal=row.kind == HealthDispute.Kind.APPEAL)
        decision = DecisionForm(request, data if may_decide else None, initial={"content_hash": answer_hash(row)})
        if request.method == "POST":
            require(may_answer or may_decide)
            here = page_url("monitoring_healthdispute_change", row.pk)
            if may_decide and self._decided(request, decision, dispute_decide, dispute=row):
                return redirect(here)
            if may_answer and answer.is_valid() and self._answered(request, row, answer.cleaned_data):
                return redirect(here)
        may_read = may_answer or may_decide or row.answered_by_id == request.user.pk
        said, told = dispute_words(row) if may_read else ("", "")
        return self.page(
            request,
            "monitoring/health/admin/dispute.html",
            title=str(row),
            crumbs=[Crumb(_("Disputes and appeals"), page_url("monitoring_healthdispute_changelist"))],
            row=row,
            said=said,
            told=told,
            may_read=may_read,
            answer=answer if may_answer else None,
            form=decision if may_decide else None,
            is_own=pending is not None and pending.maker_id == request.user.pk,
            override=override_of(row),
        )

    def _answered(self, request: HttpRequest, row: HealthDispute, data: dict[str, Any]) -> bool:
        answer = lambda: dispute_answer(dispute=row, by=staff(request), at=timezone.now(), **data)  # noqa: E731
        return self._try(request, answer, _("Answered. Where the colour follows, a checker decides first."))


def _asked(object_type: str, row: Model) -> Approval | None:
    requests = Approval.objects.filter(object_type=object_type, object_id=str(row.pk))
    return requests.select_related("maker", "checker").order_by("-pk").first()


def override_state(row: HealthOverride) -> dict[str, str]:
    """The override's state in a word, with the class of its badge."""
    if row.ended_at is not None:
        return {"label": _("Ended by new findings") if row.ended_for else _("Ended"), "badge": ""}
    if row.approval_id is not None:
        is_over = row.until <= timezone.now()
        return {"label": _("Over") if is_over else _("In force"), "badge": "" if is_over else "rk-good"}
    asked = _asked(overrides.OBJECT_TYPE, row)
    is_waiting = asked is not None and asked.state == Approval.State.PENDING
    return {
        "label": _("Waiting for approval") if is_waiting else _("Rejected"),
        "badge": "rk-warn" if is_waiting else "",
    }
