"""For which applications a source of alternative data was opened: what a pilot's cap counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models import GovernedDocument
from lending.models import Application


class AlternativeUse(models.Model):
    """One application under one pilot. It names no value: only that the source was open."""

    pilot = models.ForeignKey(GovernedDocument, models.PROTECT, related_name="+", verbose_name=_("pilot"))
    application = models.ForeignKey(Application, models.PROTECT, related_name="+", verbose_name=_("application"))
    used_at = models.DateTimeField(_("used"))

    class Meta:
        verbose_name = _("use of alternative data")
        verbose_name_plural = _("uses of alternative data")
        constraints = [
            # An application decided twice counts once.
            models.UniqueConstraint(name="alternative_use_once", fields=["pilot", "application"])
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.application_id}"
