"""Why a foreign model is not taken."""

from riskengine.errors import InvalidInput


class ForeignModelError(InvalidInput):
    """The booster, its mapping or its rows do not make a model here."""

    code = "foreign_model_refused"


class ForeignBoosterError(ForeignModelError):
    """The bytes are no booster that can be read."""

    code = "foreign_booster_broken"


class ForeignObjectiveError(ForeignModelError):
    """The booster was trained for something else than the odds of two outcomes; `facts["found"]` names what."""

    code = "foreign_objective_unsupported"


class ForeignMappingError(ForeignModelError):
    """The mapping does not fit the booster or the catalogue; `facts["problems"]` names each."""

    code = "foreign_mapping_wrong"


class ForeignRowsError(ForeignModelError):
    """The rows cannot be read, are too few, or lack a column."""

    code = "foreign_rows_wrong"


class ForeignParityError(ForeignModelError):
    """The model gives other predictions here than it gave elsewhere; `facts["rows"]` holds the first that differ."""

    code = "foreign_parity_failed"

    def lines(self) -> list[str]:
        """A line for each differing row that is shown."""
        rows = self.facts.get("rows")
        shown = rows if isinstance(rows, list) else []
        return [f"row {row['row']}: expected {row['expected']}, found {row['found']}\n" for row in shown]


ERRORS: dict[str, type[ForeignModelError]] = {
    kind.code: kind
    for kind in (
        ForeignModelError,
        ForeignBoosterError,
        ForeignObjectiveError,
        ForeignMappingError,
        ForeignRowsError,
        ForeignParityError,
    )
}
