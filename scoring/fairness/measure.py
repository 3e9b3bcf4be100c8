"""From rows to verdicts: who is in which group, who is approved, and what that makes of each attribute. Pure."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.catalogue import Catalogue
from scoring.fairness.protected import Attribute, Grouping, Members, UnknownAttributeError, attributes_of, grouping_of
from scoring.fairness.ratios import AttributeFairness, Thresholds, attribute_fairness
from scoring.fairness.result import AttributeResult, Basis, FairnessResult, Favourable, counts_of

MOST_GROUPS = 20
Vector = npt.NDArray[np.float64]


def groupings_of(
    attributes: Sequence[Attribute], source: pl.DataFrame, catalogue: Catalogue | None = None, product: str = ""
) -> list[Grouping]:
    """The groups of each attribute among the rows of `source`, whose columns are the file's or the catalogue's names.

    Raises UnknownAttributeError where there is no such column, or it has too many values to be groups.
    """
    variables = catalogue.of_product(product) if catalogue else {}
    found = []
    for attribute in attributes:
        variable = variables.get(attribute.column)
        names = [attribute.column, *([variable.column] if variable and variable.column else [])]
        name = next((name for name in names if name in source.columns), None)
        if name is None:
            raise UnknownAttributeError(f"There is no column {attribute.column}.", attribute=attribute.text)
        grouping = grouping_of(attribute, source[name])
        if len(grouping.members) > MOST_GROUPS:
            words = (
                f"{attribute.column} has {len(grouping.members)} values: give a band, as in {attribute.column}[<=25]."
            )
            raise UnknownAttributeError(words, attribute=attribute.text)
        found.append(grouping)
    return found


def groupings_kept(source: pl.DataFrame, catalogue: Catalogue, product: str) -> list[Grouping]:
    """The groups of everything that the catalogue keeps for testing only and that the table has."""
    variables = catalogue.of_product(product)
    kept = [one for one in attributes_of(catalogue, product) if variables[one.column].column in source.columns]
    return groupings_of(kept, source, catalogue, product)


def cut_off_of_share(pds: Vector, share: float) -> float:
    """The PD up to which `share` (0 to 1) of the rows is approved."""
    place = min(max(round(share * pds.size), 1), pds.size) - 1
    return float(np.sort(pds)[place])


def decisions_fairness(
    approved: Members,
    groupings: Sequence[Grouping],
    *,
    source: str,
    basis: Basis,
    good: Members | None = None,
    cut_off: float | None = None,
    read: Collection[str] = (),
    favourable: Favourable = "approved",
    thresholds: Thresholds | None = None,
) -> FairnessResult:
    """Approvals as somebody, or a rule set, gave them, of shape (rows,).

    `cut_off` is told, not applied; `read` names what the decision reads. No other cut-off can be asked for later.
    """
    limits = thresholds or Thresholds()
    return FairnessResult(
        basis=basis,
        rows=len(approved),
        cut_off=cut_off,
        cut_off_source="recorded",
        approve_share=float(approved.mean()),
        source=source,
        attributes=[
            AttributeResult(grouping_fairness(one, approved, good, limits), is_read=one.attribute.column in read)
            for one in groupings
        ],
        thresholds=limits,
        favourable=favourable,
    )


def grouping_fairness(
    grouping: Grouping, approved: Members, good: Members | None, thresholds: Thresholds
) -> AttributeFairness:
    """The verdict on one attribute; `good` None: no outcomes."""
    return attribute_fairness(
        grouping.attribute.text,
        counts_of(grouping, approved, good),
        unknown=grouping.unknown,
        reference=grouping.attribute.rest,
        thresholds=thresholds,
    )


def source_text(training_data: dict[str, Any]) -> str:
    """Name and digest of a table."""
    return f"{training_data['file']} {training_data['sha256']}"
