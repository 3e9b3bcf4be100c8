"""Pauses in the admin: asked for on a loan, decided by a checker, cut short by one person."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.deciding import decided, decision_form, request_of, said
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.models import Approval
from lending.business_dates import business_date_of
from lending.models import Loan
from monitoring.admin.delinquency.deciding import delinquency_crumb
from monitoring.models import LoanPause
from monitoring.services.delinquency.hashes import PAUSE, pause_asked_hash
from monitoring.services.delinquency.pauses import pause_ask, pause_cut, pause_decide, pause_reason, pause_withdraw
from riskengine.errors import RiskEngineError

INPUT = {"class": "rk-input"}


class PauseForm(forms.Form):
    """Which days of which loan, and why."""

    loan = forms.CharField(
        label=gettext_lazy("Beginning of a contract number"), max_length=80, widget=forms.TextInput(attrs=INPUT)
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=LoanPause.Kind.choices, widget=forms.Select(attrs={"class": "rk-select"})
    )  # fmt: skip
    first_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput(attrs={**INPUT, "type": "date"})
    )  # fmt: skip
    last_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Included; at most a year after the first day."),
        widget=forms.DateInput(attrs={**INPUT, "type": "date"})
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=4000,
        widget=forms.Textarea(attrs={"class": "rk-textarea", "rows": 3}),
        help_text=gettext_lazy("What happened and what proves it; the checker decides by this."),
    )  # fmt: skip

    def clean_loan(self) -> Loan:
        found = Loan.objects.filter(external_id=self.cleaned_data["loan"].strip())[:2]
        if len(found) != 1:
            raise forms.ValidationError(_("There is no loan, or more than one, of this number."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("first_on"), given.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("It would end before it begins."))
        return given


@admin.register(LoanPause)
class LoanPauseAdmin(PageAdmin):
    """Every pause asked for, the latest first."""

    list_display = ["loan", "kind", "first_on", "last_on", "cut_on", "state"]
    list_filter = ["kind"]
    list_select_related = ["loan"]
    search_fields = ["^loan__external_id"]
    search_help_text = gettext_lazy("Contract number")
    list_before_template = "monitoring/delinquency/links.html"  # type: ignore[assignment]  # the theme says None
    ordering = ["-id"]

    @admin.display(description=gettext_lazy("state"))
    def state(self, pause: LoanPause) -> str:
        return state_words(pause, getattr(pause, "asked_state", None))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanPause]:
        asked = Approval.objects.filter(object_type=PAUSE, object_id=Cast(OuterRef("pk"), CharField()))
        pauses: QuerySet[LoanPause] = super().get_queryset(request)
        return pauses.annotate(asked_state=Subquery(asked.order_by("-pk").values("state")[:1]))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = PauseForm(request.POST or None, initial={"loan": request.GET.get("loan", "")})
        if request.method == "POST" and form.is_valid():
            try:
                made = pause_ask(**form.cleaned_data, maker=request.user, at=timezone.now())  # type: ignore[arg-type]
            except RiskEngineError as error:
                messages.error(request, error_words(error))
            else:
                messages.success(request, _("Asked for. It counts once a checker approves it."))
                return redirect(page_url("monitoring_loanpause_change", made.pk))
        return self.page(
            request, "monitoring/delinquency/pause_add.html", title=_("Ask for a pause"), crumbs=_crumbs(), form=form
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One pause: decided by a checker; taken back or cut short by who may ask."""
        rows = LoanPause.objects.select_related("loan__product", "loan__customer", "approval")
        pause = get_object_or_404(rows, pk=number)
        approval = request_of(PAUSE, pause.pk)
        form = decision_form(request, approval, pause_asked_hash(pause))
        may_change = request.user.has_perm("monitoring.change_loanpause")
        if request.method == "POST" and self._stepped(request, pause, may_change, form):
            return redirect(page_url("monitoring_loanpause_change", pause.pk))
        return self.page(
            request,
            "monitoring/delinquency/pause.html",
            title=_("Pause of %(loan)s") % {"loan": pause.loan.external_id},
            crumbs=_crumbs(),
            pause=pause,
            reason=pause_reason(pause),
            approval=approval,
            form=form,
            state=state_words(pause, approval.state if approval else None),
            is_own=form is None and approval is not None and approval.maker_id == request.user.pk,
            can_cut=may_change
            and pause.approval_id is not None
            and not pause.cut_on
            and pause.last_on >= _today(pause),
        )

    def _stepped(self, request: HttpRequest, pause: LoanPause, may_change: bool, form: Any) -> bool:
        step = request.POST.get("step")
        if step is None:
            return decided(request, form, partial(pause_decide, pause=pause))
        if not may_change:
            raise PermissionDenied
        now = timezone.now()
        if step == "withdraw":
            withdraw = partial(pause_withdraw, pause=pause, maker=request.user, at=now)  # type: ignore[arg-type]
            said(request, _("Taken back."), withdraw)
        else:
            yesterday = _today(pause) - timedelta(days=1)
            cut = partial(pause_cut, pause=pause, last_on=yesterday, actor=request.user, at=now)  # type: ignore[arg-type]
            said(request, _("Cut short: days count again from today on."), cut)
        return True


def state_words(pause: LoanPause, asked: str | None) -> str:
    """Whether its days count, and if not why."""
    if pause.approval_id is not None:
        return _("Counts")
    return str(Approval.State(asked).label) if asked else _("Counts for nothing")


def _today(pause: LoanPause) -> date:
    return business_date_of(timezone.now(), pause.loan.product.timezone)


def _crumbs() -> list[Crumb]:
    return [delinquency_crumb(), Crumb(_("Pauses of loans"), page_url("monitoring_loanpause_changelist"))]
