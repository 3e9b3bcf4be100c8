"""A catalogue being written: only what is frozen as a version can go live."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.catalogue import CatalogueVersion


class CatalogueDraft(models.Model):
    """A copy of the live catalogue in which list and velocity variables and wordings are edited."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Draft")
        SUBMITTED = "SUBMITTED", _("Submitted")
        DISCARDED = "DISCARDED", _("Discarded")

    based_on = models.ForeignKey(CatalogueVersion, models.PROTECT, related_name="+", verbose_name=_("based on"))
    version = models.ForeignKey(
        CatalogueVersion, models.PROTECT, null=True, blank=True, related_name="drafts", verbose_name=_("version")
    )
    document = models.JSONField(_("document"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    # Whoever touched the draft is its maker too: none of them may check it.
    editors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("edited by")
    )
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("last changed"))

    class Meta:
        verbose_name = _("catalogue draft")
        verbose_name_plural = _("catalogue drafts")
        constraints = [
            # Two drafts at once would each take the other's changes back.
            models.UniqueConstraint(name="catalogue_draft_one_open", fields=["state"], condition=models.Q(state="OPEN"))
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
