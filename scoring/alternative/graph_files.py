"""A graph from a folder of tables: `links` and `shared` of our own, or `transactions` with source and target nodes.

`links` (source, target, kind) holds transfers and guarantees, `shared` (party, kind, key) what people hold in common,
`transactions` (sourceNodeId, targetNodeId, value) transfers with their amounts. Parquet or CSV.
"""

from pathlib import Path

import msgspec
import polars as pl

from scoring.alternative.graph import Graph
from scoring.alternative.links import (
    DIRECTED,
    KINDS,
    Links,
    LinksWrong,
    Places,
    links_of_pairs,
    links_of_shared,
    party_places,
)
from scoring.training.errors import TrainingInputError
from scoring.training.table import table_read

_NAMES = {"sourceNodeId": "source", "targetNodeId": "target", "nodeid": "party"}


class GraphTables(msgspec.Struct, frozen=True):
    """A graph, where the rows of the data stand in it, and what their accounts show without looking at others."""

    graph: Graph
    rows: Places
    """The party of each row of the data."""
    account: pl.DataFrame
    """`account_<sent|received>_<count|total|mean>` of each row, where transfers have amounts: no graph is needed."""


def graph_read(folder: Path, parties: pl.Series) -> GraphTables:
    """The graph of a folder, and the places of `parties` in it. Raises TrainingInputError.

    Parties of the tables that have no row in the data are part of the graph without a label of their own.
    """
    pairs, shared = _pairs(folder), _table(folder, "shared")
    if pairs is None and shared is None:
        raise TrainingInputError(f"{folder} holds none of links, shared and transactions (parquet or CSV).")
    known = [parties.alias("party").cast(pl.String)]
    known += [pairs[end].alias("party") for end in ("source", "target")] if pairs is not None else []
    known += [shared["party"].cast(pl.String)] if shared is not None else []
    everybody = pl.concat(known).unique(maintain_order=True).to_list()
    if parties.null_count() or parties.n_unique() < len(parties):
        raise TrainingInputError(f"{parties.name} does not name each row's party once.")
    try:
        rows = party_places(everybody, parties.cast(pl.String))
        links = [*_pair_links(pairs, everybody), *_shared_links(shared, everybody)]
    except LinksWrong as error:
        raise TrainingInputError(f"{folder}: {error}.") from error
    return GraphTables(Graph(len(everybody), links), rows, _account(pairs, parties.cast(pl.String)))


def _table(folder: Path, name: str) -> pl.DataFrame | None:
    found = [path for suffix in (".parquet", ".csv") if (path := folder / f"{name}{suffix}").is_file()]
    if not found:
        return None
    frame = table_read(found[0])
    return frame.rename({old: new for old, new in _NAMES.items() if old in frame.columns})


def _pairs(folder: Path) -> pl.DataFrame | None:
    """Transfers and guarantees together: source, target, kind, value."""
    found = []
    for name in ("links", "transactions"):
        table = _table(folder, name)
        if table is None:
            continue
        if not {"source", "target"} <= set(table.columns):
            raise TrainingInputError(f"{folder}: {name} needs the columns source and target.")
        kind = pl.col("kind") if "kind" in table.columns else pl.lit("transfer")
        value = pl.col("value") if "value" in table.columns else pl.lit(None)
        ends = [pl.col(end).cast(pl.String) for end in ("source", "target")]
        found.append(table.select(*ends, kind.alias("kind"), value.cast(pl.Float64).alias("value")))
    return pl.concat(found) if found else None


def _pair_links(pairs: pl.DataFrame | None, everybody: list[str]) -> list[Links]:
    if pairs is None:
        return []
    _require_kinds(pairs["kind"], DIRECTED)
    links = []
    for kind in KINDS:
        rows = pairs.filter(pl.col("kind") == kind)
        if rows.height:
            source, target = (party_places(everybody, rows[end]) for end in ("source", "target"))
            links.append(links_of_pairs(kind, source, target))
    return links


def _shared_links(shared: pl.DataFrame | None, everybody: list[str]) -> list[Links]:
    if shared is None:
        return []
    if not {"party", "kind", "key"} <= set(shared.columns):
        raise LinksWrong("shared needs the columns party, kind and key")
    _require_kinds(shared["kind"], frozenset(KINDS) - DIRECTED)
    links = []
    for kind in KINDS:
        rows = shared.filter(pl.col("kind") == kind)
        if rows.height:
            party = party_places(everybody, rows["party"].cast(pl.String))
            links.append(links_of_shared(kind, party, rows["key"].cast(pl.String).to_list()))
    return links


def _require_kinds(kinds: pl.Series, allowed: frozenset[str]) -> None:
    unknown = sorted(set(kinds.unique().to_list()) - allowed, key=str)
    if unknown:
        raise LinksWrong(f"there is no such kind here: {', '.join(map(str, unknown))}")


def _account(pairs: pl.DataFrame | None, parties: pl.Series) -> pl.DataFrame:
    if pairs is None or pairs["value"].null_count() == pairs.height:
        return pl.DataFrame()
    transfers = pairs.filter(pl.col("kind") == "transfer")
    frame = pl.DataFrame({"party": parties})
    for end, way in (("source", "sent"), ("target", "received")):
        figures = [
            pl.len().cast(pl.Float64).alias(f"account_{way}_count"),
            pl.col("value").sum().alias(f"account_{way}_total"),
            pl.col("value").mean().alias(f"account_{way}_mean"),
        ]
        own = transfers.group_by(end).agg(figures).rename({end: "party"})
        frame = frame.join(own, on="party", how="left", maintain_order="left")
    counts = [column for column in frame.columns if not column.endswith("_mean")]
    return frame.with_columns(pl.col(counts[1:]).fill_null(0.0)).drop("party")
