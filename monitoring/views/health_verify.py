"""The page on which anybody's share is verified by its recipient, on a telephone too."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from monitoring.health.purposes import PURPOSES
from monitoring.models import HealthScan
from monitoring.services.health.verification import UNKNOWN, share_verify
from monitoring.views.health_page import colour_told, page, refused

LONGEST = 600


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form, filled from the QR code's address; posted, the answer. Opening it uses nothing up."""
    if request.method != "POST":
        return page(request, "verify.html", code=request.GET.get("c", "")[:LONGEST])
    refusal = refused(request)
    if refusal is not None:
        return refusal
    code, access_code = request.POST.get("code", "")[:LONGEST], request.POST.get("access_code", "")[:100]
    if not code.strip() or not access_code.strip() or "\x00" in code + access_code:
        return page(request, "verify.html", status=422, code=code, problem=_("Fill in both."))
    verdict = share_verify(code=code, access_code=access_code, channel="PAGE", at=timezone.now())
    titles = {purpose.code: purpose.title for purpose in PURPOSES}
    return page(
        request,
        "verify.html",
        code="",
        verdict=verdict,
        colour=colour_told(verdict.colour) if verdict.colour else None,
        purpose=titles.get(verdict.purpose, ""),
        refusal=_refusal_words(verdict.result),
    )


def _refusal_words(result: str) -> str:
    if result == UNKNOWN:
        return _("This is not a health code of ours. Somebody may have made it up or changed it.")
    return {
        HealthScan.Result.USED: _("This share was looked at before. Ask the holder for a new one."),
        HealthScan.Result.EXPIRED: _("This share has expired. Ask the holder for a new one."),
        HealthScan.Result.REVOKED: _("The holder took this share back."),
        HealthScan.Result.SUPERSEDED: _("The code changed since this was made. Ask the holder for a new one."),
        HealthScan.Result.WRONG_RECIPIENT: _("This share is for another recipient, or the access code is wrong."),
        HealthScan.Result.BAD_TOKEN: _("This is not genuine: it was altered, or signed by somebody else."),
    }.get(HealthScan.Result(result), "")
