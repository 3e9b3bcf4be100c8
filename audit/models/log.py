"""The tamper-evident log: entries, their place in the Merkle tree, and signed checkpoints."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One event, written in the transaction that it records and never changed (trigger).

    `payload` is what the leaf covers and holds no personal data: salted hashes stand for it.
    """

    recorded_at = models.DateTimeField(_("recorded"))
    kind = models.CharField(_("kind"), max_length=60)
    object_type = models.CharField(_("object type"), max_length=60)
    object_id = models.CharField(_("object"), max_length=60)
    actor = models.CharField(_("actor"), max_length=80, help_text=_("user:…, client:… or system:…"))
    payload = models.JSONField(_("payload"), default=dict)
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_entry_object")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_type} {self.object_id}"


class AuditLeaf(models.Model):
    """The place of an entry in the tree: given once, in order of commit, by the checkpointer."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="leaf", verbose_name=_("entry"))

    class Meta:
        verbose_name = _("audit leaf")
        verbose_name_plural = _("audit leaves")


class Checkpoint(models.Model):
    """A signed statement: the first `tree_size` leaves have this root. Also exported as a file."""

    tree_size = models.BigIntegerField(_("tree size"), unique=True)
    root_hash = models.BinaryField(_("root hash"), max_length=32)
    frontier = models.BinaryField(
        _("frontier"), default=b"", help_text=_("Roots of the complete subtrees, from which the next checkpoint grows")
    )
    signed_at = models.DateTimeField(_("signed"))
    key_id = models.CharField(_("key"), max_length=16)
    signature = models.BinaryField(_("signature"), max_length=64)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return f"{self.tree_size}"


class LogCursor(models.Model):
    """How far the log is settled: every entry up to `settled_id` has its place or will never be seen. One row.

    An id is drawn before its transaction commits, so a lower id can appear after a higher one. `candidate_id` becomes
    settled when none of `candidate_writers`, the transactions writing when it was noted, is still open.
    """

    settled_id = models.BigIntegerField(default=0)
    candidate_id = models.BigIntegerField(default=0)
    candidate_writers = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        verbose_name = _("log cursor")
        verbose_name_plural = _("log cursors")
        # Two cursors would let two checkpointers give one place twice.
        constraints = [models.CheckConstraint(name="log_cursor_single_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return f"{self.settled_id}"
