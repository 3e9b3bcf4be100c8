"""In which order definitions that read each other are worked out, and which of them go in a circle."""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush


def definition_order(reads: Mapping[str, Iterable[str]]) -> tuple[list[str], list[list[str]]]:
    """The keys of `reads` so that each stands behind those it reads, and the circles, each once.

    Whatever is free to go stays in the order of the mapping. Keys of a circle, and those that read one, stand last in
    the mapping's order. A circle is told along its arrows: ["a", "b"] where a reads b and b reads a.
    """
    names = list(reads)
    places = {name: place for place, name in enumerate(names)}
    wanted = {name: {read for read in reads[name] if read in places} for name in names}
    readers: dict[str, list[str]] = {name: [] for name in names}
    for name, needed in wanted.items():
        for read in needed:
            readers[read].append(name)
    waits = {name: len(needed) for name, needed in wanted.items()}
    free = [places[name] for name in names if not waits[name]]
    heapify(free)
    ordered: list[str] = []
    while free:
        name = names[heappop(free)]
        ordered.append(name)
        for reader in readers[name]:
            waits[reader] -= 1
            if not waits[reader]:
                heappush(free, places[reader])
    done = set(ordered)
    stuck = [name for name in names if name not in done]
    return ordered + stuck, _circles(stuck, wanted, places)


def _circles(stuck: list[str], wanted: Mapping[str, set[str]], places: Mapping[str, int]) -> list[list[str]]:
    """One circle from each knot; every name that is stuck reads another one that is."""
    left = set(stuck)
    circles: list[list[str]] = []
    seen: set[str] = set()
    for start in stuck:
        path: list[str] = []
        name = start
        while name not in seen:
            seen.add(name)
            path.append(name)
            name = min(wanted[name] & left, key=places.__getitem__)
        if name in path:
            circles.append(path[path.index(name) :])
    return circles
