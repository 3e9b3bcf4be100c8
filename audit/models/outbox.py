"""What must reach somebody after a commit."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMessage(models.Model):
    """A message written with the change it tells of; the queue of record, Celery only hurries it."""

    topic = models.CharField(_("topic"), max_length=60)
    key = models.CharField(_("key"), max_length=60, help_text=_("Messages of one key are delivered in order."))
    payload = models.JSONField(_("payload"), default=dict)
    created_at = models.DateTimeField(_("created"))
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        indexes = [
            models.Index(
                fields=["id"],
                name="outbox_waiting",
                condition=models.Q(delivered_at__isnull=True, parked_at__isnull=True),
            ),
            # Is an older message of the same key still waiting?
            models.Index(
                fields=["key", "id"],
                name="outbox_waiting_by_key",
                condition=models.Q(delivered_at__isnull=True, parked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
