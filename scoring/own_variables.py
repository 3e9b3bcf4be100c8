"""List and velocity variables of a product: what must be asked of the database, and the answers by name. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from scoring.catalogue import Variable
from scoring.velocity import COUNTS, ListLookup, Velocity


class Lookups(msgspec.Struct, frozen=True):
    """The list and velocity variables of a product, in catalogue order."""

    lists: tuple[tuple[str, ListLookup], ...] = ()
    velocity: tuple[tuple[str, Velocity], ...] = ()

    @classmethod
    def of(cls, variables: Iterable[Variable]) -> "Lookups":
        """Those among the variables."""
        own = list(variables)
        return cls(
            tuple((item.name, item.list) for item in own if item.list is not None),
            tuple((item.name, item.velocity) for item in own if item.velocity is not None),
        )

    def __bool__(self) -> bool:
        return bool(self.lists or self.velocity)

    def sql_values(self) -> dict[str, list[Any]]:
        """The definitions as columns, for `list_definition` and `velocity_definition` of `scoring.own_sql`."""
        lists, velocity = [item for _, item in self.lists], [item for _, item in self.velocity]
        return {
            "list_kinds": [item.kind for item in lists],
            "list_dimensions": [item.dimension for item in lists],
            "velocity_entities": [item.entity for item in velocity],
            "velocity_events": [item.event for item in velocity],
            "velocity_days": [item.window_days for item in velocity],
            "velocity_aggregates": [item.aggregate for item in velocity],
        }

    def values(self, found: Mapping[str, list[Any] | None] | None) -> dict[str, Any] | None:
        """Values by name from the database's answer, each list in the order of the definitions; None without any."""
        if not self or found is None:
            return None
        counted = zip(self.velocity, found["velocity"] or (), strict=True)
        looked_up = zip(self.lists, found["lists"] or (), strict=True)
        return {
            **{name: value for (name, _), value in looked_up},
            **{name: number(definition, value) for (name, definition), value in counted},
        }


def number(definition: Velocity, value: float | None) -> float | None:
    """The database's double as the variable's type has it: counts are whole numbers."""
    return int(value) if value is not None and definition.aggregate in COUNTS else value
