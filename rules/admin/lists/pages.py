"""Black, white and grey lists in the admin: found by filter or by identifier, proposed here, approved by others."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.deciding import said
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.models import Approval
from lending.identifiers import UnusableIdentifierError
from lending.models import Dimension, ListEntry, ListKind
from lending.services.lists import OBJECT_TYPE, list_entry_end, list_entry_propose, list_entry_withdraw
from lending.vault import blind_index
from riskengine.errors import RiskEngineError
from rules.admin.lists import approval_views as list_approval_views
from rules.admin.lists import import_views as list_import_views
from rules.admin.lists.forms import EndForm, EntryForm, SearchForm
from rules.services.list_hits import list_hits

PAGE_ROWS = 50
EXPIRING = timedelta(days=30)
STATES = ("waiting", "in_force", "expiring", "past")


@admin.register(ListEntry)
class ListEntryAdmin(PageAdmin):
    """Entries of lists. They change only through their services."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def address(route: str, view: Any, name: str) -> URLPattern:
            def wrapped(request: HttpRequest, **arguments: Any) -> HttpResponse:
                require(self.has_view_permission(request))
                if name in ("withdraw", "end") and request.method in ("GET", "HEAD"):
                    return redirect(page_url("lending_listentry_change", arguments["entry_id"]))
                response: HttpResponse = view(request, **arguments)
                return response

            return path(route, self.admin_site.admin_view(wrapped), name=f"lending_listentry_{name}")

        def module(view: Any) -> Any:
            return lambda request, **arguments: view(self, request, **arguments)

        return [
            address("search/", self.search_view, "search"),
            address("approve/", module(list_approval_views.approve), "approve"),
            address("import/", module(list_import_views.upload), "import"),
            address("import/<int:batch_id>/", module(list_import_views.preview), "preview"),
            address("import/<int:batch_id>/confirm/", module(list_import_views.confirm), "confirm"),
            address("import/<int:batch_id>/discard/", module(list_import_views.discard), "discard"),
            address("import/<int:batch_id>/rejects.csv", module(list_import_views.rejects), "rejects"),
            address("<int:entry_id>/withdraw/", self.withdraw_view, "withdraw"),
            address("<int:entry_id>/end/", self.end_view, "end"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        at, chosen = (
            timezone.now(),
            {name: request.GET.get(name, "") for name in ("kind", "dimension", "state", "source")},
        )
        entries = _filtered(ListEntry.objects.all(), chosen, at)
        return self._list_page(request, entries, at, chosen=chosen)

    def _list_page(
        self, request: HttpRequest, entries: QuerySet[ListEntry], at: datetime, *, chosen: dict[str, str], **more: Any
    ) -> HttpResponse:
        page = Paginator(entries.select_related("proposed_by").order_by("-recorded_at", "-pk"), PAGE_ROWS).get_page(
            request.GET.get("page")
        )
        asked = _pending([entry.pk for entry in page])
        rows = [
            {"entry": entry, "standing": standing(entry, at), "approval": asked.get(str(entry.pk))} for entry in page
        ]
        query = request.GET.copy()
        query.pop("page", None)
        context = {
            "rows": rows,
            "page": page,
            "query": query.urlencode(),
            "chosen": chosen,
            "filters": _filters(),
            "search": more.pop("search", SearchForm()),
            "may_add": request.user.has_perm("lending.add_listentry"),
            "may_check": request.user.has_perm("audit.check_approval"),
            **more,
        }
        return self.page(request, "riskengine/lists/list.html", title=_("Lists"), **context)

    def search_view(self, request: HttpRequest) -> HttpResponse:
        """Entries with a typed identifier. Only ever posted: an address is kept in logs, what is typed is not."""
        if request.method != "POST":
            return redirect(page_url("lending_listentry_changelist"))
        form, at, wanted = SearchForm(request.POST), timezone.now(), Q(pk=0)
        if form.is_valid():
            for dimension in [form.cleaned_data["dimension"]] if form.cleaned_data["dimension"] else Dimension.values:
                try:
                    wanted |= Q(dimension=dimension, blind_index=blind_index(dimension, form.cleaned_data["value"]))
                except UnusableIdentifierError:
                    continue
        return self._list_page(
            request, ListEntry.objects.filter(wanted), at, chosen={}, search=SearchForm(), is_search=True
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        require(request.user.has_perm("lending.add_listentry"))
        at = timezone.now()
        form = EntryForm(request.POST or None, at=at)
        if request.method == "POST" and form.is_valid() and form.content is not None:
            try:
                entry = list_entry_propose(content=form.content, maker=request.user, at=at)  # type: ignore[arg-type]
            except RiskEngineError as error:
                form.add_error(None, error_words(error))
            else:
                messages.success(request, _("Proposed. It counts for nothing until somebody else approves it."))
                return redirect(page_url("lending_listentry_change", entry.pk))
        return self.page(request, "riskengine/lists/form.html", title=_("Add an entry"), crumbs=[crumb()], form=form)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        entries = ListEntry.objects.select_related("proposed_by", "batch")
        entry = get_object_or_404(entries, pk=number)
        at, user = timezone.now(), request.user
        history = Approval.objects.filter(object_type=OBJECT_TYPE, object_id=str(entry.pk)).select_related(
            "maker", "checker"
        )
        pending = next((found for found in history if found.state == Approval.State.PENDING), None)
        may_add = user.has_perm("lending.add_listentry")
        return self.page(
            request,
            "riskengine/lists/entry.html",
            title=str(entry),
            crumbs=[crumb()],
            entry=entry,
            standing=standing(entry, at),
            history=history.order_by("-pk"),
            pending=pending,
            hits=list_hits([(entry.dimension, bytes(entry.blind_index))]),
            end_form=EndForm(),
            may={
                "check": pending is not None and user.has_perm("audit.check_approval") and pending.maker_id != user.pk,
                "withdraw": pending is not None and pending.maker_id == user.pk,
                "end": may_add and entry.state == ListEntry.State.EFFECTIVE and pending is None,
            },
        )

    def withdraw_view(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        entry = self._posted(request, entry_id)
        withdraw = partial(list_entry_withdraw, entry=entry, maker=staff(request), at=timezone.now())
        said(request, _("Taken back. Nothing changes."), withdraw)
        return redirect(page_url("lending_listentry_change", entry.pk))

    def end_view(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        entry, form = self._posted(request, entry_id), EndForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Say why it shall end."))
            return redirect(page_url("lending_listentry_change", entry.pk))
        end = partial(
            list_entry_end, entry=entry, maker=staff(request), at=timezone.now(), comment=form.cleaned_data["comment"]
        )
        said(request, _("Asked for. It stays in force until somebody else approves its end."), end)
        return redirect(page_url("lending_listentry_change", entry.pk))

    def _posted(self, request: HttpRequest, entry_id: int) -> ListEntry:
        if request.method != "POST" or not request.user.has_perm("lending.add_listentry"):
            raise PermissionDenied
        return get_object_or_404(ListEntry, pk=entry_id)


def crumb() -> Crumb:
    """The way back to the lists."""
    return Crumb(_("Lists"), page_url("lending_listentry_changelist"))


def standing(entry: ListEntry, at: datetime) -> dict[str, str]:
    """Where an entry stands at an instant: words and the tone of a badge."""
    if entry.state != ListEntry.State.EFFECTIVE:
        tone = "warn" if entry.state == ListEntry.State.PROPOSED else "plain"
        return {"words": entry.get_state_display(), "tone": tone}
    if entry.from_at > at:
        return {"words": _("Approved, starts later"), "tone": "info"}
    if entry.until_at is not None and entry.until_at <= at:
        return {"words": _("Expired"), "tone": "plain"}
    return {"words": _("In force"), "tone": "bad" if entry.kind == ListKind.BLACK else "good"}


def _filtered(entries: QuerySet[ListEntry], chosen: dict[str, str], at: datetime) -> QuerySet[ListEntry]:
    for name in ("kind", "dimension", "source"):
        if chosen[name]:
            entries = entries.filter(**{name: chosen[name]})
    in_force = Q(state=ListEntry.State.EFFECTIVE, from_at__lte=at) & (Q(until_at__isnull=True) | Q(until_at__gt=at))
    states = {
        "waiting": Q(state=ListEntry.State.PROPOSED) | Q(pk__in=[int(pk) for pk in _pending() if pk.isdecimal()]),
        "in_force": in_force,
        "expiring": in_force & Q(until_at__lte=at + EXPIRING),
        "past": ~in_force & ~Q(state=ListEntry.State.PROPOSED),
    }
    return entries.filter(states[chosen["state"]]) if chosen["state"] in states else entries


def _pending(ids: list[int] | None = None) -> dict[str, Approval]:
    asked = Approval.objects.filter(object_type=OBJECT_TYPE, state=Approval.State.PENDING).select_related("maker")
    if ids is not None:
        asked = asked.filter(object_id__in=[str(pk) for pk in ids])
    return {approval.object_id: approval for approval in asked}


def _filters() -> list[dict[str, Any]]:
    words = {
        "waiting": _("Waiting for approval"),
        "in_force": _("In force"),
        "expiring": _("Expires within 30 days"),
        "past": _("Rejected, withdrawn, ended or expired"),
    }
    sources = ListEntry.objects.order_by("source").values_list("source", flat=True).distinct()[:100]
    return [
        {"name": "kind", "label": _("List"), "choices": ListKind.choices},
        {"name": "dimension", "label": _("Dimension"), "choices": Dimension.choices},
        {"name": "state", "label": _("Standing"), "choices": [(name, words[name]) for name in STATES]},
        {"name": "source", "label": _("Source"), "choices": [(source, source) for source in sources]},
    ]
