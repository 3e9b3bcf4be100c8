"""Where to place a product: regions under DY in order of Yxtz, tested for redlining, as a draft that two approve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_fields import INDEX_FORMAT
from audit.governed_kinds import Kind
from audit.models import GovernedDocument, User
from audit.services.governed import governed_draft
from lending.business_dates import business_date_end
from lending.models import Product, Region
from lending.product_names import products_named
from monitoring.models import RegionFigure, RegionInfluence
from monitoring.region_policy import RegionPolicy
from monitoring.regions.combined import Combined
from monitoring.regions.months import month_last_complete, month_window
from monitoring.regions.redlining import Impact, Place, adverse_impact, is_clear
from monitoring.services.regions.indicators import protected_as_of
from monitoring.services.regions.influences import influence_latest
from monitoring.services.regions.policies import region_policy_live, region_policy_of
from monitoring.services.regions.products import product_moves
from riskengine.errors import Conflict

KIND_CODE: Final = "region_placement"
Why = Literal["", "PRODUCT_RISKY", "PRODUCT_NOT_ASSESSED", "REGIONS_NOT_ASSESSED"]


class NothingToPlace(Conflict):
    """No region can be placed: the product or the regions are risky or not assessed."""

    code = "nothing_to_place"


@dataclass(frozen=True)
class Placement:
    """Regions to offer a product in, best first; or none, and why. `impacts` is the redlining test of this list."""

    why: Why
    judged: Combined | None
    influence: RegionInfluence | None
    ranked: Sequence[RegionFigure]
    impacts: Sequence[Impact]
    is_population_known: bool
    untold: Sequence[Region] = ()
    """Regions whose population, or a share of a group known elsewhere, is not known: why the test cannot be made."""


def placement_of(product: Product, policy: RegionPolicy, as_of: date) -> Placement:
    """Rank the regions with Yxtz < DY, where the product's Zh < DR. Equality is risky; unknown is never placed."""
    month = month_last_complete(as_of, product.grace_days)
    moves = product_moves(policy, month_window(month, 1)).products
    judged = next((move.judged for move in moves if move.code == product.code), None)
    influence = influence_latest(product, as_of)
    if judged is None or judged.state == "NOT_ASSESSED":
        return Placement("PRODUCT_NOT_ASSESSED", judged, influence, (), (), is_population_known=False)
    if judged.state == "RISKY":
        return Placement("PRODUCT_RISKY", judged, influence, (), (), is_population_known=False)
    if influence is None or influence.state != RegionInfluence.State.ASSESSED:
        return Placement("REGIONS_NOT_ASSESSED", judged, influence, (), (), is_population_known=False)
    figures = list(influence.figures.select_related("region").order_by("yxtz", "region__code"))
    ranked = [figure for figure in figures if figure.yxtz is not None and figure.yxtz < policy.dy]
    codes = frozenset(figure.region.code for figure in ranked)
    impacts, is_known, untold = _impacts(figures, codes, policy, product, as_of)
    return Placement("", judged, influence, ranked, impacts, is_known, untold)


def _impacts(
    figures: Sequence[RegionFigure], offered: frozenset[str], policy: RegionPolicy, product: Product, as_of: date
) -> tuple[list[Impact], bool, list[Region]]:
    """The redlining test, and the regions it lacks facts of; without every population each region counts as one."""
    population, shares = protected_as_of(business_date_end(as_of, product.timezone), month_last_complete(as_of))
    is_known = all(figure.region_id in population for figure in figures)
    places = {
        figure.region.code: Place(population[figure.region_id] if is_known else 1.0, shares.get(figure.region_id, {}))
        for figure in figures
    }
    groups = {group for place in places.values() for group in place.shares}
    untold = [
        figure.region
        for figure in figures
        if figure.region_id not in population or not groups <= places[figure.region.code].shares.keys() or not groups
    ]
    return adverse_impact(places, offered, policy.impact_least), is_known, untold


class PlacedRegion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A region of the list, with its coefficient when it was drafted."""

    region: Annotated[str, msgspec.Meta(max_length=40)]
    yxtz: Annotated[float, msgspec.Meta(ge=0.0, le=1.0, extra_json_schema={"format": INDEX_FORMAT})]


class PlacementList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a product is marketed, as of a day. It offers nothing to and refuses nobody: it says where to advertise."""

    as_of: date
    regions: tuple[PlacedRegion, ...]
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


def placement_draft(*, product: Product, as_of: date, author: User, at: datetime) -> GovernedDocument:
    """Draft the list for approval. Raises NothingToPlace, NoRegionPolicy; a flagged list is drafted but stops there."""
    policy = region_policy_of(region_policy_live(as_of))
    found = placement_of(product, policy, as_of)
    if not found.ranked:
        raise NothingToPlace("No region can be placed.", why=found.why or "NONE_UNDER_DY")
    regions = tuple(PlacedRegion(one.region.code, one.yxtz) for one in found.ranked if one.yxtz is not None)
    return governed_draft(
        kind=KIND_CODE,
        name=product.code,
        document=PlacementList(as_of, regions),
        author=author,
        at=at,
        valid_from=at.date(),
    )


def _check(document: PlacementList, name: str) -> list[str]:
    """Work the list out anew: whoever edits the draft cannot edit what it is tested against."""
    product = Product.objects.filter(code=name).first()
    if product is None:
        return [_("There is no product of this code.")]
    try:
        policy = region_policy_of(region_policy_live(document.as_of))
    except Conflict:
        return [_("No policy on products and regions is in force on that day.")]
    found = placement_of(product, policy, document.as_of)
    if found.why or found.influence is None:
        return [_("The product or its regions are risky or not assessed: nothing is placed.")]
    allowed = {one.region.code: one.yxtz for one in found.ranked}
    listed = [one.region for one in document.regions]
    figures = list(found.influence.figures.select_related("region"))
    impacts, _known, _untold = _impacts(figures, frozenset(listed), policy, product, document.as_of)
    checks = {
        _("The list is empty."): not listed,
        _("A region stands in the list twice."): len(set(listed)) < len(listed),
        _("A region is not under DY, or not assessed."): not set(listed) <= set(allowed),
        _("A coefficient is not the one worked out."): any(
            allowed.get(one.region, one.yxtz) != one.yxtz for one in document.regions
        ),
        _("The list reaches a protected group too little, or that could not be tested."): not is_clear(impacts),
    }
    return [words for words, is_wrong in checks.items() if is_wrong]


def region_words(code: str) -> str:
    """A region by its name, with its code; by the code alone where it is gone."""
    region = Region.objects.filter(code=code).first()
    return f"{region} ({code})" if region else code


KIND = Kind(
    KIND_CODE,
    PlacementList,
    title=gettext_lazy("Placement list"),
    help=gettext_lazy(
        "In which regions a product is marketed. Drafted from the ranking of regions; a list that reaches a protected"
        " group too little cannot be approved."
    ),
    check=_check,
    name_choices=products_named,
    labels={
        "as_of": gettext_lazy("As of"),
        "regions": gettext_lazy("Regions, best first"),
        "regions.region": gettext_lazy("Region"),
        "note": gettext_lazy("Note"),
    },
    words={"regions.region": region_words, "regions.yxtz": "{:.3f}".format},
)
