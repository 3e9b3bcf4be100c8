"""Refusals that staff read inside the product: why, and a way back; on addresses that only take forms too."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.admin.page import page_render
from riskengine.logs import reference_of

Words = tuple[str | Promise, str | Promise]
WORDS: dict[int, Words] = {
    400: (
        _("The request cannot be read"),
        _("The address or the form holds something that no page takes. Nothing was changed."),
    ),
    403: (
        _("You may not do this"),
        _(
            "Your role does not allow it, or the thing is not in a state that allows it. If you need it, ask an"
            " administrator."
        ),
    ),
    404: (_("There is no such page"), _("The address is mistyped, or what it showed is gone.")),
    405: (
        _("Nothing happened"),
        _(
            "This address only takes what a form sends. Nothing was changed. Open the page again and press its button"
            " there."
        ),
    ),
}
FAILED: Words = (
    _("Something failed on our side"),
    _(
        "It is recorded with the reference below. What you just sent may not have been saved: look before you send it"
        " again."
    ),
)
OTHER_SESSION: Words = (
    _("The form was not accepted"),
    _(
        "It was open for too long, or you have signed in anew since. Go back, load the page again and send it once"
        " more; your browser must accept cookies."
    ),
)
POSTED: Words = (
    _("Nothing happened"),
    _(
        "Your role does not allow this, or the address only takes what a form sends, as a button does. Nothing was"
        " changed. Open the page again, and press its button there."
    ),
)
ADMIN = "/admin/"
METHODS = ("GET", "HEAD", "POST")
"""What a browser sends. Django's own pages would answer any other as if it were GET."""


class RefusalMiddleware:
    """The admin answers METHODS alone, and its empty 405 becomes a page; status and the methods allowed stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN) and request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        response = self._get_response(request)
        if response.status_code != 405 or not is_staff_page(request):
            return response
        page = refusal_page(request, 405)
        page["Allow"] = response["Allow"]
        return page


def is_staff_page(request: HttpRequest) -> bool:
    """Whether a signed-in member of staff asked for a page of the admin."""
    user = getattr(request, "user", None)
    return request.path.startswith(ADMIN) and user is not None and user.is_active and admin.site.has_permission(request)


def refusal_page(request: HttpRequest, status: int) -> HttpResponse:
    """What was refused and why, in the frame, with the way back to where the reader came from.

    `status` is one of WORDS.
    """
    # Looked at rather than sent by a form: it may well be an address of forms, opened again after a new sign-in.
    title, words = POSTED if status == 403 and request.method == "GET" and _is_of_form(request) else WORDS[status]
    said: dict[str, Any] = {"words": words, "back": _came_from(request), "reference": reference_of(request)}
    response = page_render(admin.site, request, "riskengine/refused.html", title=str(title), **said)
    response.status_code = status
    return response.render()


def page_alone(request: HttpRequest, status: int, words: Words) -> HttpResponse:
    """A page for whoever it may be, in the language they ask for; it asks neither the database nor the session."""
    title, text = words
    said = {"title": title, "words": text, "back": _came_from(request), "reference": reference_of(request)}
    with translation.override(translation.get_language_from_request(request)):
        return HttpResponse(render_to_string("riskengine/stopped.html", said), status=status)


def _is_of_form(request: HttpRequest) -> bool:
    """Whether the address is one of a thing's own, below it: lists and pages of things end in numbers or names."""
    match = request.resolver_match
    named = match.url_name or "" if match else ""
    return not named.endswith(("_changelist", "_add", "_change", "_history", "_delete"))


def _came_from(request: HttpRequest) -> str:
    """The path of the page before, if it is another one of the admin; empty where it is not known."""
    try:
        before, host = urlsplit(request.headers.get("Referer", "")), request.get_host()
    except (SuspiciousOperation, ValueError):  # a host that is none of ours; an address that is none
        return ""
    is_ours = before.netloc == host and before.path.startswith(ADMIN) and before.path != request.path
    return before._replace(scheme="", netloc="", fragment="").geturl() if is_ours else ""
