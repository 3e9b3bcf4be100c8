"""Health codes in the admin: how many of each colour, and one customer's code with all that belongs to it."""

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import refusal_words, staff
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.paging import BoundedPaginator
from audit.admin.widgets import area_widget, select_widget
from audit.moments import moment_words
from lending.models import Customer
from monitoring.admin.health_decisions import override_state
from monitoring.admin.health_handing import handing_page
from monitoring.admin.health_words import code_told, colour_told, strip_told
from monitoring.health.pictures import qr_svg
from monitoring.models import HealthCode, HealthColour, HealthDispute, HealthDue, HealthScan, HealthShare
from monitoring.services.health.current import code_shown
from monitoring.services.health.links import HAND_PERMISSION
from monitoring.services.health.overrides import ASK_PERMISSION, LONGEST, override_ask
from monitoring.services.health.shares import share_require_open
from monitoring.views.health_holder import picture_response, reference_address
from monitoring.views.health_page import reasons_words
from riskengine.errors import RiskEngineError

PER_PAGE = 50
SHOWN = 50


class OverrideForm(forms.Form):
    """A colour for a while, and why."""

    colour = forms.ChoiceField(label=gettext_lazy("Colour"), choices=HealthColour.choices, widget=select_widget())
    until = forms.DateTimeField(
        label=gettext_lazy("Until (UTC)"),
        widget=forms.DateTimeInput(attrs={"class": "rk-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, without names"),
        min_length=10,
        max_length=2_000,
        widget=area_widget(3),
    )

    def clean_until(self) -> datetime:
        until: datetime = self.cleaned_data["until"]
        now = timezone.now()
        if not now < until <= now + LONGEST:
            words = _("The end lies in the future and within %(days)d days, until %(last)s at the latest.")
            last = moment_words(now + LONGEST)
            raise forms.ValidationError(words % {"days": LONGEST.days, "last": last})
        return until


@admin.register(HealthCode)
class HealthCodeAdmin(PageAdmin):
    """Colours of customers."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        name = "monitoring_healthcode"
        return [
            path("customer/<int:customer_id>/", view(self.customer_view), name=f"{name}_customer"),
            path("customer/<int:customer_id>/hand-over/", view(self.handing_view), name=f"{name}_handing"),
            path("share/<int:share_id>.<str:form>", view(self.picture_view), name=f"{name}_picture"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """How many of each colour; the customers of one; what is due and disputed."""
        codes = HealthCode.objects.filter(is_current=True)
        counts = dict(codes.values_list("colour").annotate(n=Count("pk")).order_by())
        colour = request.GET.get("colour", "")
        number = request.GET.get("q", "").strip().lstrip("Cc")
        if colour in HealthColour.values:
            codes = codes.filter(colour=colour)
        if number.isascii() and number.isdecimal():
            codes = codes.filter(customer=int(number[:15]))
        # As they were written: a million codes of one review are not sorted for a page.
        found = BoundedPaginator(codes.select_related("customer").order_by("-pk"), PER_PAGE)
        rows = found.get_page(request.GET.get("p"))
        waiting = HealthDue.objects.filter(done_at=None).select_related("customer").order_by("due_at", "pk")
        now = timezone.now()
        return self.page(
            request,
            "monitoring/health/admin/overview.html",
            title=_("Health codes"),
            colours=[{**colour_told(value), "count": counts.get(value, 0)} for value in HealthColour.values],
            total=sum(counts.values()),
            chosen=colour,
            query=request.GET.get("q", ""),
            rows=[code_told(code) for code in rows],
            pages=rows,
            due=[{"due": due, "is_late": due.due_at < now} for due in waiting[:SHOWN]],
            due_count=waiting.count(),
            disputes=HealthDispute.objects.exclude(state=HealthDispute.State.ANSWERED).count(),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """A row of the history is shown on its customer's page."""
        code = get_object_or_404(HealthCode, pk=number)
        return redirect(page_url("monitoring_healthcode_customer", code.customer_id))

    def customer_view(self, request: HttpRequest, customer_id: int) -> HttpResponse:
        """One customer: code, QR code of an open share, reasons, history, shares, scans, disputes, overrides."""
        require(self.has_view_permission(request))
        customer = get_object_or_404(Customer, pk=customer_id)
        now = timezone.now()
        may_ask = request.user.has_perm(ASK_PERMISSION)
        form = OverrideForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            require(may_ask)
            if form.is_valid() and self._asked(request, customer, form):
                return redirect(page_url("monitoring_healthcode_customer", customer.pk))
        shown = code_shown(customer, now)
        history = list(HealthCode.objects.filter(customer=customer).order_by("-as_of", "-pk")[:SHOWN])
        shares = HealthShare.objects.filter(customer=customer).select_related("recipient").order_by("-pk")
        open_ = shares.filter(used_at=None, revoked_at=None, expires_at__gt=now).first()
        reference = reference_address(request, open_) if open_ else ""
        return self.page(
            request,
            "monitoring/health/admin/customer.html",
            title=_("Health code of %(customer)s") % {"customer": customer},
            crumbs=[Crumb(_("Health codes"), page_url("monitoring_healthcode_changelist"))],
            customer=customer,
            shown=shown,
            colour=colour_told(shown.colour),
            reasons=reasons_words(shown.reasons),
            inputs=shown.code.inputs if shown.code else {},
            history=[code_told(code) for code in history],
            strip=strip_told(history, now),
            shares=shares[:SHOWN],
            now=now,
            open_share=open_,
            reference=reference,
            picture=qr_svg(reference) if reference else "",
            may_hand=request.user.has_perm(HAND_PERMISSION),
            scans=HealthScan.objects.filter(share__customer=customer)
            .select_related("share__recipient")
            .order_by("-pk")[:SHOWN],
            disputes=customer.health_disputes.order_by("-pk")[:SHOWN],
            overrides=[
                {"row": row, "state": override_state(row)}
                for row in customer.health_overrides.select_related("approval").order_by("-pk")[:SHOWN]
            ],
            due=HealthDue.objects.filter(customer=customer, done_at=None).first(),
            form=form if may_ask else None,
            longest=LONGEST.days,
        )

    def handing_view(self, request: HttpRequest, customer_id: int) -> HttpResponse:
        """A link for the holder who stands here; how they were known is noted."""
        require(request.user.has_perm(HAND_PERMISSION))
        return handing_page(self, request, get_object_or_404(Customer, pk=customer_id))

    def picture_view(self, request: HttpRequest, share_id: int, form: str) -> HttpResponse:
        """The QR code of an open share as a file, for the holder."""
        require(self.has_view_permission(request))
        share = get_object_or_404(HealthShare.objects.select_related("customer"), pk=share_id)
        if form not in ("svg", "png"):
            raise Http404
        try:
            share_require_open(share, timezone.now())
        except RiskEngineError:
            raise Http404 from None
        return picture_response(reference_address(request, share), "", form)

    def _asked(self, request: HttpRequest, customer: Customer, form: OverrideForm) -> bool:
        data = form.cleaned_data
        try:
            override_ask(customer=customer, maker=staff(request), at=timezone.now(), **data)
        except RiskEngineError as error:
            messages.error(request, refusal_words(error))
            return False
        messages.success(request, _("Asked for. It counts once a checker approves it."))
        return True
