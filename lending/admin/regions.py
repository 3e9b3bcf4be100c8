"""Regions and their indicators in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.admin.base import ServiceAdmin, staff
from audit.admin.error_words import words_register
from audit.services.log import actor_user
from lending.admin.read_only import ReadOnlyAdmin
from lending.models import Region, RegionMonth
from lending.services.book.regions import region_save

words_register(
    {
        "region_in_itself": _("A region cannot be part of one of its own parts."),
        "region_invalid": _(
            "A region needs a code of up to 40 and a name of up to 120 characters; "
            "its place on the map is a column and a row up to 60."
        ),
    }
)


class RegionForm(forms.ModelForm):
    """A region; a place on the map has both its parts or neither."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("tile_column") is None) != (given.get("tile_row") is None):
            self.add_error("tile_row", _("Give a column and a row, or neither."))
        return given


@admin.register(Region)
class RegionAdmin(ServiceAdmin):
    """Where it is lent. A code stays once given: loans and indicators name it."""

    form = RegionForm

    list_display = ["code", "name", "parent", "tile"]
    list_filter = ["parent"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_en", "name_zh"]
    fields = ["code", "name_en", "name_zh", "parent", "tile_column", "tile_row", "indicators"]
    ordering = ["code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code", "indicators"] if obj else ["indicators"]

    def saved(self, request: HttpRequest, form: forms.ModelForm, *, is_new: bool) -> Region:
        return region_save(region=form.instance, at=timezone.now(), actor=actor_user(staff(request)))

    @admin.display(description=_("name"), ordering="name_en")
    def name(self, region: Region) -> str:
        return str(region)

    @admin.display(description=_("place on the map"))
    def tile(self, region: Region) -> str:
        return "—" if region.tile_column is None else f"{region.tile_column} · {region.tile_row}"

    @admin.display(description=_("indicators"))
    def indicators(self, region: Region) -> SafeString | str:
        """How many months are known; the list behind shows them."""
        if region.pk is None:
            return "—"
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
