"""Sources in the admin: added with what is sealed, and never shown again."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.page import Crumb, PageAdmin, page_url, require
from lending.admin.book_imports.forms import SourceForm
from lending.models import BookSource
from lending.services.book_imports.pulls import pull_states
from lending.services.book_imports.sources import source_save
from riskengine.errors import RiskEngineError

ADD = "lending.add_booksource"


@admin.register(BookSource)
class BookSourceAdmin(PageAdmin):
    """Databases and APIs that rows are fetched from."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the page that adds is `connect`

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        connect = self.admin_site.admin_view(self.connect)
        return [path("connect/", connect, name="lending_booksource_connect"), *super().get_urls()]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        return self.page(
            request,
            "riskengine/book/sources.html",
            title=_("Sources of the book"),
            rows=BookSource.objects.select_related("created_by").order_by("name"),
            can_add=request.user.has_perm(ADD),
            pulls=pull_states(timezone.now()),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """There is nothing more to see of a source than in the list."""
        return redirect(page_url("lending_booksource_changelist"))

    def connect(self, request: HttpRequest) -> HttpResponse:
        """Add a source."""
        require(request.user.has_perm(ADD))
        form = SourceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    source_save(**form.cleaned_data, by=staff(request), at=timezone.now())
                return redirect(page_url("lending_booksource_changelist"))
            except IntegrityError:
                messages.error(request, _("There is a source of this name."))
            except RiskEngineError as error:
                messages.error(request, error.message)
        return self.page(
            request,
            "riskengine/book/source_connect.html",
            title=_("Connect a source"),
            crumbs=[Crumb(_("Sources of the book"), page_url("lending_booksource_changelist"))],
            form=form,
        )
