"""Small policies that need four eyes: drift limits, definitions of bad, rules of a jurisdiction and the like."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models.approval import Approval


class GovernedDocument(models.Model):
    """One version of one setting: what it says (`audit.governed_kinds`), from when until when, and who approved it.

    The hash covers kind, name, document and validity. The database's triggers freeze them once submitted.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Draft")
        SUBMITTED = "SUBMITTED", _("Waiting for approval")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        ENDED = "ENDED", _("Ended")

    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(_("for"), max_length=80, blank=True)
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("document"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    # Whoever touched the draft is its maker too: none of them may check it.
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("edited by")
    )
    approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval")
    )
    created_at = models.DateTimeField(_("created"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.TextField(_("why it ended"), blank=True)

    class Meta:
        verbose_name = _("governed setting")
        verbose_name_plural = _("governed settings")
        constraints = [
            # A version is named by its number.
            models.UniqueConstraint(name="governed_number_once", fields=["kind", "name", "number"]),
            # A time that ends before it begins would never be live.
            models.CheckConstraint(
                name="governed_validity_in_order",
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
            ),
            # Nothing is in force unapproved.
            models.CheckConstraint(
                name="governed_approved_has_approval",
                condition=~models.Q(state="APPROVED") | models.Q(approval__isnull=False),
            ),
            # An end without a time and a reason is none.
            models.CheckConstraint(
                name="governed_end_has_reason",
                condition=models.Q(state="ENDED", ended_at__isnull=False) & ~models.Q(end_reason="")
                | ~models.Q(state="ENDED") & models.Q(ended_at__isnull=True, end_reason=""),
            ),
        ]
        # What is in force is looked up by kind and name; few rows ever have an approval.
        indexes = [
            models.Index(fields=["kind", "name"], name="governed_approved", condition=models.Q(approval__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.number}"
