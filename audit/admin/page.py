"""Pages of our own inside the admin: rendered without the theme's Alpine, under a policy without unsafe-eval."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from csp.constants import SELF
from django.contrib.admin import AdminSite, ShowFacets
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from unfold.admin import ModelAdmin

from audit.admin.paging import BoundedPaginator

STRICT_SCRIPTS = {"script-src": [SELF]}


class Crumb(NamedTuple):
    """A step on the way to a page."""

    title: str
    url: str


class PageAdmin(ModelAdmin):
    """A ModelAdmin whose pages are written by us. Nothing is ever deleted from the admin.

    Nobody sees `list_page` and `row_page` without the permission to view.
    """

    paginator = BoundedPaginator
    show_facets = ShowFacets.NEVER  # as in RecordAdmin

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def list_page(self, request: HttpRequest) -> HttpResponse:
        """The list under the name of what it lists, not under what one could do with it."""
        return super().changelist_view(request, {"title": capfirst(str(self.opts.verbose_name_plural))})

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """The page of a row; 0 is the number of none."""
        return super().change_view(request, str(number))

    def changelist_view(  # type: ignore[override]  # the theme narrows what Django allows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        require(self.has_view_permission(request))
        return self.list_page(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        require(self.has_view_permission(request))
        return self.row_page(request, int(object_id) if object_id.isdecimal() else 0)

    def page(
        self, request: HttpRequest, template: str, *, title: str, crumbs: Sequence[Crumb] = (), **context: Any
    ) -> TemplateResponse:
        """Render `templates/<template>` in the frame."""
        return page_render(self.admin_site, request, template, title=title, crumbs=crumbs, **context)


class RecordPageAdmin(PageAdmin):
    """Pages of what services make: nobody adds or changes it in a form of Django's."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def page_render(
    site: AdminSite,
    request: HttpRequest,
    template: str,
    *,
    title: str,
    crumbs: Sequence[Crumb] = (),
    **context: Any,
) -> TemplateResponse:
    """A page of our own with the frame's context and the strict policy for scripts."""
    request.current_app = site.name  # type: ignore[attr-defined]
    response = TemplateResponse(
        request, template, {**site.each_context(request), "title": title, "crumbs": crumbs, **context}
    )
    response._csp_replace = STRICT_SCRIPTS  # type: ignore[attr-defined]
    return response


def page_url(name: str, *arguments: object) -> str:
    """The address of an admin page by its URL name."""
    return reverse(f"admin:{name}", args=arguments)


def require(is_allowed: bool) -> None:
    """Raises PermissionDenied."""
    if not is_allowed:
        raise PermissionDenied
