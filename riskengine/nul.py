"""No NUL reaches a query: PostgreSQL cannot store one, and a page given one would fail instead of refusing it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict


class NulMiddleware:
    """Answers 400 to a NUL in the parameters of a page of the admin or in the fields of its forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _arguments: Any, _named: Any) -> None:
        """Raises SuspiciousOperation. A JSON body is no form: who reads it looks for itself.

        This is where a form is read first: a view that has to say before how, says it in its `before_body`.
        """
        if hasattr(view, "before_body"):
            view.before_body(request)
        match = request.resolver_match
        is_page = match is not None and "admin" in match.namespaces
        if is_page and (_has_nul(request.GET) or (request.method == "POST" and _has_nul(request.POST))):
            raise SuspiciousOperation("A NUL among the parameters.")


def _has_nul(given: QueryDict) -> bool:
    return any("\x00" in name or any("\x00" in value for value in values) for name, values in given.lists())
