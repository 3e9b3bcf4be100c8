"""What answers where no view does: problem documents under API paths, pages with a reference elsewhere."""

from django.http import HttpRequest, HttpResponse

from riskengine.api.errors import RETRY_AFTER_SECONDS, problem
from riskengine.refusals import FAILED, OTHER_SESSION, WORDS, is_staff_page, page_alone, refusal_page

_API_PATHS = ("/api/", "/healthz", "/readyz")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(_API_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """400: refused before a view was found, such as a wrong Host header."""
    if _is_api(request):
        return problem(400, "malformed_request", "The request is malformed.")
    return page_alone(request, 400, WORDS[400])


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """403 raised outside the API's own views."""
    if _is_api(request):
        return problem(403, "not_permitted", "The caller may not do this.")
    if is_staff_page(request):
        return refusal_page(request, 403)
    return page_alone(request, 403, WORDS[403])


def csrf_failure(request: HttpRequest, **_reason: str) -> HttpResponse:
    """403: a form of another session, or none of ours; why is logged."""
    return page_alone(request, 403, OTHER_SESSION)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # as Django calls it
    """404: no such address."""
    if _is_api(request):
        return problem(404, "not_found", "There is nothing at this address.")
    if is_staff_page(request):
        return refusal_page(request, 404)
    return page_alone(request, 404, WORDS[404])


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault outside any API view, in a middleware for example: coded, and never 500 to a lending system."""
    if _is_api(request):
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return problem(503, "internal_fault", "Something failed on our side; it is logged.", headers=headers)
    return page_alone(request, 500, FAILED)
