"""Sources that are fetched from by themselves, again and again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lending.models.book_import import BookSource


class BookPull(models.Model):
    """When a source is fetched from through a mapping, in its newest version. A fetch is an import like any other."""

    class Unit(models.TextChoices):
        HOURS = "HOURS", _("hours")
        DAYS = "DAYS", _("days")

    mapping_name = models.CharField(_("mapping"), max_length=40)
    source = models.ForeignKey(BookSource, models.PROTECT, related_name="pulls", verbose_name=_("source"))
    every = models.PositiveSmallIntegerField(_("every"))
    unit = models.CharField(_("unit"), max_length=5, choices=Unit)
    at = models.TimeField(_("at"), help_text=_("Time of the first fetch of a day, in its time zone"))
    zone = models.CharField(_("time zone"), max_length=63, default="UTC", db_default="UTC")
    is_on = models.BooleanField(_("on"), default=True)
    next_at = models.DateTimeField(_("next fetch"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("fetching of a source")
        verbose_name_plural = _("fetching of sources")
        constraints = [
            models.UniqueConstraint(name="book_pull_once", fields=["mapping_name", "source"]),
            # Less often than monthly is no schedule, more often than hourly a load that nobody asked the source about.
            models.CheckConstraint(
                name="book_pull_every",
                condition=models.Q(unit="HOURS", every__range=(1, 24)) | models.Q(unit="DAYS", every__range=(1, 31)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mapping_name} ← {self.source_id}"
