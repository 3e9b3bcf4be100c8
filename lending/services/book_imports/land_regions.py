"""Landing of regions themselves: those that others are part of first, whatever their order in the file."""

from collections.abc import Sequence
from typing import Any

from lending.book_imports.mapping import RowProblem
from lending.models import Region
from lending.services.book.regions import InvalidRegion, region_save
from lending.services.book_imports.landing import Context, Landed, Values, rejected


def region_list_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Regions by code: new ones, or known with the same content; what is known otherwise is changed on its page."""
    told = {row["code"] for row in rows} | {row["parent"] for row in rows if "parent" in row}
    held = {region.code: region for region in Region.objects.filter(code__in=told)}
    landed: dict[int, Landed] = {}
    open_ones = list(range(len(rows)))
    while open_ones:
        ready = [place for place in open_ones if rows[place].get("parent") in (None, *held)]
        if not ready:
            break
        for place in ready:
            landed[place] = _land(rows[place], held, context)
        open_ones = [place for place in open_ones if place not in landed]
    return [landed.get(place) or rejected("parent", "unknown_region") for place in range(len(rows))]


def _land(row: Any, held: dict[str, Region], context: Context) -> Landed:
    parent = held.get(row.get("parent", ""))
    region = Region(
        code=row["code"],
        name_en=row.get("name_en", ""),
        name_zh=row.get("name_zh", ""),
        parent=parent,
        tile_column=row.get("tile_column"),
        tile_row=row.get("tile_row"),
    )
    known = held.get(region.code)
    if known is not None:
        is_same = all(value in ("", None, getattr(known, name)) for name, value in _content(region).items())
        return Landed("known") if is_same else Landed("conflicting", [RowProblem("code", "conflicting")])
    try:
        held[region.code] = region_save(region=region, at=context.at, actor=context.actor)
    except InvalidRegion as error:
        return rejected(str(error.facts["field"]), "missing" if not region.name_en else "out_of_range")
    return Landed("new")


def _content(region: Region) -> dict[str, Any]:
    """What a row says; what it leaves out contradicts nothing."""
    return {name: getattr(region, name) for name in ("name_en", "name_zh", "parent_id", "tile_column", "tile_row")}
