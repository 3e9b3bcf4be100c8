"""Four eyes: what was asked, of which content, and who allowed it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.object_pages import object_words


class Approval(models.Model):
    """A request by a maker that a checker, another person, approves or rejects.

    It names its object by type, id and content hash and knows nothing else of it: the
    owner's service asks here and applies the change in the same transaction.
    """

    class State(models.TextChoices):
        PENDING = "PENDING", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        VOID = "VOID", _("Void: the content changed or the maker withdrew")

    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.CharField(_("object"), max_length=60)
    content_hash = models.CharField(_("content hash"), max_length=64)
    effective_from = models.DateTimeField(_("effective from"), null=True, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="approvals_made", verbose_name=_("maker")
    )
    requested_at = models.DateTimeField(_("requested"))
    request_comment = models.TextField(_("maker's comment"), blank=True)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="approvals_checked",
        null=True,
        blank=True,
        verbose_name=_("checker"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_comment = models.TextField(_("checker's comment"), blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        permissions = [("check_approval", _("Approve or reject the changes of others"))]
        constraints = [
            # Nobody approves their own change, whatever path they take.
            models.CheckConstraint(
                name="approval_maker_is_not_checker",
                condition=models.Q(checker__isnull=True) | ~models.Q(checker=models.F("maker")),
            ),
            # An approval without a person and a time is not one.
            models.CheckConstraint(
                name="approval_decided_has_checker",
                condition=~models.Q(state__in=["APPROVED", "REJECTED"])
                | models.Q(checker__isnull=False, decided_at__isnull=False),
            ),
            # A second request for one object would let the checker approve the wrong one.
            models.UniqueConstraint(
                name="approval_one_pending_per_object",
                fields=["object_type", "object_id"],
                condition=models.Q(state="PENDING"),
            ),
        ]

    def __str__(self) -> str:
        return f"{object_words(self.object_type, self.object_id)}: {self.get_state_display()}"
