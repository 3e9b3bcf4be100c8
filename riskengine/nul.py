"""No NUL and no endless number reaches a page: PostgreSQL cannot store the one, Python does not read the other.

A page given one would fail instead of refusing it. What a number in an address names is not there: 404.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

_ENDLESS: Final = re.compile(r"\d{1000}")
"""Well below the 4,300 digits from which `int` raises ValueError; no number here has a thousand."""


class NulMiddleware:
    """Answers 400 to a NUL or an endless number in the parameters of a page of the admin or the fields of its forms."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, _arguments: Any, _named: Any) -> None:
        """Raises SuspiciousOperation, Http404. A JSON body is no form: who reads it looks for itself.

        This is where a form is read first: a view that has to say before how, says it in its `before_body`.
        """
        if hasattr(view, "before_body"):
            view.before_body(request)
        match = request.resolver_match
        if match is None or "admin" not in match.namespaces:
            return
        if _ENDLESS.search(request.path):
            raise Http404
        given = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any("\x00" in text or _ENDLESS.search(text) for fields in given for text in _texts(fields)):
            raise SuspiciousOperation("A NUL or an endless number among the parameters.")


def _texts(given: QueryDict) -> Iterator[str]:
    for name, values in given.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))
