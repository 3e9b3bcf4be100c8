"""Handing a holder their link in person: who they are is checked first, and who handed it over is on record."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import refusal_words, staff
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.admin.widgets import select_widget
from lending.models import Customer
from monitoring.health.pictures import qr_svg
from monitoring.health.purposes import PURPOSES
from monitoring.models import HealthLink, HealthRecipient
from monitoring.services.health.links import link_hand_over
from monitoring.views.holder_messages import link_address
from riskengine.errors import RiskEngineError


class HandingForm(forms.Form):
    """How the holder was known, and who asks to see their code, if anybody does."""

    identity = forms.ChoiceField(
        label=gettext_lazy("Identity check"),
        help_text=gettext_lazy("What you looked at to know that this is the holder; it is on record."),
        choices=[("", "–"), *HealthLink.Identity.choices],
        widget=select_widget(),
    )
    recipient = forms.ModelChoiceField(
        label=gettext_lazy("Who asks to see the code"),
        help_text=gettext_lazy("Empty: the holder chooses on their page to whom to show it, and for what."),
        queryset=HealthRecipient.objects.filter(ended_at=None).order_by("name"),
        to_field_name="code",
        required=False,
        empty_label="–",
        widget=select_widget(),
    )
    purpose = forms.ChoiceField(
        label=gettext_lazy("For what"),
        choices=[("", "–"), *((purpose.code, purpose.title) for purpose in PURPOSES)],
        required=False,
        widget=select_widget(),
    )


def handing_page(admin: PageAdmin, request: HttpRequest, customer: Customer) -> HttpResponse:
    """The form; posted, the link with its QR code, shown this once."""
    form, shown = HandingForm(request.POST if request.method == "POST" else None), {}
    if request.method == "POST" and form.is_valid():
        try:
            shown = _handed(request, customer, form.cleaned_data)
        except RiskEngineError as error:
            messages.error(request, refusal_words(error))
    above = (Crumb(_("Health codes"), page_url("monitoring_healthcode_changelist")),)
    response = admin.page(
        request,
        "monitoring/health/admin/handing.html",
        title=_("Hand %(customer)s a link") % {"customer": customer},
        crumbs=[*above, Crumb(str(customer), page_url("monitoring_healthcode_customer", customer.pk))],
        customer=customer,
        form=None if shown else form,
        **shown,
    )
    response["Cache-Control"] = "no-store"
    return response


def _handed(request: HttpRequest, customer: Customer, data: dict[str, Any]) -> dict[str, Any]:
    recipient = data["recipient"]
    link, secret = link_hand_over(
        customer=customer,
        staff=staff(request),
        identity=data["identity"],
        recipient_code=recipient.code if recipient else "",
        purpose=data["purpose"],
        at=timezone.now(),
    )
    address = link_address(request, secret)
    return {"link": link, "address": address, "picture": qr_svg(address)}
