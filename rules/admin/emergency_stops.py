"""Emergency stops in the admin: declare one, confirm or end it, lift it."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import staff
from audit.admin.deciding import said
from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.widgets import area_widget
from audit.models import Approval
from audit.services.approvals import CHECK_PERMISSION
from riskengine.errors import RiskEngineError
from rules.localised import localised
from rules.models import EmergencyStop, RuleSet
from rules.services.emergency_stops import (
    LIFT,
    STOP,
    lift_approve,
    lift_reject,
    lift_request,
    stop_confirm,
    stop_declare,
    stop_refuse,
    stop_request,
)

# By what is asked for: (what approving does and the words after it, what rejecting does and the words after it).
ANSWERS = {
    STOP: (
        (stop_confirm, gettext_lazy("Confirmed. Every application goes to a person until the stop is lifted.")),
        (stop_refuse, gettext_lazy("The stop is ended. The rules decide again from the next application on.")),
    ),
    LIFT: (
        (lift_approve, gettext_lazy("The stop is lifted. The rules decide again from the next application on.")),
        (lift_reject, gettext_lazy("The stop goes on: every application goes to a person.")),
    ),
}


class ReasonForm(forms.Form):
    """Why: read first by the person who confirms it, and kept."""

    reason = forms.CharField(
        label=gettext_lazy("What is wrong"),
        max_length=2000,
        widget=area_widget(3),
        help_text=gettext_lazy("Whoever confirms or ends the stop reads this first; it stays on record."),
    )


class CommentForm(forms.Form):
    """Why it may be lifted."""

    comment = forms.CharField(
        label=gettext_lazy("Why it can be lifted"),
        max_length=2000,
        widget=area_widget(2),
    )


@admin.register(EmergencyStop)
class EmergencyStopAdmin(PageAdmin):
    """Stops of all rule sets; they change only through their services."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(  # type: ignore[override]  # the theme narrows what Django allows
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A stop is declared on its rule set's page."""
        require(self.has_add_permission(request))
        return redirect(page_url("rules_ruleset_changelist"))

    def list_page(self, request: HttpRequest) -> HttpResponse:
        stops = EmergencyStop.objects.select_related("rule_set", "declared_by", "lifted_on__checker")
        return self.page(
            request,
            "riskengine/emergency_stop/list.html",
            title=_("Emergency stops"),
            crumbs=[Crumb(_("Rule sets"), page_url("rules_ruleset_changelist"))],
            stops=stops.order_by("-declared_at")[:200],
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._detail(request, _stop(number))

    def get_urls(self) -> list[URLPattern]:
        def address(route: str, view: Any, name: str) -> URLPattern:
            found: URLPattern = path(route, self.admin_site.admin_view(view), name=f"rules_emergencystop_{name}")
            return found

        return [
            address("declare/<int:rule_set_id>/", self.declare_view, "declare"),
            address("<int:stop_id>/decide/", self.decide_view, "decide"),
            address("<int:stop_id>/lift/", self.lift_view, "lift"),
            *super().get_urls(),
        ]

    def declare_view(self, request: HttpRequest, rule_set_id: int) -> HttpResponse:
        """Say why (GET), and stop (POST)."""
        require(self.has_add_permission(request))
        rule_set = get_object_or_404(RuleSet.objects.select_related("product"), pk=rule_set_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = stop_declare(
                    rule_set=rule_set,
                    by=request.user,  # type: ignore[arg-type]
                    reason=form.cleaned_data["reason"],
                    at=timezone.now(),
                )
            except RiskEngineError as error:
                messages.error(request, error_words(error))
                return redirect(page_url("rules_ruleset_change", rule_set.pk))
            messages.success(request, _("Stopped. From now on every application goes to a person."))
            return redirect(_address(made))
        return self.page(
            request,
            "riskengine/emergency_stop/declare.html",
            title=_("Emergency stop"),
            crumbs=_crumbs(rule_set),
            rule_set=rule_set,
            form=form,
        )

    def decide_view(self, request: HttpRequest, stop_id: int) -> HttpResponse:
        """Another person's word on the stop, or on lifting it."""
        stop = _stop(stop_id)
        if request.method != "POST" and self.has_view_permission(request):
            return redirect(_address(stop))
        waiting = stop_request(stop)
        if request.method != "POST" or not request.user.has_perm(CHECK_PERMISSION):
            raise PermissionDenied
        if waiting is None:
            messages.error(request, _("Somebody decided this already."))
            return redirect(_address(stop))
        form = DecisionForm(request, request.POST)
        if not form.is_valid():
            return self._detail(request, stop, decision_form=form)
        act, words = ANSWERS[waiting.object_type][not form.is_approved]
        said(request, str(words), lambda: act(stop=stop, **form.word()))  # type: ignore[operator]
        return redirect(_address(stop))

    def lift_view(self, request: HttpRequest, stop_id: int) -> HttpResponse:
        """Ask that it be lifted."""
        stop, form = _stop(stop_id), CommentForm(request.POST)
        if request.method != "POST" and self.has_view_permission(request):
            return redirect(_address(stop))
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        if not form.is_valid():
            return self._detail(request, stop, lift_form=form)
        asked = partial(
            lift_request, stop=stop, by=staff(request), comment=form.cleaned_data["comment"], at=timezone.now()
        )
        said(request, _("Asked for. Somebody else decides; until then the stop goes on."), asked)
        return redirect(_address(stop))

    def _detail(self, request: HttpRequest, stop: EmergencyStop, **forms_with_errors: Any) -> HttpResponse:
        waiting = stop_request(stop)
        approvals = Approval.objects.filter(object_type__in=(STOP, LIFT), object_id=str(stop.pk))
        may_check = waiting is not None and request.user.has_perm(CHECK_PERMISSION)
        context = {
            "stop": stop,
            "waiting": waiting,
            "is_lift": waiting is not None and waiting.object_type == LIFT,
            "is_overdue": is_overdue(stop, waiting),
            "history": approvals.select_related("maker", "checker").order_by("pk"),
            "may_check": may_check and waiting.maker_id != request.user.pk,  # type: ignore[union-attr]
            "check_forbidden": may_check and waiting.maker_id == request.user.pk,  # type: ignore[union-attr]
            "may_lift": stop.lifted_at is None and waiting is None and self.has_add_permission(request),
            "decision_form": DecisionForm(request, initial={"content_hash": stop.content_hash}),
            "lift_form": CommentForm(),
            "page_timezone": stop.rule_set.product.timezone,
        }
        return self.page(
            request,
            "riskengine/emergency_stop/detail.html",
            title=_("Emergency stop"),
            crumbs=_crumbs(stop.rule_set),
            **{**context, **forms_with_errors},
        )


def is_overdue(stop: EmergencyStop, waiting: Approval | None) -> bool:
    """Whether nobody confirmed the stop in time. It goes on all the same."""
    return waiting is not None and waiting.object_type == STOP and stop.deadline_at < timezone.now()


def _stop(stop_id: int) -> EmergencyStop:
    stops = EmergencyStop.objects.select_related("rule_set__product", "declared_by", "lifted_on__checker")
    return get_object_or_404(stops, pk=stop_id)


def _address(stop: EmergencyStop) -> str:
    return page_url("rules_emergencystop_change", stop.pk)


def _crumbs(rule_set: RuleSet) -> list[Crumb]:
    return [
        Crumb(_("Rule sets"), page_url("rules_ruleset_changelist")),
        Crumb(localised(rule_set, "name"), page_url("rules_ruleset_change", rule_set.pk)),
    ]
