"""Pages that take larger files than others do: in memory, and only from who may send them."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]
FORM_BYTES = 64 * 1024
"""What a form's other fields take beside the file."""


class BoundedMemoryHandler(MemoryFileUploadHandler):
    """A file in memory up to a size of the page's own; a larger one is not read."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most = most

    def handle_raw_input(self, input_data: Any, meta: Any, content_length: int, *rest: Any) -> None:
        """Called with the length of the whole request before anything of it is read."""
        self.activated = content_length <= self._most + FORM_BYTES


def upload_view(site: AdminSite, view: View, *, permission: str, most: int) -> View:
    """`view` in the admin's frame, taking files of `most` bytes from who has `permission`; still under CSRF checks.

    The handler must be set before the body is read, which the check of the token does: so the outer function is
    exempt from it, and the admin's own wrapper inside makes it. `before_body` is called by the project's middleware.
    """
    inner = site.admin_view(view)

    @csrf_exempt
    def outer(request: HttpRequest, *arguments: Any, **options: Any) -> HttpResponse:
        return inner(request, *arguments, **options)

    def before_body(request: HttpRequest) -> None:
        if request.method == "POST" and request.user.has_perm(permission):
            request.upload_handlers = [BoundedMemoryHandler(request, most)]  # type: ignore[list-item]

    outer.before_body = before_body  # type: ignore[attr-defined]
    return outer
