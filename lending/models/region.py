"""Where it is lent: regions, and what is reported of them by month."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    """A region in one hierarchy. Its place on the tile map is a column and a row, from 0; none: not drawn."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="parts", null=True, blank=True, verbose_name=_("part of")
    )
    tile_column = models.PositiveSmallIntegerField(_("column on the map"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("row on the map"), null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            # A tile has both or is not drawn.
            models.CheckConstraint(
                name="region_tile_whole",
                condition=models.Q(tile_column__isnull=True, tile_row__isnull=True)
                | models.Q(tile_column__isnull=False, tile_row__isnull=False),
            ),
            models.CheckConstraint(name="region_not_part_of_itself", condition=~models.Q(parent=models.F("pk"))),
        ]

    def __str__(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class RegionMonth(models.Model):
    """One indicator of a region in one month, as it was known from some instant on; a revision is a later row."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="months", db_index=False, verbose_name=_("region"))
    month = models.DateField(_("month"), help_text=_("Its first day"))
    indicator = models.CharField(_("indicator"), max_length=40)
    value = models.FloatField(_("value"))
    event_at = models.DateTimeField(_("happened"))
    known_at = models.DateTimeField(_("known"))
    recorded_at = models.DateTimeField(_("recorded"))
    source = models.CharField(_("source"), max_length=40)

    class Meta:
        verbose_name = _("month of a region")
        verbose_name_plural = _("months of regions")
        constraints = [
            models.UniqueConstraint(name="region_month_once", fields=["region", "month", "indicator", "known_at"]),
            models.CheckConstraint(name="region_month_first_day", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.month:%Y-%m} {self.indicator}"
