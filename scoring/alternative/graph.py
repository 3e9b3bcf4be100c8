"""What a party's place in the graph of links says of it, and how close it stands to known bad ones. Pure.

Closeness to bad parties reads labels, so it must never read a party's own. `exposure` is given the bads that may be
known; `GraphFeatures` shows each training row the labels of the other rows only, and each later row those of training.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
import rustworkx

from scoring.alternative.links import Links, Places

Flags = npt.NDArray[np.bool_]
Vector = npt.NDArray[np.float64]
Folds = Callable[[Vector], Iterable[tuple[Places, Places]]]
DAMPING = 0.85
"""Share of steps that follow a link; the rest start again (Page, Brin, Motwani and Winograd 1999)."""
_TOLERANCE = 1e-8
_MOST_STEPS = 200
# Bad parties reach others along transfers, against them, or either way; the three say different things.
_WAYS = ("along", "against", "either")


class Graph:
    """Parties 0 … `size`-1 and the links between them, built once; every method is a pure function of them."""

    def __init__(self, size: int, links: Sequence[Links]) -> None:
        self.size = size
        self.links = tuple(links)
        edges = [(item, *self._directed(item)) for item in links]
        self._walks = {way: self._walk(way, edges) for way in _WAYS}
        self._usual = {way: self._ranked(way, np.ones(size)) for way in _WAYS}
        self._component = self._components()
        self._structure = self._degrees()

    def structure(self) -> pl.DataFrame:
        """Features that read no label, a row per party.

        `component_size` (parties that can be reached, itself included); for directed kinds `<kind>_out`, `<kind>_in`
        (distinct counterparties), for shared ones `<kind>_shared` (parties with whom one is held in common).
        """
        return self._structure

    def _degrees(self) -> pl.DataFrame:
        columns = {"component_size": np.bincount(self._component)[self._component]}
        for item in self.links:
            out, into = (np.bincount(ends, minlength=self.size) for ends in (item.source, item.target))
            if item.is_directed:
                columns |= {f"{item.kind}_out": out, f"{item.kind}_in": into}
            else:
                columns[f"{item.kind}_shared"] = out + into
        return pl.DataFrame(columns).cast(pl.Float64)

    def exposure(self, bad: Flags) -> pl.DataFrame:
        """Closeness to the parties known to be bad, a row per party; a bad party stands close to itself.

        `bad_rank_<way>`: personalised PageRank from the bads over the usual PageRank, so 1 is nothing special, for
        walks along links, against them and either way. `<kind>_bad_out`, `<kind>_bad_in` or `<kind>_bad_shared`:
        bad counterparties; with `_share` their share, 0 to 1, unknown without any counterparty.
        `component_bads`: bads that can be reached. Raises ValueError unless `bad` has a flag for each party.
        """
        if bad.shape != (self.size,):
            raise ValueError("bad must hold a flag for each party")
        marks = bad.astype(np.float64)
        columns: dict[str, Vector] = {
            f"bad_rank_{way}": self._ranked(way, marks) / self._usual[way] if bad.any() else np.zeros(self.size)
            for way in _WAYS
        }
        columns["component_bads"] = self._summed(self._component, marks)[self._component]
        for item in self.links:
            columns |= self._neighbours(item, marks)
        return pl.DataFrame(columns).with_columns(pl.all().fill_nan(None))

    def _neighbours(self, item: Links, marks: Vector) -> dict[str, Vector]:
        ends = [(item.source, item.target), (item.target, item.source)]
        bads, counts = (
            [self._summed(here, values[there]) for here, there in ends] for values in (marks, np.ones(self.size))
        )
        if item.is_directed:
            named = {f"{item.kind}_bad_out": (bads[0], counts[0]), f"{item.kind}_bad_in": (bads[1], counts[1])}
        else:
            named = {f"{item.kind}_bad_shared": (bads[0] + bads[1], counts[0] + counts[1])}
        found: dict[str, Vector] = {}
        for name, (bad, count) in named.items():
            share = np.divide(bad, count, out=np.full(self.size, np.nan), where=count > 0)
            found |= {name: bad, f"{name}_share": share}
        return found

    def _summed(self, party: Places, values: Vector) -> Vector:
        return np.bincount(party, weights=values, minlength=self.size).astype(np.float64)

    def _directed(self, item: Links) -> tuple[Places, Places, Vector]:
        """A shared attribute links both ways."""
        if item.is_directed:
            return item.source, item.target, item.weight
        both = (item.source, item.target), (item.target, item.source)
        return np.concatenate(both[0]), np.concatenate(both[1]), np.tile(item.weight, 2)

    def _walk(self, way: str, edges: Sequence[tuple[Links, Places, Places, Vector]]) -> rustworkx.PyDiGraph:
        graph = rustworkx.PyDiGraph(multigraph=True)
        graph.add_nodes_from(range(self.size))
        for item, source, target, weight in edges:
            forth = list(zip(source.tolist(), target.tolist(), weight.tolist(), strict=True))
            back = [(end, start, times) for start, end, times in forth]
            if way in ("along", "either"):
                graph.add_edges_from(forth)
            if way == "against" or (way == "either" and item.is_directed):
                graph.add_edges_from(back)
        return graph

    def _ranked(self, way: str, start: Vector) -> Vector:
        """PageRank of walks that start at parties in proportion to `start`."""
        begun = np.flatnonzero(start)
        ranks = rustworkx.pagerank(
            self._walks[way],
            alpha=DAMPING,
            weight_fn=float,
            personalization=dict(zip(begun.tolist(), start[begun].tolist(), strict=True)),
            tol=_TOLERANCE,
            max_iter=_MOST_STEPS,
        )
        return np.fromiter((ranks[place] for place in range(self.size)), dtype=np.float64, count=self.size)

    def _components(self) -> Places:
        component = np.zeros(self.size, dtype=np.int64)
        for number, members in enumerate(rustworkx.weakly_connected_components(self._walks["along"])):
            component[list(members)] = number
        return component


class GraphFeatures(msgspec.Struct):
    """Features of the graph for a model: learnt from training parties, given to them without their own labels.

    `fit_transform` shows each training party the labels of the other folds of training alone; `transform` shows later
    parties those of all of training, and nobody's beyond it.
    """

    graph: Graph
    folds: Folds
    """How training rows are split to hide each one's label from itself: outcome → (others, hidden) places."""
    bads_: Flags | None = None
    """Parties known to be bad from training."""

    def fit_transform(self, parties: Places, outcome: Vector) -> pl.DataFrame:
        """Learn from these parties (`outcome` 1 for bad) and give their features, in their order."""
        parts: list[pl.DataFrame] = []
        places: list[Places] = []
        for others, hidden in self.folds(outcome):
            parts.append(self._features(self._flags(parties[others], outcome[others]), parties[hidden]))
            places.append(hidden)
        self.bads_ = self._flags(parties, outcome)
        back = np.argsort(np.concatenate(places), kind="stable")
        return pl.concat(parts)[back]

    def transform(self, parties: Places) -> pl.DataFrame:
        """Features of parties that were not learnt from. Raises ValueError before `fit_transform`."""
        if self.bads_ is None:
            raise ValueError("nothing is learnt yet: call fit_transform")
        return self._features(self.bads_, parties)

    def _features(self, bads: Flags, parties: Places) -> pl.DataFrame:
        both = [self.graph.structure(), self.graph.exposure(bads)]
        return pl.concat(both, how="horizontal")[parties]

    def _flags(self, parties: Places, outcome: Vector) -> Flags:
        flags = np.zeros(self.graph.size, dtype=np.bool_)
        flags[parties[outcome == 1.0]] = True
        return flags
