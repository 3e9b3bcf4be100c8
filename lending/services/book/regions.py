"""Regions: added and changed by name, each change on the record."""

from datetime import datetime
from typing import Final

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Region
from riskengine.errors import InvalidInput

MAX_CODE: Final = 40
MAX_NAME: Final = 120
MAX_TILE: Final = 60
KEPT: Final = ("name_en", "name_zh", "parent_id", "tile_column", "tile_row")


class InvalidRegion(InvalidInput):
    """The region contradicts itself; `facts["field"]` names the field."""

    code = "region_invalid"


class RegionInItself(InvalidRegion):
    """A region would be part of one of its own parts."""

    code = "region_in_itself"


@transaction.atomic
def region_save(*, region: Region, at: datetime, actor: str) -> Region:
    """Add a region, or keep its changes; its code stays once given. Without one of its names the other stands for both.

    Raises InvalidRegion, RegionInItself.
    """
    region.name_en, region.name_zh = region.name_en or region.name_zh, region.name_zh or region.name_en
    _check(region)
    is_new = region.pk is None
    region.save(update_fields=None if is_new else [name.removesuffix("_id") for name in KEPT])
    entry_append(
        kind="region.added" if is_new else "region.changed",
        object_type="region",
        object_id=str(region.pk),
        actor=actor,
        payload={"code": region.code} | {name: getattr(region, name) for name in KEPT},
        recorded_at=at,
    )
    return region


def _check(region: Region) -> None:
    for field, most in (("code", MAX_CODE), ("name_en", MAX_NAME), ("name_zh", MAX_NAME)):
        text = getattr(region, field)
        if not text.strip() or len(text) > most or not text.isprintable():
            raise InvalidRegion("A region has a code of up to 40 characters, and a name of up to 120.", field=field)
    tile = (region.tile_column, region.tile_row)
    if any(place is not None and not 0 <= place <= MAX_TILE for place in tile) or tile.count(None) == 1:
        raise InvalidRegion(f"A place on the map is a column and a row, 0 to {MAX_TILE}, or neither.", field="tile_row")
    if region.pk is not None and region.parent_id is not None:
        above: int | None = region.parent_id
        seen = {region.pk}
        parents = dict(Region.objects.select_for_update().values_list("pk", "parent_id"))
        while above is not None:
            if above in seen:
                raise RegionInItself("A region cannot be part of one of its own parts.", field="parent")
            seen.add(above)
            above = parents.get(above)
