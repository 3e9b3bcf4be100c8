"""Decisions and the keys that keep them single."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import ApiClient
from lending.models import Application, Product


class Outcome(models.TextChoices):
    """In order of severity."""

    APPROVE = "APPROVE", _("Approve")
    REFER = "REFER", _("Refer to a person")
    DECLINE = "DECLINE", _("Decline")


class Decision(models.Model):
    """What was decided on an application, once; `document` is the whole record (trigger: never changes)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, models.PROTECT, related_name="decisions", verbose_name=_("application")
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="decisions", verbose_name=_("product"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    grade = models.CharField(_("grade"), max_length=8, blank=True)
    pd = models.FloatField(_("PD"), null=True, blank=True)
    points = models.IntegerField(_("points"), null=True, blank=True)
    reason_codes = models.JSONField(_("reasons"), default=list)
    document = models.BinaryField(
        _("document"), help_text=_("Canonical JSON (RFC 8785); variables sealed under the customer's key")
    )
    document_hash = models.CharField(_("document hash"), max_length=64)
    bundle_hash = models.CharField(_("bundle hash"), max_length=64)
    as_of = models.DateTimeField(_("as of"))
    decided_at = models.DateTimeField(_("decided"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["-decided_at"], name="decision_latest")]

    def __str__(self) -> str:
        return f"{self.outcome} {str(self.id)[:8]}"


class IdempotencyKey(models.Model):
    """A caller's key with the answer it got, written in the decision's transaction and kept as long."""

    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="+", verbose_name=_("client"))
    key = models.CharField(_("key"), max_length=80)
    body_hash = models.BinaryField(_("hash of the body"), max_length=32)
    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("decision")
    )
    response = models.BinaryField(_("answer"), null=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            # The row is inserted first: the second caller with the same key waits here.
            models.UniqueConstraint(name="idempotency_key_once_per_client", fields=["client", "key"])
        ]
