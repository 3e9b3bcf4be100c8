"""The holder's own page: their colour and why, whom they show it to, who looked, and how to object."""

from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lending.models import Customer
from monitoring.health.pictures import qr_png, qr_svg
from monitoring.health.purposes import PURPOSES, HealthPurposeRefused
from monitoring.models import HealthDispute, HealthLink, HealthRecipient, HealthScan, HealthShare
from monitoring.services.health.current import code_shown, policy_now
from monitoring.services.health.disputes import DisputeInvalid, DisputeOpenAlready, dispute_open, dispute_words
from monitoring.services.health.links import VISIT, LinkNotValid, link_open
from monitoring.services.health.recipients import PurposeNotOfRecipient
from monitoring.services.health.shares import (
    ACTOR,
    ShareClosed,
    SharesTooMany,
    share_reference,
    share_require_open,
    share_revoke,
    share_start,
    share_token,
)
from monitoring.verifier.verify_health_code import LONGEST_LIFE
from monitoring.views.health_page import colour_told, page, reasons_words, refused
from riskengine.errors import RiskEngineError

SESSION = "health_holder"
SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """The link: a button opens it once, so that no preview of a message uses it up.

    Not in a browser where staff are signed in: who hands a link over does not open it.
    """
    refusal = refused(request)
    if refusal is not None:
        return refusal
    if request.user.is_authenticated:
        return page(request, "enter.html", status=403, is_staff=True)
    if request.method != "POST":
        return page(request, "enter.html")
    now = timezone.now()
    try:
        link = link_open(secret=secret, at=now)
    except LinkNotValid:
        return page(request, "enter.html", status=403, is_over=True)
    request.session.cycle_key()
    request.session[SESSION] = {"link": link.pk, "until": (now + VISIT).isoformat()}
    return redirect("health-holder")


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The page, and what the holder starts from it: a share, a dispute, an appeal."""
    link = _holder(request)
    if link is None:
        return page(request, "enter.html", status=403, is_over=True)
    customer, now, problem = link.customer, timezone.now(), ""
    if request.method == "POST":
        if any("\x00" in value for value in request.POST.values()):
            raise SuspiciousOperation("A NUL in a form.")  # the database keeps none
        try:
            if request.POST.get("do") == "share":
                return _started(request, link, now)
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
        asked=link if link.recipient_id and not link.shares.exists() and link.expires_at > now else None,
        share_hours=policy_now(now).share_hours,
        recipients=HealthRecipient.objects.filter(ended_at=None).order_by("name"),
        purposes=PURPOSES,
        subjects=HealthDispute.Subject.choices,
        kinds=HealthDispute.Kind.choices,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, share_id: int) -> HttpResponse:
    """A share with its QR code, or with one that says the colour offline (?offline=1); posted, it is taken back."""
    link = _holder(request)
    if link is None:
        return page(request, "enter.html", status=403, is_over=True)
    found = _share(link.customer, share_id)
    try:
        if request.method == "POST":
            share_revoke(share=found, actor=ACTOR, at=timezone.now())
            return redirect("health-holder")
        return _share_page(request, found)
    except RiskEngineError:
        return redirect("health-holder")


@require_http_methods(["GET", "HEAD"])
def picture(request: HttpRequest, share_id: int, form: str) -> HttpResponse:
    """The QR code of a share as a file, svg or png: a reference, or the colour itself (?offline=1)."""
    link = _holder(request)
    if link is None or form not in ("svg", "png"):
        raise Http404
    try:
        text, colour = _shown_as(request, _share(link.customer, share_id), timezone.now())
    except RiskEngineError:
        raise Http404 from None
    return picture_response(text, colour, form)


def picture_response(text: str, colour: str, form: str) -> HttpResponse:
    """A QR code to keep, svg or png."""
    body = qr_png(text, colour) if form == "png" else qr_svg(text, colour)
    kind = "image/png" if form == "png" else "image/svg+xml"
    headers = {"Content-Disposition": f'attachment; filename="health-code.{form}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type=kind, headers=headers)


def reference_address(request: HttpRequest, share: HealthShare) -> str:
    """What the QR code for the recipient says: the verifying page, with a reference that tells nothing by itself."""
    return _address(request, share_reference(share))


def _holder(request: HttpRequest) -> HealthLink | None:
    """The link whose opening this browser's visit is."""
    visit = request.session.get(SESSION)
    if not visit or "link" not in visit or datetime.fromisoformat(visit["until"]) <= timezone.now():
        return None
    links = HealthLink.objects.select_related("customer", "recipient")
    return links.filter(pk=visit["link"], customer__wrapped_key__isnull=False).first()


def _share(customer: Customer, share_id: int) -> HealthShare:
    return get_object_or_404(HealthShare.objects.select_related("recipient"), pk=share_id, customer=customer)


def _started(request: HttpRequest, link: HealthLink, now: datetime) -> HttpResponse:
    recipient, purpose = request.POST.get("recipient", ""), request.POST.get("purpose", "")
    made, code = share_start(link=link, recipient_code=recipient, purpose=purpose, at=now)
    return _share_page(request, made, code)


def _share_page(request: HttpRequest, found: HealthShare, code: str = "") -> HttpResponse:
    now = timezone.now()
    try:
        text, colour = _shown_as(request, found, now)
    except ShareClosed:
        raise
    except RiskEngineError:  # no review yet, or no key signs: it opens online all the same
        text, colour = "", ""
    return page(
        request,
        "share.html",
        share=found,
        code=code,
        picture=qr_svg(text, colour) if text else "",
        text=text.partition("?c=")[2] if colour else text,
        until=min(now + LONGEST_LIFE, found.expires_at) if colour else found.expires_at,
        is_offline="offline" in request.GET,
        colour=colour_told(colour) if colour else None,
    )


def _shown_as(request: HttpRequest, found: HealthShare, now: datetime) -> tuple[str, str]:
    """What the QR code says, and the colour painted below it: none where it is a reference."""
    share_require_open(found, now)
    if "offline" not in request.GET:
        return reference_address(request, found), ""
    return _address(request, share_token(share=found, at=now)), code_shown(found.customer, now).colour


def _address(request: HttpRequest, text: str) -> str:
    return request.build_absolute_uri(reverse("health-verify")) + f"?c={text}"


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
