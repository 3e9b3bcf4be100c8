"""Fitting and keeping what regions do to repayment; each fit and its reference are frozen."""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from audit.services.governed_live import governed_live
from audit.services.log import entry_append
from lending.business_dates import business_date_end
from lending.models import Product, Region
from monitoring.models import RegionFigure, RegionInfluence
from monitoring.regions.influence import Influence, MaturedLoans, influence_fit, yxtz
from monitoring.regions.months import month_last_complete
from monitoring.services.regions.indicators import Features, features_of, indicators_as_of, own_indicators
from monitoring.services.regions.matured import matured_loans
from monitoring.services.regions.policies import region_policy_live, region_policy_of
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION

NO_BAD_DEFINITION = "NO_BAD_DEFINITION"


def influence_latest(product: Product, until: date) -> RegionInfluence | None:
    """The last fit of a product as of a day or before."""
    fits = RegionInfluence.objects.filter(product=product, as_of__lte=until)
    return fits.select_related("product").order_by("-as_of", "-pk").first()


def influence_keep(*, product: Product, as_of: date, at: datetime) -> RegionInfluence:
    """Fit Yxtz of a product's regions as of a business date, under the policy of `at`; asked for again, what was kept.

    Raises NoRegionPolicy.
    """
    live = region_policy_live(at.date())
    kept = RegionInfluence.objects.filter(product=product, as_of=as_of, policy_hash=live.content_hash).first()
    if kept is not None:
        return kept
    policy = region_policy_of(live)
    known = business_date_end(as_of, product.timezone)
    features = features_of(policy, indicators_as_of(known), own_indicators(product, policy.base_least))
    definition = governed_live(BAD_DEFINITION, product.code, on=at.date())
    if definition is None:
        found, loans = Influence("NOT_ASSESSED", "", 0, 0, 0), None
    else:
        names = [feature.code for feature in policy.features]
        names = [feature.code for feature in policy.features]
        loans = matured_loans(product, definition.value, features, names, as_of)
        found = influence_fit(loans, policy.least)
    return influence_write(
        product=product,
        as_of=as_of,
        at=at,
        policy_hash=live.content_hash,
        found=found,
        loans=loans,
        features=features,
        why=found.why if definition else NO_BAD_DEFINITION,
    )


@transaction.atomic
def influence_write(
    *,
    product: Product,
    as_of: date,
    at: datetime,
    policy_hash: str,
    found: Influence,
    loans: MaturedLoans | None,
    features: Features,
    why: str,
    is_synthetic: bool = False,
) -> RegionInfluence:
    """Keep a fit and what it says of every region."""
    document = {name: value for name, value in asdict(found).items() if name not in ("state", "why", "loans", "bads")}
    row = RegionInfluence.objects.create(
        product=product,
        as_of=as_of,
        policy_hash=policy_hash,
        state=found.state,
        why=why,
        loans=found.loans,
        bads=found.bads,
        document=document,
        is_synthetic=is_synthetic,
        created_at=at,
    )
    counts = Counter(loans.region if loans is not None else [])
    month = month_last_complete(as_of)
    figures = []
    for region in Region.objects.order_by("code"):
        values = features.of(region.pk, month)
        judged = yxtz(found, values)
        figures.append(
            RegionFigure(
                influence=row,
                region=region,
                yxtz=judged.value,
                features=values,
                parts=dict(judged.parts),
                missing=list(judged.missing),
                loans=counts[region.code],
            )
        )
    RegionFigure.objects.bulk_create(figures)
    entry_append(
        kind="regions.assessed",
        object_type="region_influence",
        object_id=str(row.pk),
        actor="system:regions",
        payload={"product": product.code, "as_of": as_of.isoformat(), "state": found.state, "loans": found.loans},
        recorded_at=at,
    )
    return row
