"""A kind of governed document that uses every shape of field, for tests alone."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

import msgspec

from audit.governed_fields import INDEX_FORMAT, MONEY_FORMAT
from audit.governed_kinds import Currency, Kind, Text, is_kind, kind_register
from audit.services.governed import governed_approve, governed_draft, governed_submit
from tests.factories.audit import user

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = AT.date()
CODE = "tea_policy"


class Tier(msgspec.Struct, frozen=True):
    """A flat row."""

    grade: str
    cups: int
    strength: float | None = None


class TeaPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every shape once."""

    note: Text
    share: Annotated[float, msgspec.Meta(ge=0, le=1, title="Share of milk", description="Between 0 and 1.")]
    leaf: Literal["green", "black"]
    price: Annotated[int, msgspec.Meta(ge=0, extra_json_schema={"format": MONEY_FORMAT})] | None = None
    strength: Annotated[float, msgspec.Meta(ge=0, le=1, extra_json_schema={"format": INDEX_FORMAT})] = 0.5
    cups: int = 3
    is_hot: bool = True
    picked_on: date | None = None
    towns: list[str] = []
    years: tuple[int, ...] = ()
    tiers: tuple[Tier, ...] = ()


def check(value, _name):
    return ["Milk does not go with green tea."] if value.leaf == "green" and value.share > 0.5 else []


if not is_kind(CODE):
    kind_register(
        Kind(
            CODE,
            TeaPolicy,
            title="Tea policy",
            help="How tea is made.",
            check=check,
            currency=lambda name: Currency("JPY", 0) if name == "kyoto" else Currency("GBP", 2),
            labels={"leaf": "Kind of leaf", "leaf=green": "Green leaf", "leaf=black": "Black leaf", "tiers": "Tiers"},
        )
    )

POLICY = {"note": {"en": "Strong", "zh": "浓"}, "share": 0.1, "leaf": "black", "towns": ["Leeds"]}


def drafted(author=None, *, at=AT, name="", valid_from=TODAY, valid_until=None, **changes):
    """A draft."""
    return governed_draft(
        kind=CODE,
        name=name,
        document={**POLICY, **changes},
        author=author or user(),
        at=at,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def submitted(author=None, *, at=AT, **changes):
    """A draft that waits for a checker."""
    author = author or user()
    return governed_submit(governed=drafted(author, at=at, **changes), maker=author, at=at)


def approved(*, at=AT, **changes):
    """One that a second person approved."""
    waits = submitted(at=at, **changes)
    return governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=at)
