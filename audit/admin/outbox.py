"""What waits to be delivered, and what was set aside after failing too often."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.admin.base import RecordAdmin, labelled, staff
from audit.models import OutboxMessage
from audit.services.log import actor_user
from audit.services.outbox import message_redeliver

STATES = {"parked": _("parked"), "delivered": _("delivered"), "waiting": _("waiting")}
COLOURS = {"parked": "danger", "waiting": "warning", "delivered": "success"}
TOPICS = {"decision.made": _("Decision made"), "decision.resolved": _("Referral decided")}
CONDITIONS = {
    "parked": Q(parked_at__isnull=False),
    "delivered": Q(delivered_at__isnull=False),
    "waiting": Q(parked_at=None, delivered_at=None),
}


class StateFilter(admin.SimpleListFilter):
    """Parked, waiting or delivered."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, words in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        condition = CONDITIONS.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(RecordAdmin):
    """Messages; the parked ones can be tried again."""

    manage_permission = "audit.change_outboxmessage"
    list_display = ["id", "topic_words", "key", "state", "attempts", "last_error", "created_at", "next_attempt_at"]
    list_filter = [StateFilter, "topic"]
    search_fields = ["=key", "=topic"]
    ordering = ["-id"]
    # An action on all says how many they are.
    paginator = Paginator  # type: ignore[assignment]  # the base of the bounded one
    actions = ["redeliver"]
    empty_words = _("Each decision is told to the systems that wait for it; what was sent and what failed stands here.")

    @admin.display(description=_("topic"), ordering="topic")
    def topic_words(self, message: OutboxMessage) -> str:
        return str(TOPICS.get(message.topic, message.topic))

    @labelled(_("state"), COLOURS)
    def state(self, message: OutboxMessage) -> tuple[str, str]:
        is_parked, is_delivered = message.parked_at is not None, message.delivered_at is not None
        name = "parked" if is_parked else "delivered" if is_delivered else "waiting"
        return name, str(STATES[name])

    @admin.action(description=_("Try the selected parked messages again"), permissions=["manage"])
    def redeliver(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        now, count = timezone.now(), 0
        for message in queryset.filter(parked_at__isnull=False):
            message_redeliver(message=message, at=now, actor=actor_user(staff(request)))
            count += 1
        words = ngettext("%(count)d message will be tried again.", "%(count)d messages will be tried again.", count)
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
