"""Every request for approval and what became of it; decisions are made on the page of the thing itself."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.admin.base import RecordAdmin, labelled
from audit.models import Approval
from audit.object_pages import object_words, page_of

COLOURS = {"PENDING": "warning", "APPROVED": "success", "REJECTED": "danger", "VOID": "info"}


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Who asked, who checked, of which content."""

    list_display = ["object_name", "state_name", "maker", "requested_at", "checker", "decided_at", "effective_from"]
    list_filter = ["state", "object_type"]
    list_select_related = ["maker", "checker"]
    search_fields = ["=object_id", "object_type", "content_hash", "maker__username", "checker__username"]
    ordering = ["-requested_at"]
    list_display_links = ["requested_at"]

    @admin.display(description=_("object"), ordering="object_type")
    def object_name(self, approval: Approval) -> str:
        words = object_words(approval.object_type, approval.object_id)
        page = page_of(approval.object_type, approval.object_id)
        return format_html('<a href="{}" class="font-medium text-primary-700">{}</a>', page, words) if page else words

    @labelled(_("state"), COLOURS, ordering="state")
    def state_name(self, approval: Approval) -> tuple[str, str]:
        return approval.state, approval.get_state_display()
