"""What a member of staff sees first: what is live, what waits, what happened last."""

from typing import Any

from django.http import HttpRequest


def start_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's first page."""
    return context
