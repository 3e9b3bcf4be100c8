"""The holder's own page: their colour and why, whom they show it to, who looked, and how to object."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lending.models import Customer
from monitoring.health.pictures import qr_png, qr_svg
from monitoring.health.purposes import PURPOSES, HealthPurposeRefused
from monitoring.models import HealthDispute, HealthRecipient, HealthScan, HealthShare
from monitoring.services.health.current import code_shown
from monitoring.services.health.disputes import DisputeInvalid, DisputeOpenAlready, dispute_open, dispute_words
from monitoring.services.health.links import VISIT, LinkNotValid, link_open
from monitoring.services.health.shares import (
    PurposeNotOfRecipient,
    ShareClosed,
    SharesTooMany,
    share_revoke,
    share_start,
    share_token,
)
from monitoring.views.health_page import colour_told, page, reasons_words, refused
from riskengine.errors import RiskEngineError

SESSION = "health_holder"
ACTOR = "holder"
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The link: a button opens it once, so that no preview of a message uses it up."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    if request.method != "POST":
        return page(request, "enter.html")
    now = timezone.now()
    try:
        link = link_open(secret=secret, at=now)
    except LinkNotValid:
        return page(request, "enter.html", status=403, is_over=True)
    request.session.cycle_key()
    request.session[SESSION] = {"customer": link.customer_id, "until": (now + VISIT).isoformat()}
    return redirect("health-holder")


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The page, and what the holder starts from it: a share, a dispute, an appeal."""
    customer = _holder(request)
    if customer is None:
        return page(request, "enter.html", status=403, is_over=True)
    now, problem = timezone.now(), ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "share":
                return _started(request, customer, now)
            _object(request, customer, now)
            return redirect("health-holder")
        except RiskEngineError as error:
            problem = _problem_words(error)
    shown = code_shown(customer, now)
    shares = HealthShare.objects.filter(customer=customer).select_related("recipient").order_by("-pk")[:SHOWN]
    scans = HealthScan.objects.filter(share__customer=customer).select_related("share__recipient")
    return page(
        request,
        "mine.html",
        status=422 if problem else 200,
        problem=problem,
        colour=colour_told(shown.colour),
        reasons=reasons_words(shown.reasons),
        shown=shown,
        shares=[{"share": share, "is_open": _is_open(share, now)} for share in shares],
        scans=scans.order_by("-pk")[:SHOWN],
        disputes=[_told(dispute) for dispute in customer.health_disputes.order_by("-pk")[:SHOWN]],
        recipients=HealthRecipient.objects.filter(ended_at=None).order_by("name"),
        purposes=PURPOSES,
        subjects=HealthDispute.Subject.choices,
        kinds=HealthDispute.Kind.choices,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, share_id: int) -> HttpResponse:
    """A share with a fresh QR code; posted, it is taken back."""
    customer = _holder(request)
    if customer is None:
        return page(request, "enter.html", status=403, is_over=True)
    found = _share(customer, share_id)
    try:
        if request.method == "POST":
            share_revoke(share=found, actor=ACTOR, at=timezone.now())
            return redirect("health-holder")
        return _share_page(request, found)
    except RiskEngineError:
        return redirect("health-holder")


@require_http_methods(["GET", "HEAD"])
def picture(request: HttpRequest, share_id: int, form: str) -> HttpResponse:
    """The QR code of a share as a file, svg or png."""
    customer = _holder(request)
    if customer is None or form not in ("svg", "png"):
        raise Http404
    found, now = _share(customer, share_id), timezone.now()
    try:
        text, colour = _address(request, share_token(share=found, at=now)), code_shown(customer, now).colour
    except ShareClosed:
        raise Http404 from None
    return picture_response(text, colour, form)


def picture_response(text: str, colour: str, form: str) -> HttpResponse:
    """A QR code to keep, svg or png."""
    body = qr_png(text, colour) if form == "png" else qr_svg(text, colour)
    kind = "image/png" if form == "png" else "image/svg+xml"
    headers = {"Content-Disposition": f'attachment; filename="health-code.{form}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)


def _holder(request: HttpRequest) -> Customer | None:
    visit = request.session.get(SESSION)
    if not visit or datetime.fromisoformat(visit["until"]) <= timezone.now():
        return None
    return Customer.objects.filter(pk=visit["customer"], wrapped_key__isnull=False).first()


def _share(customer: Customer, share_id: int) -> HealthShare:
    return get_object_or_404(HealthShare.objects.select_related("recipient"), pk=share_id, customer=customer)


def _started(request: HttpRequest, customer: Customer, now: datetime) -> HttpResponse:
    recipient, purpose = request.POST.get("recipient", ""), request.POST.get("purpose", "")
    made, code = share_start(customer=customer, recipient_code=recipient, purpose=purpose, actor=ACTOR, at=now)
    return _share_page(request, made, code)


def _share_page(request: HttpRequest, found: HealthShare, code: str = "") -> HttpResponse:
    now = timezone.now()
    colour = code_shown(found.customer, now).colour
    try:
        picture = qr_svg(_address(request, share_token(share=found, at=now)), colour)
    except ShareClosed:
        raise
    except RiskEngineError:  # no review yet, or no key: it opens online by its code all the same
        picture = ""
    return page(request, "share.html", share=found, code=code, picture=picture, colour=colour_told(colour))


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("health-verify")) + f"?c={token}"


def _object(request: HttpRequest, customer: Customer, now: datetime) -> None:
    dispute_open(
        customer=customer,
        kind=request.POST.get("kind", ""),
        subject=request.POST.get("subject", ""),
        text=request.POST.get("text", ""),
        channel=HealthDispute.Channel.PAGE,
        actor=ACTOR,
        at=now,
    )


def _told(dispute: HealthDispute) -> dict[str, Any]:
    said, answer = dispute_words(dispute)
    is_answered = dispute.state == HealthDispute.State.ANSWERED
    return {"dispute": dispute, "said": said, "answer": answer if is_answered else ""}


def _is_open(share: HealthShare, now: datetime) -> bool:
    return share.used_at is None and share.revoked_at is None and share.expires_at > now


def _problem_words(error: RiskEngineError) -> str:
    words = {
        HealthPurposeRefused: _("A health code may never be a condition of employment, housing or travel."),
        PurposeNotOfRecipient: _("This recipient is not registered for this purpose."),
        SharesTooMany: _("There are too many open shares. Take some back first."),
        DisputeOpenAlready: _("One of this kind is open already; it is answered first."),
        DisputeInvalid: _("Say what is wrong in 5 to 2,000 characters."),
    }
    return words.get(type(error), _("This could not be done. Try again."))
