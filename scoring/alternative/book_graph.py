"""What the place of each customer in the graph of the book says of them, their own label unseen. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import numpy as np
import polars as pl

from scoring.alternative.graph import Flags, Graph
from scoring.alternative.links import Links
from scoring.alternative_sources import AlternativeSource

GRAPHS: Final[Mapping[AlternativeSource, str]] = {"transfer_data": "transfer", "social_data": "link"}
"""The graphs of the book by the source whose consent opens them: of transfers, and of everything else that links."""
FOLDS: Final = 5
"""Parts of the known bads; a bad one's features are made without the part it is in, as features for training are."""
_OF_THE_GRAPH = ("component_", "bad_rank_")


def party_features(name: str, parties: Sequence[int], links: Sequence[Links], bads: Collection[int]) -> pl.DataFrame:
    """A row of features per party, in their order; columns as the catalogue names them, all finite.

    `name`: of the graph, put before what is not of one kind of link. `bads`: parties known to be bad; nobody's own
    label enters their own features, nor do those of the bads in the same fifth (customer number modulo FOLDS).
    """
    graph = Graph(len(parties), links)
    numbers = np.asarray(parties, dtype=np.int64)
    bad = np.isin(numbers, np.asarray(sorted(bads), dtype=np.int64))
    rows = pl.Series(np.arange(len(parties)))
    parts = []
    for hidden in (None, *range(FOLDS)):
        is_hidden = bad & (numbers % FOLDS == hidden) if hidden is not None else ~bad
        if is_hidden.any():
            known = bad if hidden is None else bad & ~is_hidden
            parts.append(_exposure(graph, known).with_columns(rows.alias("row")).filter(pl.Series(is_hidden)))
    exposure = pl.concat(parts).sort("row").drop("row") if parts else _exposure(graph, bad)
    found = pl.concat([graph.structure(), exposure], how="horizontal")
    return found.rename({column: f"{name}_{column}" for column in found.columns if column.startswith(_OF_THE_GRAPH)})


def _exposure(graph: Graph, bad: Flags) -> pl.DataFrame:
    """Without shares, which are unknown for people without links."""
    found = graph.exposure(bad)
    return found.select(column for column in found.columns if not column.endswith("_share"))
