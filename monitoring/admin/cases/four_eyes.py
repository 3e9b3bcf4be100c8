"""The pages on which a second person decides on a snooze or on a measure; the lists of both."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit.admin.deciding import decided
from audit.admin.decision_form import DecisionForm
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.models import Approval
from audit.services.approvals import CHECK_PERMISSION, approval_pending
from monitoring.admin.cases.words import about_words, snooze_title
from monitoring.models import ProposedMeasure, WarningSnooze
from monitoring.services.cases import measures, snoozes
from monitoring.services.cases.letters import notice_of
from monitoring.services.cases.writing import RELATED, words_read
from rules.admin.letter_page import letter_page

PER_PAGE = 50


class SecondPersonAdmin(RecordPageAdmin):
    """A list, and a page on which somebody else than the maker approves or rejects."""

    object_type: str
    template: str
    list_template: str

    def list_title(self) -> str:
        """What the list is called."""
        raise NotImplementedError

    def title(self, thing: Any) -> str:
        """What the page of one is called."""
        raise NotImplementedError

    def rows(self) -> Any:
        """What the list shows."""
        raise NotImplementedError

    def decision(self, thing: Any) -> tuple[str, Callable[..., object], str]:
        """(content hash, service, name of its argument) of what waits."""
        raise NotImplementedError

    def words(self, thing: Any) -> dict[str, Any]:
        """What the page says beside the row."""
        raise NotImplementedError

    def list_page(self, request: HttpRequest) -> HttpResponse:
        page = Paginator(self.rows(), PER_PAGE).get_page(request.GET.get("page"))
        return self.page(request, self.list_template, title=self.list_title(), crumbs=_crumbs(), page=page)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        thing = get_object_or_404(self.rows(), pk=number)
        pending = approval_pending(object_type=self.object_type, object_id=str(thing.pk))
        checks = request.user.has_perm(CHECK_PERMISSION)
        is_own = pending is not None and pending.maker_id == request.user.pk
        content_hash, _service, _name = self.decision(thing)
        form = DecisionForm(request, request.POST or None, initial={"content_hash": content_hash})
        if request.method == "POST":
            if not checks or is_own:
                raise PermissionDenied
            if self._decided(request, thing, form):
                return redirect(request.path)
        return self.page(
            request,
            self.template,
            title=self.title(thing),
            crumbs=_crumbs(),
            row=thing,
            approval=_last(self.object_type, thing.pk),
            form=form if pending and checks and not is_own else None,
            is_own=is_own and checks,
            **self.words(thing),
        )

    def _decided(self, request: HttpRequest, thing: Any, form: DecisionForm) -> bool:
        _hash, service, name = self.decision(thing)
        return decided(request, form, partial(service, **{name: thing}), _("Approved: it counts from now on."))


@admin.register(WarningSnooze)
class WarningSnoozeAdmin(SecondPersonAdmin):
    """Cases left alone for a time."""

    object_type = snoozes.OBJECT_TYPE
    template = "monitoring/case/snooze.html"
    list_template = "monitoring/case/snoozes.html"

    def list_title(self) -> str:
        return _("Snoozed cases")

    def title(self, thing: WarningSnooze) -> str:
        return snooze_title(thing)

    def rows(self) -> Any:
        related = [f"{way}__{what}" for way in ("warning__case", "case") for what in RELATED]
        rows = WarningSnooze.objects.select_related(*related, "asked_by", "approval__checker")
        return rows.order_by("-asked_at", "-pk")

    def decision(self, thing: WarningSnooze) -> tuple[str, Callable[..., object], str]:
        return snoozes.snooze_hash(thing), snoozes.snooze_decide, "snooze"

    def words(self, thing: WarningSnooze) -> dict[str, Any]:
        case = thing.about_case
        return {"reason": words_read(case, thing.reason), "page_timezone": case.product.timezone}


@admin.register(ProposedMeasure)
class ProposedMeasureAdmin(SecondPersonAdmin):
    """What was proposed on cases, and what became of it."""

    object_type = measures.OBJECT_TYPE
    template = "monitoring/case/measure.html"
    list_template = "monitoring/case/measures.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.letter_view)
        return [path("<int:object_id>/letter/", view, name="monitoring_proposedmeasure_letter"), *super().get_urls()]

    def list_title(self) -> str:
        return _("Proposed measures")

    def title(self, thing: ProposedMeasure) -> str:
        return f"{thing.get_measure_display()} · {about_words(thing.case)}"

    def rows(self) -> Any:
        related = ("case__warning__loan__product", "case__warning__customer", "case__product", "decided_by")
        rows = ProposedMeasure.objects.select_related(*related, "done_by", "approval__checker")
        return rows.order_by("-proposed_at", "-pk")

    def decision(self, thing: ProposedMeasure) -> tuple[str, Callable[..., object], str]:
        return measures.measure_hash(thing), measures.measure_decide, "measure"

    def words(self, thing: ProposedMeasure) -> dict[str, Any]:
        return {"page_timezone": thing.case.product.timezone}

    def letter_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The notice in `?language=`, or the reader's own, with links that are not printed."""
        require(self.has_view_permission(request))
        measure = get_object_or_404(self.rows(), pk=object_id)
        back = page_url("monitoring_warningcase_change", measure.case_id)
        return letter_page(request, partial(notice_of, measure), back=back, back_title=_("Back to the case"))


def _last(object_type: str, number: int) -> Approval | None:
    asked = Approval.objects.filter(object_type=object_type, object_id=str(number))
    return asked.select_related("maker", "checker").order_by("-pk").first()


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Warning cases"), page_url("monitoring_warningcase_changelist"))]
