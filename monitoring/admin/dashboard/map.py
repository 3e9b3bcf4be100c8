"""Where the loans in trouble are: regions on the tile map, shaded by the share over 90 days late."""

from typing import Any

from django.utils.translation import gettext as _

from lending.models import Region
from monitoring.admin.dashboard.cards import SERIOUS, Card, Cell, View, share_cell, share_words
from monitoring.admin.dashboard.empty import no_loans
from monitoring.admin.regions.charts import tile_map
from monitoring.services.portfolio.reading import Counted, totals_by_region


def map_card(view: View) -> Card:
    """Loans by region, the worst first; those that have a place are drawn."""
    found = totals_by_region(view.runs, view.shown)
    regions = Region.objects.in_bulk(list(found), field_name="code")
    worst = max([counted.bad_share or 0.0 for counted in found.values()] + [0.001])
    tiles = [
        {
            "column": region.tile_column,
            "row": region.tile_row,
            "value": (found[code].bad_share or 0.0) / worst,
            "words": share_words(found[code].bad_share),
            "short": code.rpartition("-")[2][-3:],
            "region": str(region),
            "code": code,
        }
        for code, region in regions.items()
        if region.tile_column is not None
    ]
    ordered = sorted(found.items(), key=lambda pair: -(pair[1].bad_share or 0.0))
    rows = [_row(view, regions.get(code), counted) for code, counted in ordered]
    header = [_("Region"), _("Loans"), _("Over 90 days late"), _("Share of loans")]
    note = _("Shaded by the share of loans over 90 days late; the darkest is the worst region shown.")
    picture = {"map": tile_map(tiles)} if tiles else {}
    return Card("map", _("Regions"), header, rows, note=note, picture=picture, empty=no_loans(view.query))


def _row(view: View, region: Region | None, counted: Counted) -> list[Cell]:
    url = f"?{view.query}&region={region.code}" if region else ""
    where: dict[str, Any] = {"region": region.code} if region else {"no_region": "1"}
    return [
        Cell(str(region) if region else _("not known"), url),
        view.number(counted.number, **where),
        view.number(counted.bad_count, **where, serious="1"),
        share_cell(counted.bad_share, view.rows_url(**where, **SERIOUS)),
    ]
