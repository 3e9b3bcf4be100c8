"""The variable catalogue, in versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import Approval


class CatalogueVersion(models.Model):
    """A frozen catalogue (`scoring.catalogue.Catalogue` as JSON), named by its content hash."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    document = models.JSONField(_("document"))
    content_hash = models.CharField(_("content hash"), max_length=64, unique=True)
    approval = models.OneToOneField(
        Approval, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approval")
    )
    is_live = models.BooleanField(_("live"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("variable catalogue")
        verbose_name_plural = _("variable catalogue")
        constraints = [
            # Rules and models must mean the same by a name: one catalogue at a time.
            models.UniqueConstraint(name="catalogue_one_live", fields=["is_live"], condition=models.Q(is_live=True)),
            # Nothing goes live unapproved.
            models.CheckConstraint(
                name="catalogue_live_is_approved",
                condition=models.Q(is_live=False) | models.Q(approval__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
