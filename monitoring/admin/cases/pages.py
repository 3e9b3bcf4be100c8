"""The queue of cases, and the page of one: claim the next, work on it, close it."""

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.deciding import said
from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.paging import BoundedPaginator
from audit.csv_file import csv_response
from audit.models import User
from audit.services.approvals import CHECK_PERMISSION
from lending.models import Product
from monitoring.admin.cases import report
from monitoring.admin.cases.operations import OPERATIONS
from monitoring.admin.cases.rows import (
    ABOUT,
    AGES,
    LONGER,
    PER_PAGE,
    SHOWN,
    ageing,
    case_rows,
    cases_shown,
)
from monitoring.admin.cases.view import CaseView
from monitoring.admin.cases.words import case_title
from monitoring.admin.cases.workload import work_of
from monitoring.case_topics import ON_PRODUCT, OUTCOMES, Topic
from monitoring.models import WarningCase
from monitoring.services.cases.closing import closing_decide
from monitoring.services.cases.errors import CaseNotPermitted
from monitoring.services.cases.work import case_next
from monitoring.services.cases.writing import case_read, topics_of
from rules.admin.queue import queue_tabs

QUEUE: Final = "monitoring_warningcase_changelist"
CASE: Final = "monitoring_warningcase_change"


@admin.register(WarningCase)
class WarningCaseAdmin(PageAdmin):
    """Early warnings, and whatever else is found after payout, as work."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("next/", view(self.next_view), name="monitoring_warningcase_next"),
            path("false-closings/", view(self.report_view), name="monitoring_warningcase_report"),
            path("<int:object_id>/work/", view(self.work_view), name="monitoring_warningcase_work"),
            path("<int:object_id>/closing/", view(self.closing_view), name="monitoring_warningcase_closing"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The queue: the most severe first, then the largest expected loss, then the oldest."""
        at, person = timezone.now(), _person(request)
        shown = request.GET.get("show", "")
        shown = shown if shown in SHOWN else "free"
        product = Product.objects.filter(code=request.GET.get("product", "")).first()
        about = request.GET.get("about", "")
        about = about if about in ABOUT else _about_of(person)
        cases = WarningCase.objects.filter(topic__in=ABOUT[about][1])
        cases = cases if product is None else cases.filter(product=product)
        has_loans = Topic.WARNING in ABOUT[about][1]
        page = BoundedPaginator(cases_shown(cases, shown, person, at), PER_PAGE).get_page(request.GET.get("page"))
        products = list(Product.objects.filter(is_active=True).order_by("code"))
        return self.page(
            request,
            "monitoring/case/queue.html",
            title=_("Warning cases"),
            rows=case_rows(page.object_list, at),
            page=page,
            tabs=queue_tabs(SHOWN, lambda name: cases_shown(cases, name, person, at), ended="closed"),
            beside=[
                (_("Measures"), page_url("monitoring_proposedmeasure_changelist")),
                (_("Snoozes"), page_url("monitoring_warningsnooze_changelist")),
            ],
            shown=shown,
            about=about,
            abouts=[(name, title) for name, (title, _topics) in ABOUT.items()],
            product=product,
            products=products,
            has_loans=has_loans,
            work=work_of([product] if product else products, at) if has_loans else None,
            ageing=ageing(cases, at),
            bands=[*(words for _days, words in AGES), LONGER],
            may_work=bool(set(topics_of(person)) & set(ABOUT[about][1])),
            page_timezone=product.timezone if product else "UTC",
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._case(request, self._view(request, number))

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Lock the most urgent free case and open it (POST)."""
        self._require_work(request)
        product = Product.objects.filter(code=request.POST.get("product", "")).first()
        _title, topics = ABOUT.get(request.POST.get("about", ""), ABOUT["all"])
        number = product.pk if product else None
        try:
            case = case_next(person=_person(request), at=timezone.now(), product_id=number, topics=topics)
        except CaseNotPermitted as error:
            messages.error(request, error_words(error))
            return redirect(page_url(QUEUE))
        if case is None:
            messages.info(request, _("No case is free: the queue is empty."))
            return redirect(page_url(QUEUE))
        return redirect(page_url(CASE, case.pk))

    def work_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Whatever an officer does with a case, as the button says (POST)."""
        self._require_work(request)
        view = self._view(request, object_id)
        name = request.POST.get("operation", "")
        if name in OPERATIONS:
            operation = OPERATIONS[name]
            said(request, str(operation.words), lambda: operation.apply(view, request.POST))
            if operation.leaves:
                return redirect(page_url(QUEUE))
        return redirect(page_url(CASE, object_id))

    def closing_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Agree to a closing, or return the case, as the second person (POST)."""
        if request.method != "POST" or not request.user.has_perm(CHECK_PERMISSION):
            raise PermissionDenied
        view = self._view(request, object_id)
        form = DecisionForm(request, request.POST)
        if not form.is_valid():
            return self._case(request, view, form)
        done = _("Closed.") if form.is_approved else _("Returned. Whoever asked sees your comment.")
        said(request, done, lambda: closing_decide(case=view.case, is_approved=form.is_approved, **form.word()))
        return redirect(page_url(CASE, object_id))

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """Closings as false that defaulted, by officer and branch; `?format=csv` for a file."""
        require(self.has_view_permission(request))
        found = report.report_of(request.GET.get("product", ""), timezone.now())
        if request.GET.get("format") == "csv":
            return csv_response("false-closings.csv", report.csv_lines(found))
        return self.page(
            request,
            "monitoring/case/false_closings.html",
            title=_("Closed as false, then defaulted"),
            crumbs=_crumbs(),
            report=found,
            products=Product.objects.filter(is_active=True).order_by("code"),
        )

    def _case(self, request: HttpRequest, view: CaseView, form: DecisionForm | None = None) -> HttpResponse:
        if form is None and view.may["second"]:
            form = DecisionForm(request, initial={"content_hash": view.content_hash})
        return self.page(
            request,
            "monitoring/case/case.html",
            title=case_title(view.case),
            crumbs=_crumbs(),
            view=view,
            case=view.case,
            warning=view.case.warning,
            may=view.may,
            form=form,
            outcomes=[(outcome.value, outcome.label) for outcome in OUTCOMES[Topic(view.case.topic)]],
            page_timezone=view.case.product.timezone,
        )

    def _view(self, request: HttpRequest, object_id: int) -> CaseView:
        require(self.has_view_permission(request))
        if not WarningCase.objects.filter(pk=object_id).exists():
            raise Http404
        return CaseView(case_read(object_id), _person(request), timezone.now())

    def _require_work(self, request: HttpRequest) -> None:
        if request.method != "POST" or not topics_of(_person(request)):
            raise PermissionDenied


def _about_of(person: User) -> str:
    """What a person sees at first: models and rules whoever works on nothing else."""
    topics = topics_of(person)
    return "product" if topics and set(topics) <= set(ON_PRODUCT) else "all"


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Warning cases"), page_url(QUEUE))]


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
