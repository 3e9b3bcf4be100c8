"""Black, white and grey lists: whose identifier is on which, from when to when, on whose word."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval


class ListKind(models.TextChoices):
    BLACK = "BLACK", _("Black list")
    WHITE = "WHITE", _("White list")
    GREY = "GREY", _("Grey list")


class Dimension(models.TextChoices):
    """Kinds of lending.Identifier that lists are kept of."""

    NATIONAL_ID = "national_id", _("National ID")
    PHONE = "phone", _("Phone")
    DEVICE_ID = "device_id", _("Device")
    ADDRESS = "address", _("Address")
    BANK_CARD = "bank_card", _("Bank card")
    EMPLOYER = "employer", _("Employer")


class ListImport(models.Model):
    """An uploaded file between its preview and its confirmation: identifiers already hashed, nothing else kept."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Preview")
        PROPOSED = "PROPOSED", _("Proposed")
        DISCARDED = "DISCARDED", _("Discarded")

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    rows = models.JSONField(_("rows"), default=list)
    rejects = models.JSONField(_("rejected rows"), default=list)

    class Meta:
        verbose_name = _("list import")
        verbose_name_plural = _("list imports")

    def __str__(self) -> str:
        return f"{self.pk}"


class ListEntry(models.Model):
    """One identifier on one list, known by its blind index alone. A trigger admits it to force only approved.

    It counts for a decision as of T when it was approved by T, has started, and has neither expired nor been ended.
    """

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", _("Waiting for approval")
        EFFECTIVE = "EFFECTIVE", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")
        ENDED = "ENDED", _("Ended")

    kind = models.CharField(_("list"), max_length=5, choices=ListKind)
    dimension = models.CharField(_("dimension"), max_length=20, choices=Dimension)
    blind_index = models.BinaryField(_("blind index"), max_length=16)
    hint = models.CharField(_("ends in"), max_length=4, blank=True)
    source = models.CharField(_("source"), max_length=80)
    reason = models.CharField(_("reason"), max_length=400)
    from_at = models.DateTimeField(_("starts"))
    until_at = models.DateTimeField(_("expires"), null=True, blank=True)
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    batch = models.ForeignKey(
        ListImport, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("import")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    known_at = models.DateTimeField(_("approved"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval")
    )
    end_approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval of the end")
    )

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        constraints = [
            # Two requests for one thing would let a checker approve what another rejected.
            models.UniqueConstraint(
                name="list_entry_one_proposal",
                fields=["kind", "dimension", "blind_index"],
                condition=models.Q(state="PROPOSED"),
            ),
            models.CheckConstraint(
                name="list_entry_ends_after_it_starts",
                condition=models.Q(until_at__isnull=True) | models.Q(until_at__gt=models.F("from_at")),
            ),
            # In force means approved, by an approval and at a time: look-ups read known_at alone.
            models.CheckConstraint(
                name="list_entry_in_force_is_approved",
                condition=models.Q(state__in=["EFFECTIVE", "ENDED"], approval__isnull=False, known_at__isnull=False)
                | models.Q(
                    state__in=["PROPOSED", "REJECTED", "WITHDRAWN"], approval__isnull=True, known_at__isnull=True
                ),
            ),
            models.CheckConstraint(
                name="list_entry_end_is_approved",
                condition=models.Q(state="ENDED", end_approval__isnull=False, ended_at__isnull=False)
                | (~models.Q(state="ENDED") & models.Q(end_approval__isnull=True, ended_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["blind_index", "dimension"],
                name="list_entry_lookup",
                condition=models.Q(known_at__isnull=False),
            ),
            models.Index(fields=["-recorded_at"], name="list_entry_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_dimension_display()} {self.shown}"

    @property
    def shown(self) -> str:
        """The identifier as far as anybody is shown it."""
        return f"…{self.hint}" if self.hint else f"#{bytes(self.blind_index).hex()[:6]}"
