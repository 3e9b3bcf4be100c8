"""Endpoints of the editor: a JSON body in, a JSON answer out; every refusal coded and in the reader's language."""

import re
from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext as _

from audit.admin.error_words import error_words
from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted, RiskEngineError, Unavailable
from rules.admin.error_words import problems_of
from rules.admin.versions.base import VersionPageAdmin
from rules.admin.versions.view import VersionView

T = TypeVar("T")
Answer = Callable[[HttpRequest, VersionView], dict[str, Any]]
Endpoint = Callable[[VersionPageAdmin, HttpRequest, int], HttpResponse]
STATUSES: tuple[tuple[type[RiskEngineError], int], ...] = (
    (InvalidInput, 422),
    (Conflict, 409),
    (NotPermitted, 403),
    (NotFound, 404),
    (Unavailable, 503),
)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class BodyInvalid(InvalidInput):
    """The body of a request to an editor's endpoint is not what it takes."""

    code = "body_invalid"


def endpoint(method: Literal["GET", "POST"]) -> Callable[[Answer], Endpoint]:
    """A view of a draft from a function of request and version; only for people who may edit drafts at all."""

    def wrap(answer: Answer) -> Endpoint:
        def view(_page: VersionPageAdmin, request: HttpRequest, version_id: int) -> HttpResponse:
            if not request.user.has_perm("rules.change_rulesetversion"):
                return refused(NotPermitted(_("Your account may not edit rules.")))
            if request.method != method:
                return HttpResponseNotAllowed([method])
            try:
                return JsonResponse(answer(request, VersionView.of(request, version_id)))
            except RiskEngineError as error:
                return refused(error)

        return view

    return wrap


def body_of(request: HttpRequest, kind: type[T]) -> T:
    """The body as `kind`. Raises BodyInvalid: not JSON, too large or too deep, a NUL, another shape."""
    try:
        body = request.body
    except RequestDataTooBig:
        raise BodyInvalid(_("This is too large to be sent at once.")) from None
    if _NUL.search(body):
        raise BodyInvalid(_("A text contains a character that cannot be stored."))
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BodyInvalid(_("The request could not be read: %(detail)s") % {"detail": str(error)[:200]}) from None


def refused(error: RiskEngineError) -> JsonResponse:
    """The answer for an error: `code`, `message` in the reader's language, `problems`, and its other facts."""
    status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
    message = error.message if isinstance(error, BodyInvalid) or type(error) is NotPermitted else error_words(error)
    facts = {name: value for name, value in error.facts.items() if name != "problems"}
    return JsonResponse(
        {**facts, "code": error.code, "message": message, "problems": problems_of(error)}, status=status
    )
