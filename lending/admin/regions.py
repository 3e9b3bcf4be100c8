"""Regions and their indicators in the admin."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lending.admin.read_only import ReadOnlyAdmin
from lending.models import Region, RegionMonth


@admin.register(Region)
class RegionAdmin(ReadOnlyAdmin):
    """Where it is lent."""

    list_display = ["code", "name", "parent", "tile"]
    list_filter = ["parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_en", "name_zh"]
    fields = ["code", "name_en", "name_zh", "parent", "tile", "indicators"]
    readonly_fields = ["tile", "indicators"]
    ordering = ["code"]

    @admin.display(description=_("name"), ordering="name_en")
    def name(self, region: Region) -> str:
        return str(region)

    @admin.display(description=_("place on the map"))
    def tile(self, region: Region) -> str:
        return "—" if region.tile_column is None else f"{region.tile_column} · {region.tile_row}"

    @admin.display(description=_("indicators"))
    def indicators(self, region: Region) -> SafeString | str:
        """How many months are known; the list behind shows them."""
        months = region.months.count()
        url = reverse("admin:lending_regionmonth_changelist")
        return format_html('<a class="rk-link" href="{}?region__id__exact={}">{}</a>', url, region.pk, months)


@admin.register(RegionMonth)
class RegionMonthAdmin(ReadOnlyAdmin):
    """What was reported of a region, month by month, as it was known."""

    list_display = ["region", "month", "indicator", "value", "known_at", "source"]
    list_filter = ["indicator", "source", "region"]
    list_select_related = ["region"]
    search_fields = ["=region__code", "indicator"]
    search_help_text = _("Code of a region or an indicator")
    fields = ["region", "month", "indicator", "value", "event_at", "known_at", "recorded_at", "source"]
    date_hierarchy = "month"
    ordering = ["-month", "region", "indicator"]
