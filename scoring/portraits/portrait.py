"""A portrait put together: what is held, by dimension with its quality, and the coefficient. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec

from audit.canonical import canonical_json
from scoring.catalogue import Catalogue, Variable
from scoring.portrait_dimensions import DIMENSIONS, PortraitDimension
from scoring.portraits.coefficient import Coefficient
from scoring.portraits.held import Held, Unusable, held_values
from scoring.portraits.observation import MEASURES, Sourced
from scoring.portraits.quality import Quality, quality_of

OPEN_SCOPE = "credit_decision"
"""The consent scope that every applicant gives; facts of any other are read only under a live consent."""
CLOSED_SCOPE = "fairness_testing"
"""Kept for tests of fairness alone: no consent opens it to a portrait."""


SCHEMA = 2
"""1: kept before portraits named what could not be used."""


class DimensionPortrait(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dimension of one customer."""

    code: PortraitDimension
    held: list[Held]
    absent: list[str]
    """Variables that could be present and are not known."""
    closed: list[str]
    """Facts that the customer's consent does not open: they count neither as present nor as absent."""
    quality: Quality
    unusable: list[Unusable] = []
    """Statements about variables here whose value the catalogue does not allow; they count nowhere."""


class Portrait(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as of an instant. Equal knowledge and instruments give equal bytes (`portrait_bytes`)."""

    schema: int = SCHEMA
    customer_id: int
    as_of: datetime
    products: list[str]
    """Asked for or held, by then."""
    product: str
    """The one heard of last, whose model gives the PD; empty: none."""
    dimensions: list[DimensionPortrait]
    """All eleven, in the order of DIMENSIONS."""
    quality: Quality
    """Of all dimensions together."""
    measures: dict[str, int]
    """By name of MEASURES."""
    coefficient: Coefficient
    catalogue_hash: str
    model_hash: str
    """Empty: no PD was worked out."""
    policy_hash: str
    """Empty: no portrait policy was in force."""

    def values(self) -> dict[str, Any]:
        """Variables present, by name."""
        return {item.variable: item.value for dimension in self.dimensions for item in dimension.held}


class PortraitPlan:
    """The variables that portraits of customers with these products have. Build once; safe between threads."""

    def __init__(self, catalogue: Catalogue, products: tuple[str, ...]) -> None:
        self.products = products
        self.variables = portrait_variables(catalogue, products)
        self._catalogue = catalogue
        placed = [item for item in self.variables.values() if item.dimension]
        self.by_dimension = {code: [item.name for item in placed if item.dimension == code] for code in DIMENSIONS}
        self._scoped = {item.name: item.consent_scope for item in placed if is_scoped(item)}

    @cached_property
    def blanks(self) -> dict[str, Any]:
        """Of the first product: every variable by name with the catalogue's default, None without one."""
        own = self._catalogue.of_product(self.products[0]) if self.products else {}
        return {name: item.default for name, item in own.items()}

    def closed(self, consents: frozenset[str]) -> frozenset[str]:
        """Facts that these consents do not open."""
        return frozenset(name for name, scope in self._scoped.items() if scope not in consents)


class Drawn(msgspec.Struct, frozen=True):
    """What is held of a customer, before anything is worked out from it."""

    customer_id: int
    as_of: datetime
    plan: PortraitPlan
    sourced: Sourced
    held: dict[str, Held]
    unusable: dict[str, Unusable] = {}

    def inputs(self) -> dict[str, Any]:
        """The first product's variables as a model reads them: what is held, else the catalogue's default.

        Alternative data are left out: outside a decision's pilot they colour nobody's risk.
        """
        values, variables = self.plan.blanks, self.plan.variables
        known = {name: item.value for name, item in self.held.items() if not variables[name].is_alternative}
        return values | {name: value for name, value in known.items() if name in values}


def is_scoped(variable: Variable) -> bool:
    """Whether only a consent opens it: facts of another scope than the decision's, and alternative data."""
    return variable.is_alternative or (variable.source == "fact" and variable.consent_scope != OPEN_SCOPE)


def is_open(variable: Variable | None, consents: frozenset[str]) -> bool:
    """Whether a fact about this variable may be read at all."""
    if variable is None or variable.is_prohibited_basis or variable.consent_scope == CLOSED_SCOPE:
        return False
    return variable.consent_scope == OPEN_SCOPE or variable.consent_scope in consents


def portrait_variables(catalogue: Catalogue, products: Iterable[str] = ()) -> dict[str, Variable]:
    """What portraits may hold, by name: of these products, or of all without any; never a prohibited basis,
    nor what only reviews read.

    Where two products define one name the first one's definition counts.
    """
    named = [item for product in products for item in catalogue.of_product(product).values()]
    found: dict[str, Variable] = {}
    for variable in named or catalogue.variables:
        # What only reviews read is of a loan on its day, and not of a customer.
        if not (variable.is_prohibited_basis or variable.is_for_reviews):
            found.setdefault(variable.name, variable)
    return found


def products_in_order(products: Mapping[str, datetime]) -> tuple[str, ...]:
    """The products by when they were last heard of, the latest first."""
    return tuple(sorted(sorted(products), key=products.__getitem__, reverse=True))


def draw(customer_id: int, as_of: datetime, sourced: Sourced, plan: PortraitPlan) -> Drawn:
    """What is held of a customer as of `as_of`."""
    held, unusable = held_values(sourced.observations, plan.variables, as_of)
    return Drawn(customer_id, as_of, plan, sourced, held, unusable)


def portrait_made(
    drawn: Drawn, coefficient: Coefficient, *, catalogue_hash: str, model_hash: str, policy_hash: str
) -> Portrait:
    """The whole portrait."""
    plan, held, as_of = drawn.plan, drawn.held, drawn.as_of
    closed = plan.closed(drawn.sourced.consents)
    open_names = {code: [name for name in names if name not in closed] for code, names in plan.by_dimension.items()}
    dimensions = [
        DimensionPortrait(
            code=code,
            held=[held[name] for name in names if name in held],
            absent=[name for name in names if name not in held],
            closed=[name for name in plan.by_dimension[code] if name in closed],
            quality=quality_of(held, names, plan.variables, as_of),
            unusable=[drawn.unusable[name] for name in names if name in drawn.unusable],
        )
        for code, names in open_names.items()
    ]
    return Portrait(
        customer_id=drawn.customer_id,
        as_of=as_of,
        products=list(plan.products),
        product=plan.products[0] if plan.products else "",
        dimensions=dimensions,
        quality=quality_of(held, [name for names in open_names.values() for name in names], plan.variables, as_of),
        measures={name: drawn.sourced.measures.get(name, 0) for name in MEASURES},
        coefficient=coefficient,
        catalogue_hash=catalogue_hash,
        model_hash=model_hash,
        policy_hash=policy_hash,
    )


def portrait_in_schema(portrait: Portrait, schema: int) -> Portrait:
    """The portrait as an earlier schema has it, for comparison with one kept in it."""
    if schema == SCHEMA:
        return portrait
    bare = [msgspec.structs.replace(one, unusable=[]) for one in portrait.dimensions]
    return msgspec.structs.replace(portrait, schema=schema, dimensions=bare)


def portrait_bytes(portrait: Portrait) -> bytes:
    """The portrait as it is stored and hashed (RFC 8785)."""
    return canonical_json(msgspec.to_builtins(portrait))


def portrait_open(data: bytes) -> Portrait:
    """A stored portrait. Raises msgspec.MsgspecError on anything else."""
    return msgspec.json.decode(data, type=Portrait)
