"""What a source of data was measured to add: the evidence on which its use is approved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models import ConsentScope


class ValueReport(models.Model):
    """One measurement, frozen, named by the hash of its content."""

    source = models.CharField(_("source"), max_length=20)
    content_hash = models.CharField(_("content hash"), max_length=64, unique=True)
    document = models.JSONField(_("figures"))
    created_at = models.DateTimeField(_("measured"))

    class Meta:
        verbose_name = _("value report")
        verbose_name_plural = _("value reports")

    def __str__(self) -> str:
        return f"{ConsentScope(self.source).label} {self.content_hash[:8]}"
