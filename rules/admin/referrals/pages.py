"""The queue of referred applications, and the page of one: evidence, history, and the person's decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.models import User
from lending.models import Product
from riskengine.errors import RiskEngineError
from rules.admin.decisions.view import DecisionView
from rules.admin.queue import queue_tabs
from rules.admin.referrals.forms import ReferralForm, ReturnForm, problem_words
from rules.admin.referrals.rows import PER_PAGE, SHOWN, referral_rows, referrals_shown
from rules.admin.referrals.view import ReferralView
from rules.localised import language
from rules.models import Referral
from rules.services.referrals.errors import ProposalInvalid
from rules.services.referrals.work import (
    referral_claim,
    referral_confirm,
    referral_next,
    referral_propose,
    referral_release,
    referral_return,
    referral_take_over,
)
from rules.services.referrals.writing import WORK_PERMISSION, referral_read

CHANGES: dict[str, tuple[Callable[..., Referral], Any]] = {
    "claim": (referral_claim, gettext_lazy("The case is in work with you.")),
    "release": (referral_release, gettext_lazy("The case is free again.")),
    "take_over": (referral_take_over, gettext_lazy("You took the case over.")),
}


@admin.register(Referral)
class ReferralAdmin(RecordPageAdmin):
    """Applications that the policy sent to a person."""

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("next/", site.admin_view(self.next_view), name="rules_referral_next"),
            path("<int:object_id>/work/", site.admin_view(self.work_view), name="rules_referral_work"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The queue: what waits, the most urgent first, filtered by whose it is and by product."""
        at, person = timezone.now(), _person(request)
        shown = request.GET.get("show", "")
        shown = shown if shown in SHOWN else "free"
        product = Product.objects.filter(code=request.GET.get("product", "")).first()
        of_product: QuerySet[Referral] = Referral.objects.all()
        if product is not None:
            of_product = of_product.filter(product=product)
        page = Paginator(referrals_shown(of_product, shown, person, at), PER_PAGE).get_page(request.GET.get("page"))
        return self.page(
            request,
            "riskengine/referral/queue.html",
            title=_("Referred applications"),
            rows=referral_rows(list(page.object_list), at),
            page=page,
            tabs=queue_tabs(SHOWN, lambda name: referrals_shown(of_product, name, person, at), ended="decided"),
            shown=shown,
            product=product,
            products=Product.objects.filter(is_active=True).order_by("code"),
            may_work=request.user.has_perm(WORK_PERMISSION),
            page_timezone=product.timezone if product else "UTC",
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        return self._case(request, self._view(request, number))

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Lock the most urgent free case and open it (POST)."""
        self._require_work(request)
        product = Product.objects.filter(code=request.POST.get("product", "")).first()
        number = product.pk if product else None
        referral = referral_next(person=_person(request), at=timezone.now(), product_id=number)
        if referral is None:
            messages.info(request, _("No case is free: the queue is empty."))
            return redirect(page_url("rules_referral_changelist"))
        return redirect(page_url("rules_referral_change", referral.pk))

    def work_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Claim, release, take over, decide, confirm or return, as the button says (POST)."""
        self._require_work(request)
        view = self._view(request, object_id)
        operation = request.POST.get("operation", "")
        if operation == "decide":
            return self._decide(request, view)
        if operation in ("confirm", "return"):
            return self._second(request, view, operation)
        if operation in CHANGES:
            change, words = CHANGES[operation]
            self._try(request, lambda: change(referral=view.referral, person=view.user, at=view.at), words)
            if operation == "release":
                return redirect(page_url("rules_referral_changelist"))
        return redirect(page_url("rules_referral_change", object_id))

    def _decide(self, request: HttpRequest, view: ReferralView) -> HttpResponse:
        if view.case is None or not view.may["decide"]:
            messages.error(request, _("This case is not in work with you. Take it first."))
            return redirect(page_url("rules_referral_change", view.referral.pk))
        form = ReferralForm(view.case, view.referral.product.currency, request.POST)
        if not form.is_valid():
            return self._case(request, view, form=form)
        try:
            done = referral_propose(referral=view.referral, person=view.user, proposal=form.proposal(), at=view.at)
        except ProposalInvalid as error:
            form.add_problems(error)
            return self._case(request, view, form=form)
        except RiskEngineError as error:
            messages.error(request, error_words(error))
        else:
            messages.success(
                request,
                _("Decided. The outcome stands beside the decision and is on its way to the lender.")
                if done.state == Referral.State.DECIDED
                else _("Proposed. The amount or its terms are above your authority: a second person confirms."),
            )
        return redirect(page_url("rules_referral_change", view.referral.pk))

    def _second(self, request: HttpRequest, view: ReferralView, operation: str) -> HttpResponse:
        form = ReturnForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Read the proposal again before you decide on it."))
            return redirect(page_url("rules_referral_change", view.referral.pk))
        changes: dict[str, tuple[Callable[..., Referral], str]] = {
            "confirm": (referral_confirm, _("Confirmed. The outcome stands beside the decision.")),
            "return": (referral_return, _("Returned. Whoever proposed it sees your comment.")),
        }
        change, words = changes[operation]
        given = {"step": form.cleaned_data["step"], "note": form.cleaned_data["note"]}
        self._try(request, lambda: change(referral=view.referral, person=view.user, at=view.at, **given), words)
        return redirect(page_url("rules_referral_change", view.referral.pk))

    def _try(self, request: HttpRequest, change: Callable[[], object], words: Any) -> None:
        try:
            change()
        except ProposalInvalid as error:
            for problem, _field in problem_words(error):
                messages.error(request, problem)
        except RiskEngineError as error:
            messages.error(request, error_words(error))
        else:
            messages.success(request, words)

    def _case(self, request: HttpRequest, view: ReferralView, form: ReferralForm | None = None) -> HttpResponse:
        referral = view.referral
        if form is None and view.may["decide"] and view.case is not None:
            form = ReferralForm(view.case, referral.product.currency)
        return self.page(
            request,
            "riskengine/referral/case.html",
            title=referral.decision.application.external_id,
            crumbs=[Crumb(_("Referred applications"), page_url("rules_referral_changelist"))],
            case=view,
            referral=referral,
            decision=referral.decision,
            view=DecisionView(referral.decision),
            form=form,
            second=ReturnForm(initial={"step": view.proposed.pk}) if view.proposed else None,
            page_timezone=referral.product.timezone,
        )

    def _view(self, request: HttpRequest, object_id: int) -> ReferralView:
        require(self.has_view_permission(request))
        if not Referral.objects.filter(pk=object_id).exists():
            raise Http404
        return ReferralView(referral_read(object_id), _person(request), timezone.now(), language())

    def _require_work(self, request: HttpRequest) -> None:
        if request.method != "POST" or not request.user.has_perm(WORK_PERMISSION):
            raise PermissionDenied


def _person(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
