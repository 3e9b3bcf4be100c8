"""Portraits in the admin: a customer as of a date, compared with another one, and the portraits kept."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.services.governed_live import governed_live
from lending.business_dates import business_date_end, business_date_of
from lending.models import Customer, Product
from riskengine.errors import RiskEngineError
from rules.admin.portraits.view import PortraitView
from rules.engine.segments import Placed
from rules.localised import language
from rules.services.portraits.customers import PlacedPortrait, portraits_placed
from rules.services.portraits.segments import segment_label
from scoring.models import PortraitSnapshot
from scoring.portraits.policy import KIND
from scoring.portraits.portrait import Portrait
from scoring.services.portraits.instruments import Instruments, instruments_live, instruments_pinned
from scoring.services.portraits.snapshots import snapshot_portrait, snapshot_verify

SEE_VALUES = "rules.view_decision"
"""Whoever may read the values of decisions may read those of portraits."""
MOST_POINTS = 12
MONTHS_BACK = 6
VERDICT_WORDS = {
    "same": gettext_lazy("Made again just now: it came out the same, byte for byte."),
    "differs": gettext_lazy(
        "Made again, it came out differently: somebody has since recorded what was known before, or a consent ended."
    ),
    "erased": gettext_lazy("The customer's data is erased: the portrait can be neither read nor made again."),
    "unavailable": gettext_lazy("It cannot be made again: what it was made with is gone."),
}


_DAY: dict[str, Any] = {
    "widget": forms.DateInput(attrs={"type": "date", "class": "rk-input"}),
    # Where a calendar ends, the end of its last day cannot be told in another time zone.
    "validators": [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
}


class DatesForm(forms.Form):
    """As of which day, and which earlier one to compare with."""

    date = forms.DateField(label=gettext_lazy("As of the end of"), **_DAY)
    before = forms.DateField(label=gettext_lazy("Beside the end of"), required=False, **_DAY)


class SegmentFilter(admin.SimpleListFilter):
    """Segments by their names, as many as portraits were kept in."""

    title = gettext_lazy("segment")
    parameter_name = "segment"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        codes = PortraitSnapshot.objects.order_by("segment").values_list("segment", flat=True).distinct()
        return [(code, _segment_words(code)) for code in codes]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[PortraitSnapshot]) -> QuerySet[PortraitSnapshot]:
        return queryset.filter(segment=self.value()) if self.value() else queryset


@admin.register(PortraitSnapshot)
class PortraitSnapshotAdmin(RecordPageAdmin):
    """Portraits kept, and the page that makes one of any customer as of any day."""

    list_display = ["number", "as_of", "segment_shown", "product_shown", "kept_at"]
    list_display_links = ["number"]
    list_filter = [SegmentFilter, "product_code", "as_of"]
    search_fields = ["=customer__id"]
    search_help_text = gettext_lazy("Customer number")
    list_select_related = ["customer"]
    date_hierarchy = "as_of"
    ordering = ["-as_of", "customer"]
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PortraitSnapshot]:
        names = Product.objects.filter(code=OuterRef("product_code")).values(f"name_{language()}")
        snapshots: QuerySet[PortraitSnapshot] = super().get_queryset(request)
        return snapshots.defer("sealed").annotate(product_name=Subquery(names[:1]))

    @admin.display(description=gettext_lazy("product"), ordering="product_code")
    def product_shown(self, snapshot: PortraitSnapshot) -> str:
        return getattr(snapshot, "product_name", None) or snapshot.product_code or "–"

    @admin.display(description=gettext_lazy("kept on"), ordering="taken_at")
    def kept_at(self, snapshot: PortraitSnapshot) -> datetime:
        return snapshot.taken_at

    @admin.display(description=gettext_lazy("customer"), ordering="customer")
    def number(self, snapshot: PortraitSnapshot) -> str:
        return str(snapshot.customer)

    @admin.display(description=gettext_lazy("segment"), ordering="segment")
    def segment_shown(self, snapshot: PortraitSnapshot) -> str:
        return _segment_words(snapshot.segment)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.customer_view)
        page = path("customer/<int:customer_id>/", view, name="scoring_portraitsnapshot_customer")
        return [page, *super().get_urls()]

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """A portrait as it was kept."""
        snapshot = get_object_or_404(PortraitSnapshot.objects.select_related("customer"), pk=number)
        verdict = snapshot_verify(snapshot) if "verify" in request.GET else ""
        context = {"snapshot": snapshot, "verdict": verdict, "verdict_words": VERDICT_WORDS.get(verdict, "")}
        try:
            portrait = snapshot_portrait(snapshot)
            instruments = instruments_pinned(
                catalogue_hash=snapshot.catalogue_hash,
                policy_hash=snapshot.policy_hash,
                product=snapshot.product_code,
                model_hash=snapshot.model_hash,
            )
        except RiskEngineError as error:
            return self._page(request, snapshot.customer, None, problem=error_words(error), **context)
        view = PortraitView(
            PlacedPortrait(portrait, Placed(snapshot.segment)),
            instruments,
            may_see_values=request.user.has_perm(SEE_VALUES),
        )
        return self._page(request, snapshot.customer, view, **context)

    def customer_view(self, request: HttpRequest, customer_id: int) -> HttpResponse:
        """A customer as of a day, worked out now."""
        require(request.user.has_perm("lending.view_customer"))
        customer = get_object_or_404(Customer, pk=customer_id)
        now = timezone.now()
        if customer.wrapped_key is None:
            return self._page(request, customer, None, problem=VERDICT_WORDS["erased"])
        try:
            instruments = instruments_live(now.astimezone(UTC).date())
            latest = portraits_placed([customer.pk], now, read_at=now, instruments=instruments)[0]
        except RiskEngineError as error:
            return self._page(request, customer, None, problem=error_words(error))
        zone = _zone(latest.portrait)
        heard_on = business_date_of(_heard_at(latest.portrait), zone)
        form = DatesForm(request.GET if "date" in request.GET else None, initial={"date": heard_on})
        day, before = heard_on, None
        if form.is_bound and form.is_valid():
            day, before = form.cleaned_data["date"], form.cleaned_data["before"]

        def as_of(on: date) -> PlacedPortrait:
            until = min(business_date_end(on, zone), now)
            return portraits_placed([customer.pk], until, read_at=now, instruments=instruments)[0]

        shown = as_of(day)
        view = PortraitView(
            shown,
            instruments,
            before=as_of(before) if before else None,
            history=_history(customer, shown.portrait, now, instruments, zone),
            may_see_values=request.user.has_perm(SEE_VALUES),
        )
        return self._page(request, customer, view, form=form, day=day, heard_on=heard_on, page_timezone=zone)

    def _page(
        self, request: HttpRequest, customer: Customer, view: PortraitView | None, **context: Any
    ) -> HttpResponse:
        kept = PortraitSnapshot.objects.filter(customer=customer).order_by("-as_of", "-taken_at")
        return self.page(
            request,
            "riskengine/portrait/page.html",
            title=_("Portrait of %(customer)s") % {"customer": customer},
            crumbs=[
                Crumb(_("Customers"), page_url("lending_customer_changelist")),
                Crumb(str(customer), page_url("lending_customer_change", customer.pk)),
            ],
            customer=customer,
            view=view,
            kept=kept.defer("sealed")[:MOST_POINTS] if self.has_view_permission(request) else [],
            **context,
        )


def _segment_words(code: str) -> str:
    live = governed_live(KIND, on=timezone.now().date())
    return segment_label(code, live.value if live else None)


def _zone(portrait: Portrait) -> str:
    found = Product.objects.filter(code=portrait.product).values_list("timezone", flat=True).first()
    return found or "UTC"


def _heard_at(portrait: Portrait) -> datetime:
    """When the last was heard of the customer; lists and windows are worked out anew every day and tell nothing new."""
    held = [item for one in portrait.dimensions for item in one.held]
    heard = [item.known_at for item in held if item.source not in ("velocity", "list")]
    return max(heard, default=portrait.as_of)


def _history(customer: Customer, shown: Portrait, now: datetime, instruments: Instruments, zone: str) -> list[Portrait]:
    """Portraits at the instants of those kept up to the one shown, else at the ends of the months before it; and it.

    All are worked out with today's instruments: a curve must not bend because the model changed.
    """
    kept = PortraitSnapshot.objects.filter(customer=customer, as_of__lt=shown.as_of).order_by("-as_of")
    instants = list(kept.values_list("as_of", flat=True).distinct()[: MOST_POINTS - 1])
    if len(instants) < 2:
        instants = _month_ends(shown.as_of, zone)
    made = [portraits_placed([customer.pk], at, read_at=now, instruments=instruments) for at in sorted(instants)]
    return [*(one[0].portrait for one in made if one), shown]


def _month_ends(before: datetime, zone: str) -> list[datetime]:
    first, ends = business_date_of(before, zone).replace(day=1), []
    for _number in range(MONTHS_BACK):
        last = first - timedelta(days=1)
        ends.append(business_date_end(last, zone))
        first = last.replace(day=1)
    return [end for end in ends if end < before]
