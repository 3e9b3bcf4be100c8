"""Portraits of customers as of an instant: every source read in bulk, scored in one batch, put together."""

import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl

import scoring.services.portraits.book  # noqa: F401  # its sources
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from lending.vault import VaultError, key_unwrap
from scoring.package import ScoringModel
from scoring.portraits.coefficient import Coefficient, coefficient_of, horizon_problem, not_assessed
from scoring.portraits.observation import Sourced
from scoring.portraits.portrait import (
    Drawn,
    Portrait,
    draw,
    portrait_made,
    portrait_variables,
    products_in_order,
)
from scoring.services.portraits.instruments import Instruments, instruments_live
from scoring.services.portraits.sources import Reading, sources_read

logger = logging.getLogger(__name__)
_BATCH = 1000


def portrait_of(
    customer: Customer, as_of: datetime, *, read_at: datetime | None = None, instruments: Instruments | None = None
) -> Portrait:
    """One customer's portrait. Raises CustomerErasedError, NoLiveCatalogueError; see `portraits_of`."""
    made = portraits_of([customer.pk], as_of, read_at=read_at, instruments=instruments)
    if customer.pk not in made:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    return made[customer.pk]


def portraits_of(
    customer_ids: Collection[int],
    as_of: datetime,
    *,
    read_at: datetime | None = None,
    instruments: Instruments | None = None,
    broken: set[int] | None = None,
) -> dict[int, Portrait]:
    """Portraits by customer, those of erased customers left out.

    Only what was so and known by `as_of` counts. Facts of a consent scope other than credit_decision are opened only
    where the consent was live then and is at `read_at` (default: `as_of`). `instruments` are the live ones of
    `read_at`'s date unless given. Customers whose key or facts do not open are an error, unless `broken` is there to
    collect their ids: then they are left out. Raises NoLiveCatalogueError, VaultError.
    """
    as_of = as_of.astimezone(UTC)
    read_at = read_at or as_of
    instruments = instruments or instruments_live(read_at.astimezone(UTC).date())
    made: dict[int, Portrait] = {}
    for batch in _batches(customer_ids, broken):
        drawn = _drawn(Reading(batch, as_of, read_at, portrait_variables(instruments.catalogue), broken), instruments)
        for one, (coefficient, model_hash) in zip(drawn, _coefficients(drawn, instruments), strict=True):
            made[one.customer_id] = portrait_made(
                one,
                coefficient,
                catalogue_hash=instruments.catalogue_hash,
                model_hash=model_hash,
                policy_hash=instruments.policy_hash,
            )
    return made


def _batches(customer_ids: Collection[int], broken: set[int] | None) -> Iterator[list[int]]:
    held = Customer.objects.filter(pk__in=customer_ids, wrapped_key__isnull=False).order_by("pk")
    keys = held.values_list("pk", "wrapped_key")
    if broken is not None:
        broken.update(number for number, wrapped in keys if not _is_sound(number, wrapped))
    numbers = [number for number, _ in keys if not broken or number not in broken]
    return (numbers[start : start + _BATCH] for start in range(0, len(numbers), _BATCH))


def _is_sound(number: int, wrapped: bytes | memoryview | None) -> bool:
    try:
        key_unwrap(wrapped or b"")
    except VaultError:
        logger.error("customer_key_broken", extra={"customer": number})
        return False
    return True


def _drawn(reading: Reading, instruments: Instruments) -> list[Drawn]:
    told = sources_read(reading)
    drawn = []
    for number in reading.customer_ids:
        if reading.broken and number in reading.broken:
            continue
        sourced = Sourced([], {}, {}, reading.consents.get(number, frozenset()))
        for source in told:
            entry = source.get(number)
            if entry is None:
                continue
            sourced.observations.extend(entry.observations)
            for product, heard_at in entry.products.items():
                sourced.products[product] = max(heard_at, sourced.products.get(product, heard_at))
            sourced.measures.update(entry.measures)
        drawn.append(draw(number, reading.as_of, sourced, instruments.plan(products_in_order(sourced.products))))
    return drawn


def _coefficients(drawn: list[Drawn], instruments: Instruments) -> list[tuple[Coefficient, str]]:
    """The coefficient of each, with the hash of the model behind its PD (empty without one)."""
    found: list[tuple[Coefficient, str]] = [(not_assessed("no_product"), "")] * len(drawn)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(drawn):
        if one.plan.products:
            places.setdefault(one.plan.products[0], []).append(place)
    for product, of_product in places.items():
        for place, result in zip(
            of_product, _of_product([drawn[p] for p in of_product], product, instruments), strict=True
        ):
            found[place] = result
    return found


def _of_product(drawn: list[Drawn], product: str, instruments: Instruments) -> Iterable[tuple[Coefficient, str]]:
    model, policy = instruments.models.get(product), instruments.policy
    if policy is None or model is None:
        return [(not_assessed("no_policy" if policy is None else "no_model"), "")] * len(drawn)
    horizon = model.card.get("pd_horizon_months")
    if problem := horizon_problem(policy, horizon):
        return [(not_assessed(problem, horizon_months=horizon), "")] * len(drawn)
    variables = instruments.catalogue.of_product(product)
    if prohibited := [name for name in model.features if name in variables and variables[name].is_prohibited_basis]:
        return [(not_assessed("prohibited_read", names=prohibited, horizon_months=horizon), "")] * len(drawn)
    needed = [name for name in model.features if name in variables and variables[name].is_needed]
    inputs = [one.inputs() for one in drawn]
    lacking = [[name for name in needed if values[name] is None] for values in inputs]
    scored = iter(_scores(model, [values for values, missing in zip(inputs, lacking, strict=True) if not missing]))
    dimension_of = {name: item.dimension for name, item in variables.items()}
    found = []
    for missing in lacking:
        if missing:
            found.append((not_assessed("variables_missing", names=missing, horizon_months=horizon), ""))
        else:
            pd, contributions = next(scored)
            found.append((coefficient_of(pd, contributions, dimension_of, policy), model.content_hash))
    return found


def _scores(model: ScoringModel, inputs: list[dict[str, Any]]) -> Iterator[tuple[float, dict[str, float]]]:
    """(PD, contributions by variable) of each, in one batch."""
    if not inputs:
        return iter(())
    frame = pl.DataFrame(
        {
            feature.name: pl.Series(
                [values.get(feature.name) for values in inputs],
                dtype=pl.Float64 if feature.kind == "number" else (pl.Int64 if feature.is_integer_code else pl.String),
                strict=False,
            )
            for feature in model.schema.features
        }
    )
    pds, parts = model.predict_pd(frame).tolist(), model.explain(frame).tolist()
    return ((pd, dict(zip(model.features, row, strict=True))) for pd, row in zip(pds, parts, strict=True))
