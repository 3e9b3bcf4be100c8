"""Every request for approval and what became of it; decisions are made on the page of the thing itself."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin.base import RecordAdmin, labelled
from audit.admin.evidence import evidence_table
from audit.models import Approval
from audit.object_pages import object_words, page_of, type_words

COLOURS = {"PENDING": "warning", "APPROVED": "success", "REJECTED": "danger", "VOID": "info"}


class ObjectTypeFilter(admin.SimpleListFilter):
    """Approvals of one kind of object, called as people call it."""

    title = _("object type")
    parameter_name = "object_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        types = Approval.objects.order_by("object_type").values_list("object_type", flat=True).distinct()
        return [(name, type_words(name)) for name in types]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Approval]) -> QuerySet[Approval]:
        return queryset.filter(object_type=self.value()) if self.value() else queryset


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Who asked, who checked, of which content."""

    list_display = ["object_name", "state_name", "maker", "requested_at", "checker", "decided_at", "effective_from"]
    list_filter = ["state", ObjectTypeFilter]
    list_select_related = ["maker", "checker"]
    search_fields = ["=object_id", "object_type", "content_hash", "maker__username", "checker__username"]
    ordering = ["-requested_at"]
    list_display_links = ["requested_at"]
    readonly_fields = ["object_name", "state_words", "evidence_words"]
    fields = [
        *("object_name", "state_words", "content_hash", "effective_from", "evidence_words"),
        *("maker", "requested_at", "request_comment", "checker", "decided_at", "decision_comment"),
    ]

    @admin.display(description=_("object"), ordering="object_type")
    def object_name(self, approval: Approval) -> str:
        words = object_words(approval.object_type, approval.object_id)
        page = page_of(approval.object_type, approval.object_id)
        return format_html('<a href="{}" class="font-medium text-primary-700">{}</a>', page, words) if page else words

    @labelled(_("state"), COLOURS, ordering="state")
    def state_name(self, approval: Approval) -> tuple[str, str]:
        return approval.state, approval.get_state_display()

    @admin.display(description=_("state"))
    def state_words(self, approval: Approval) -> str:
        return approval.get_state_display()

    @admin.display(description=_("evidence"))
    def evidence_words(self, approval: Approval) -> SafeString | str:
        return evidence_table(approval.evidence)
