"""What the pages without an account share: a strict policy for scripts, nothing kept by caches, calls counted."""

from typing import Any

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from monitoring.address_limits import wait_of
from monitoring.health.pictures import SHAPES
from monitoring.health.words import COLOUR_WORDS, REASONS
from rules.localised import language

POLICY = {"script-src": [NONE], "style-src": [SELF], "img-src": [SELF]}


def page(request: HttpRequest, template: str, status: int = 200, **context: Any) -> HttpResponse:
    """Render `monitoring/health/<template>`."""
    response = render(request, f"monitoring/health/{template}", context, status=status)
    response._csp_replace = POLICY  # type: ignore[attr-defined]
    response["Referrer-Policy"] = "strict-origin"  # addresses carry secrets; with none, forms say Origin: null
    add_never_cache_headers(response)
    return response


def refused(request: HttpRequest) -> HttpResponse | None:
    """The answer to an address that asks too often; None where it may pass."""
    wait = wait_of(request)
    if wait == 0.0:
        return None
    response = page(request, "too_often.html", status=429, seconds=int(wait) + 1)
    response["Retry-After"] = str(int(wait) + 1)
    return response


def colour_told(colour: str) -> dict[str, str]:
    """A colour with its shape and its word in both languages, and for the style sheet."""
    english, chinese = COLOUR_WORDS[colour]
    return {"code": colour, "css": colour.lower(), "shape": SHAPES[colour], "en": english, "zh": chinese}


def reasons_words(codes: list[str] | tuple[str, ...]) -> list[str]:
    """The reasons in the reader's language."""
    place = 1 if language() == "zh" else 0
    return [REASONS[code][place] for code in codes]
