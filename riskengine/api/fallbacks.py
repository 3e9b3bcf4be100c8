"""What answers where no view does: problem documents under API paths, Django's pages elsewhere."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from riskengine.api.errors import RETRY_AFTER_SECONDS, problem
from riskengine.refusals import is_staff_page, refusal_page

_API_PATHS = ("/api/", "/healthz", "/readyz")


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(_API_PATHS)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: refused before a view was found, such as a wrong Host header."""
    if _is_api(request):
        return problem(400, "malformed_request", "The request is malformed.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 raised outside the API's own views."""
    if _is_api(request):
        return problem(403, "not_permitted", "The caller may not do this.")
    if is_staff_page(request):
        return refusal_page(request, 403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address."""
    if _is_api(request):
        return problem(404, "not_found", "There is nothing at this address.")
    if is_staff_page(request):
        return refusal_page(request, 404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault outside any API view, in a middleware for example: coded, and never 500 to a lending system."""
    if _is_api(request):
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return problem(503, "internal_fault", "Something failed on our side; it is logged.", headers=headers)
    return defaults.server_error(request)
