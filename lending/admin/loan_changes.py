"""Changes of loans in the admin: asked for on a loan, decided by another person, and then as reported ones."""

from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import staff
from audit.admin.deciding import decided, decision_form, request_of, said
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.models import Approval
from lending.admin.loan_change_forms import LoanChangeForm, schedule_text
from lending.business_dates import business_date_of
from lending.models import Loan, LoanChange, LoanChangeRequest
from lending.money import money_text
from lending.services.book.loan_change_requests import (
    OBJECT_TYPE,
    LoanChangeInvalid,
    loan_change_ask,
    loan_change_decide,
    loan_change_withdraw,
    request_reason,
    schedule_latest,
)
from lending.services.book.owed import owed_of
from lending.services.book.recording import Problem
from lending.services.customers import CustomerErasedError

PROBLEMS = {
    "money_owed": gettext_lazy("This is not repaid: %(owed)s are still owed."),
    "missing": gettext_lazy("This is needed."),
    "unchanged": gettext_lazy("This is the schedule in force."),
    "only_restructured": gettext_lazy("Only a restructured loan has a new schedule."),
    "closed_already": gettext_lazy("The loan is closed already."),
    "open_already": gettext_lazy("The loan is open."),
    "out_of_range": gettext_lazy("This does not fit what becomes of the loan."),
    "known_before_it_happened": gettext_lazy("This lies in the future."),
    "days_out_of_order": gettext_lazy("This lies before the loan was opened."),
    "paid_already": gettext_lazy(
        "What was paid covers this schedule: give it whole, instalments paid before included."
    ),
}
FIELDS = {"known_at": "changed_on"}


@admin.register(LoanChangeRequest)
class LoanChangeRequestAdmin(PageAdmin):
    """Every change asked for, the latest first."""

    list_display = ["loan", "kind", "changed_on", "cause", "state"]
    list_filter = ["kind", "loan__product"]
    list_select_related = ["loan"]
    search_fields = ["^loan__external_id"]
    search_help_text = gettext_lazy("Beginning of a contract number")
    ordering = ["-id"]

    @admin.display(description=gettext_lazy("state"))
    def state(self, request: LoanChangeRequest) -> str:
        return state_words(getattr(request, "asked_state", None))

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanChangeRequest]:
        rows: QuerySet[LoanChangeRequest] = super().get_queryset(request)
        return with_state(rows)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for a change of the loan `?loan=`."""
        require(self.has_add_permission(request))
        number = request.GET.get("loan", "")
        loan = Loan.objects.select_related("product").filter(pk=number if number.isdecimal() else 0).first()
        if loan is None:
            messages.info(request, _("Changes are asked for on the page of a loan."))
            return redirect(page_url("lending_loan_changelist"))
        now = timezone.now()
        today = business_date_of(now, loan.product.timezone)
        instalments = schedule_latest(loan)
        begun = {
            "kind": LoanChange.Kind.REOPENED if loan.closed_on else request.GET.get("kind", ""),
            "changed_on": today.isoformat(),
            "schedule": schedule_text(instalments, loan.product.currency),
        }
        form = LoanChangeForm(loan, request.POST or None, initial=begun)
        if request.method == "POST" and form.is_valid():
            try:
                made = loan_change_ask(loan=loan, maker=staff(request), at=now, **form.cleaned_data)
            except LoanChangeInvalid as error:
                problems_say(form, error)
            except CustomerErasedError as error:
                form.add_error(None, error_words(error))
            else:
                messages.success(request, _("Asked for. Nothing becomes of the loan until a checker approves it."))
                return redirect(page_url("lending_loanchangerequest_change", made.pk))
        (owed,) = owed_of([(loan.pk, today, now)])
        return self.page(
            request,
            "riskengine/book/loan_change_add.html",
            title=_("Change of %(loan)s") % {"loan": loan.external_id},
            crumbs=crumbs(loan),
            loan=loan,
            form=form,
            owed=money_text(owed.minor, loan.product.currency),
            is_late=owed.is_late,
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """One change: decided by a checker, or taken back by who asked."""
        rows = LoanChangeRequest.objects.select_related("loan__product", "loan__customer", "approval", "change")
        row = get_object_or_404(rows, pk=number)
        approval = request_of(OBJECT_TYPE, row.pk)
        form = decision_form(request, approval, row.content_hash)
        if request.method == "POST" and self._stepped(request, row, form):
            return redirect(page_url("lending_loanchangerequest_change", row.pk))
        currency = row.loan.product.currency
        return self.page(
            request,
            "riskengine/book/loan_change.html",
            title=_("Change of %(loan)s") % {"loan": row.loan.external_id},
            crumbs=crumbs(row.loan),
            row=row,
            reason=request_reason(row),
            approval=approval,
            form=form,
            state=state_words(approval.state if approval else None),
            is_own=form is None and approval is not None and approval.maker_id == request.user.pk,
            schedule=[
                {"number": one["number"], "due_on": one["due_on"], **_money(one, currency)} for one in row.schedule
            ],
            held=[
                {"number": one.number, "due_on": one.due_on.isoformat(), **_money(vars(one), currency)}
                for one in (schedule_latest(row.loan) if row.schedule and row.change_id is None else [])
            ],
        )

    def _stepped(self, request: HttpRequest, row: LoanChangeRequest, form: Any) -> bool:
        if request.POST.get("step") is None:
            return decided(request, form, partial(loan_change_decide, request=row))
        require(request.user.has_perm("lending.add_loanchangerequest"))
        withdraw = partial(loan_change_withdraw, request=row, maker=staff(request), at=timezone.now())
        return said(request, _("Taken back."), withdraw)


def with_state(rows: QuerySet[LoanChangeRequest]) -> QuerySet[LoanChangeRequest]:
    """With `asked_state`, that of the newest approval asked for."""
    asked = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=Cast(OuterRef("pk"), CharField()))
    return rows.annotate(asked_state=Subquery(asked.order_by("-pk").values("state")[:1]))


def state_words(asked: str | None) -> str:
    """Whether the loan changed by it, and if not why."""
    if asked == Approval.State.APPROVED:
        return _("In force")
    return str(Approval.State(asked).label) if asked else "–"


def problems_say(form: LoanChangeForm, error: LoanChangeInvalid) -> None:
    """Say beside each field what is wrong with it."""
    problems = cast(list[Problem], error.facts["problems"])
    for problem in problems:
        words = PROBLEMS.get(problem["code"])
        owed = money_text(int(problem.get("owed_minor", 0)), form.currency)
        field = FIELDS.get(problem["field"], problem["field"])
        form.add_error(
            field if field in form.fields else None,
            str(words) % {"owed": owed} if problem["code"] == "money_owed" else str(words or problem["message"]),
        )
    if not problems:
        form.add_error(None, error_words(error))


def crumbs(loan: Loan) -> list[Crumb]:
    """The way back to the loan."""
    return [
        Crumb(_("Loans"), page_url("lending_loan_changelist")),
        Crumb(loan.external_id, page_url("lending_loan_change", loan.pk)),
    ]


def _money(one: Any, currency: str) -> dict[str, str]:
    parts = {name: int(one[f"{name}_minor"]) for name in ("principal", "interest", "fee")}
    return {name: money_text(minor, currency) for name, minor in {**parts, "total": sum(parts.values())}.items()}
