"""Every request for approval and what became of it; decisions are made on the page of the thing itself."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audit.admin.base import RecordAdmin, labelled
from audit.models import Approval

COLOURS = {"PENDING": "warning", "APPROVED": "success", "REJECTED": "danger", "VOID": "info"}


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Who asked, who checked, of which content."""

    list_display = ["object_name", "state_name", "maker", "requested_at", "checker", "decided_at", "effective_from"]
    list_filter = ["state", "object_type"]
    list_select_related = ["maker", "checker"]
    search_fields = ["=object_id", "object_type", "content_hash", "maker__username", "checker__username"]
    ordering = ["-requested_at"]

    @admin.display(description=_("object"), ordering="object_type")
    def object_name(self, approval: Approval) -> str:
        return f"{approval.object_type} {approval.object_id}"

    @labelled(_("state"), COLOURS, ordering="state")
    def state_name(self, approval: Approval) -> tuple[str, str]:
        return approval.state, approval.get_state_display()
