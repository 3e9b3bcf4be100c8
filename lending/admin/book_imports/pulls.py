"""Fetching by schedule, as the page of a mapping sets it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import staff
from audit.admin.error_words import error_words
from audit.admin.page import page_url
from lending.models import BookMapping, BookPull, BookSource, Product
from lending.services.book_imports.pulls import pull_set, zone_usual
from riskengine.errors import RiskEngineError

SET = "lending.add_bookimport"
INPUT = {"class": "rk-input"}


class PullForm(forms.Form):
    """From where, how often, and whether at all."""

    source = forms.ModelChoiceField(
        label=gettext_lazy("Source"), queryset=BookSource.objects.none(), widget=forms.Select({"class": "rk-select"})
    )
    every = forms.IntegerField(
        label=gettext_lazy("Every"), min_value=1, max_value=31, initial=1, widget=forms.NumberInput(INPUT)
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Hours or days"),
        choices=BookPull.Unit.choices,
        initial=BookPull.Unit.DAYS,
        widget=forms.Select({"class": "rk-select"}),
    )
    at = forms.TimeField(
        label=gettext_lazy("At"), initial="02:00", widget=forms.TimeInput({**INPUT, "type": "time"}, "%H:%M")
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), initial=zone_usual, widget=forms.Select({"class": "rk-select"})
    )
    is_on = forms.BooleanField(label=gettext_lazy("Switched on"), required=False, initial=True)

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.fields["source"].queryset = BookSource.objects.order_by("name")  # type: ignore[attr-defined]
        zones = {"UTC", *Product.objects.values_list("timezone", flat=True)}
        self.fields["zone"].choices = [(zone, zone) for zone in sorted(zones)]  # type: ignore[attr-defined]


def pull_offered(request: HttpRequest, mapping: BookMapping) -> bool:
    """Only with a column that only grows, and where there is a source."""
    return (
        request.user.has_perm(SET) and bool(mapping.document.get("watermark")) and BookSource.objects.exists()
    )  # fmt: skip


def pull_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Set when a source is fetched from, as the form of the mapping's page says."""
    if not request.user.has_perm(SET):
        raise PermissionDenied
    mapping = get_object_or_404(BookMapping, pk=pk)
    form = PullForm(request.POST or None)
    if request.method == "POST":
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        else:
            try:
                pull_set(mapping=mapping, by=staff(request), now=timezone.now(), **form.cleaned_data)
                messages.success(request, _("Set."))
            except RiskEngineError as error:
                messages.error(request, error_words(error))
    return redirect(page_url("lending_bookmapping_change", pk))
