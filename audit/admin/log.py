"""The audit log as staff see it: entries with their place under a signature, and a verification on demand."""

import json
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from audit.admin.base import RecordAdmin
from audit.admin.log_filters import choices_of, entries_chosen, filter_choices
from audit.admin.page import page_render
from audit.event_words import Actor, actors_named, event_words
from audit.models import AuditEntry, Checkpoint
from audit.object_pages import object_words, page_of
from audit.services.verification import log_verify

# About ten seconds of work for the web process; more is for `manage.py verify_audit`.
MOST_ENTRIES = 200_000
ON_A_PAGE = 50


@admin.register(AuditEntry)
class AuditEntryAdmin(RecordAdmin):
    """What happened, newest first."""

    fields = ["recorded", "kind_words", "object_name", "actor_name", "details", "leaf_text", "place", "seal_text"]
    readonly_fields = [
        "recorded",
        "kind_words",
        "object_name",
        "actor_name",
        "details",
        "leaf_text",
        "place",
        "seal_text",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        entries: QuerySet[AuditEntry] = super().get_queryset(request).select_related("leaf")
        newest = Checkpoint.objects.order_by("-tree_size").values("tree_size")[:1]
        return entries.annotate(signed_size=Coalesce(Subquery(newest), 0))

    def changelist_view(  # type: ignore[override]  # the theme narrows what Django allows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Pages follow each other by entry, not by number: the log is too long to be counted each time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        chosen = choices_of(request.GET)
        found = entries_chosen(self.get_queryset(request).order_by("-id"), chosen)
        before = request.GET.get("before", "")
        entries = list((found.filter(pk__lt=int(before)) if before.isdecimal() else found)[: ON_A_PAGE + 1])
        shown = entries[:ON_A_PAGE]
        names = actors_named({entry.actor for entry in shown}, linked=request.user.has_perm("audit.view_user"))
        return page_render(
            self.admin_site,
            request,
            "riskengine/audit_log.html",
            title=gettext("Audit log"),
            rows=[self._row(entry, names[entry.actor]) for entry in shown],
            older=f"{urlencode(chosen)}&before={shown[-1].pk}" if len(entries) > ON_A_PAGE else "",
            is_newest=not before,
            chosen=chosen,
            **filter_choices(),
        )

    def _row(self, entry: AuditEntry, actor: Actor) -> dict[str, Any]:
        return {
            "entry": entry,
            "words": event_words(entry.kind),
            "object": object_words(entry.object_type, entry.object_id),
            "url": page_of(entry.object_type, entry.object_id),
            "actor": actor,
            "seal": self.seal_text(entry),
            "is_signed": _is_signed(entry),
        }

    @admin.display(description=_("recorded"))
    def recorded(self, entry: AuditEntry) -> str:
        return f"{entry.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    @admin.display(description=_("what happened"))
    def kind_words(self, entry: AuditEntry) -> str:
        return f"{event_words(entry.kind)} ({entry.kind})"

    @admin.display(description=_("object"))
    def object_name(self, entry: AuditEntry) -> str:
        words, page = object_words(entry.object_type, entry.object_id), page_of(entry.object_type, entry.object_id)
        return format_html('<a href="{}" class="font-medium text-primary-700">{}</a>', page, words) if page else words

    @admin.display(description=_("who"))
    def actor_name(self, entry: AuditEntry) -> str:
        return f"{actors_named([entry.actor], linked=False)[entry.actor].words} ({entry.actor})"

    @admin.display(description=_("details"))
    def details(self, entry: AuditEntry) -> str:
        text = json.dumps(entry.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', text)

    @admin.display(description=_("leaf hash"))
    def leaf_text(self, entry: AuditEntry) -> str:
        return bytes(entry.leaf_hash).hex()

    @admin.display(description=_("place in the tree"))
    def place(self, entry: AuditEntry) -> str:
        position = _position(entry)
        return "–" if position is None else str(position)

    @admin.display(description=_("signature"))
    def seal_text(self, entry: AuditEntry) -> str:
        return gettext("signed") if _is_signed(entry) else gettext("within a minute")


@admin.register(Checkpoint)
class CheckpointAdmin(RecordAdmin):
    """Signed statements over the log; each is also a file outside the database."""

    list_display = ["tree_size", "signed_at", "key_id", "root"]
    ordering = ["-tree_size"]
    empty_words = _("Once a minute the entries of the log are signed together; each signature is listed here.")
    fields = ["tree_size", "signed_at", "key_id", "root", "signature_text"]
    readonly_fields = ["root", "signature_text"]
    actions_list = ["verify_now"]  # type: ignore[assignment]  # unfold infers an empty tuple

    @admin.display(description=_("root hash"))
    def root(self, checkpoint: Checkpoint) -> str:
        return bytes(checkpoint.root_hash).hex()

    @admin.display(description=_("signature"))
    def signature_text(self, checkpoint: Checkpoint) -> str:
        return bytes(checkpoint.signature).hex()

    @action(description=_("Verify the log now"), url_path="verify", icon="verified")  # type: ignore[arg-type, operator]
    def verify_now(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Recompute every hash and root. Reads only, so a link may start it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        back = redirect("admin:audit_checkpoint_changelist")
        if _signed_size() > MOST_ENTRIES:
            words = gettext("The log is too long for this page: run “manage.py verify_audit” on the server.")
            self.message_user(request, words, messages.WARNING)
            return back
        report = log_verify()
        counts = {"entries": report.entries, "checkpoints": report.checkpoints, "findings": len(report.findings)}
        if report.is_sound:
            words = gettext("Sound: %(entries)d entries under %(checkpoints)d checkpoints, stored and exported.")
            words %= counts
            self.message_user(request, words, messages.SUCCESS)
        else:
            words = gettext("NOT SOUND: %(findings)d findings in %(entries)d entries.") % counts
            self.message_user(request, f"{words} {report.findings[0].message}", messages.ERROR)
        return back


def _position(entry: AuditEntry) -> int | None:
    leaf = getattr(entry, "leaf", None)
    return None if leaf is None else leaf.position


def _is_signed(entry: AuditEntry) -> bool:
    position = _position(entry)
    return position is not None and position < getattr(entry, "signed_size", 0)


def _signed_size() -> int:
    return Checkpoint.objects.order_by("-tree_size").values_list("tree_size", flat=True).first() or 0
