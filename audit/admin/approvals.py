"""The checker's desk: what waits for whom, and what became of it; each is decided on the page of the thing itself."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import RecordAdmin, staff
from audit.admin.evidence import evidence_table
from audit.admin.page import page_render
from audit.models import Approval, User
from audit.object_pages import decide_page_of, object_words, page_of, telling_of, type_words
from audit.services.approvals import CHECK_PERMISSION

TONES = {"PENDING": "warn", "APPROVED": "good", "REJECTED": "bad", "VOID": "plain"}
DECIDED_ON_A_PAGE = 30


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """Who asked, who checked, of which content."""

    readonly_fields = ["object_name", "state_words", "evidence_words"]
    fields = [
        *("object_name", "state_words", "content_hash", "effective_from", "evidence_words"),
        *("maker", "requested_at", "request_comment", "checker", "decided_at", "decision_comment"),
    ]

    def changelist_view(  # type: ignore[override]  # the theme narrows what Django allows
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = staff(request)
        chosen = {name: request.GET.get(name, "") for name in ("type", "state")}
        found = _filtered(chosen)
        waiting = found.filter(state=Approval.State.PENDING).order_by("requested_at")
        may_check = user.has_perm(CHECK_PERMISSION)
        decided = found.exclude(state=Approval.State.PENDING).order_by("-decided_at", "-pk")
        page = Paginator(decided, DECIDED_ON_A_PAGE).get_page(request.GET.get("page"))
        return page_render(
            self.admin_site,
            request,
            "riskengine/approvals.html",
            title=_("Approvals"),
            for_me=[_row(approval, user) for approval in waiting if may_check and not _is_mine(approval, user)],
            mine=[_row(approval, user) for approval in waiting if _is_mine(approval, user)],
            of_others=[_row(approval, user) for approval in waiting if not may_check and not _is_mine(approval, user)],
            decided=[_row(approval, user) for approval in page],
            page=page,
            may_check=may_check,
            chosen=chosen,
            states=Approval.State.choices,
            types=_types(),
        )

    @admin.display(description=gettext_lazy("object"))
    def object_name(self, approval: Approval) -> str:
        words = object_words(approval.object_type, approval.object_id)
        page = page_of(approval.object_type, approval.object_id)
        return format_html('<a href="{}" class="font-medium text-primary-700">{}</a>', page, words) if page else words

    @admin.display(description=gettext_lazy("state"))
    def state_words(self, approval: Approval) -> str:
        return approval.get_state_display()

    @admin.display(description=gettext_lazy("evidence"))
    def evidence_words(self, approval: Approval) -> SafeString | str:
        return evidence_table(approval.evidence, telling_of(approval.object_type, approval.object_id))


def _filtered(chosen: dict[str, str]) -> QuerySet[Approval]:
    found = Approval.objects.select_related("maker", "checker")
    if chosen["type"]:
        found = found.filter(object_type=chosen["type"])
    if chosen["state"] in Approval.State.values:
        found = found.filter(state=chosen["state"])
    return found


def _types() -> list[tuple[str, str]]:
    types = Approval.objects.order_by("object_type").values_list("object_type", flat=True).distinct()
    return sorted(((name, type_words(name)) for name in types), key=lambda pair: pair[1])


def _is_mine(approval: Approval, user: User) -> bool:
    return approval.maker_id == user.pk or approval.maker.person_id == user.person_id


def _row(approval: Approval, user: User) -> dict[str, Any]:
    decides = approval.state == Approval.State.PENDING and user.has_perm(CHECK_PERMISSION)
    where = decide_page_of if decides and not _is_mine(approval, user) else page_of
    return {
        "approval": approval,
        "type": type_words(approval.object_type),
        "object": object_words(approval.object_type, approval.object_id),
        "url": where(approval.object_type, approval.object_id),
        "tone": TONES[approval.state],
        "has_started": approval.effective_from is not None and approval.effective_from <= timezone.now(),
    }
