"""What the graph says of customers is what counting by hand says, and nobody's own label enters it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.alternative.book_graph import FOLDS, party_features
from scoring.alternative.graph import DAMPING, Graph
from scoring.alternative.links import links_of_pairs, links_of_shared

SIZE = 8
PARTIES = list(range(3, 3 + 2 * SIZE, 2))
_pair = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
_held = st.tuples(st.integers(0, SIZE - 1), st.sampled_from("abc"))


def links_of(transfers, phones):
    source, target = (np.array([pair[end] for pair in transfers], dtype=np.int64) for end in (0, 1))
    party = np.array([place for place, _ in phones], dtype=np.int64)
    return [links_of_pairs("transfer", source, target), links_of_shared("phone", party, [key for _, key in phones])]


def walks(transfers, phones):
    """Weights of steps between places, by hand: along transfers; a shared phone links both ways."""
    along, shared = np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE))
    for source, target in transfers:
        along[source, target] += source != target
    for key in "abc":
        holders = {place for place, held in phones if held == key}
        for one in holders:
            for other in holders - {one}:
                shared[one, other] += 1
    return along, shared


def rank(steps, start):
    """Personalised PageRank by its linear equations; who goes nowhere starts again."""
    out = steps.sum(axis=1)
    moves = np.divide(steps, out[:, None], out=np.zeros_like(steps), where=out[:, None] > 0)
    moves[out == 0] = start
    return np.linalg.solve(np.eye(SIZE) - DAMPING * moves.T, (1 - DAMPING) * start)


def reached(steps, place):
    found, waiting = {place}, [place]
    while waiting:
        here = waiting.pop()
        near = {there for there in range(SIZE) if steps[here, there] or steps[there, here]} - found
        found |= near
        waiting += near
    return found


def by_hand(place, transfers, phones, bads):
    """A party's row, from the definitions."""
    along, shared = walks(transfers, phones)
    number = PARTIES[place]
    own = number % FOLDS if number in bads else None
    known = {PARTIES.index(bad) for bad in bads if own is None or bad % FOLDS != own}
    near = reached(along + shared, place)
    row = {
        "test_component_size": len(near),
        "test_component_bads": len(near & known),
        "transfer_out": len({end for end in range(SIZE) if along[place, end]}),
        "transfer_in": len({end for end in range(SIZE) if along[end, place]}),
        "transfer_bad_out": len({end for end in known if along[place, end]}),
        "transfer_bad_in": len({end for end in known if along[end, place]}),
        "phone_shared": len({end for end in range(SIZE) if shared[place, end]}),
        "phone_bad_shared": len({end for end in known if shared[place, end]}),
    }
    ways = {"along": along + shared, "against": along.T + shared, "either": along + along.T + shared}
    start = np.array([float(end in known) / max(len(known), 1) for end in range(SIZE)])
    for way, steps in ways.items():
        usual = rank(steps, np.full(SIZE, 1 / SIZE))
        row[f"test_bad_rank_{way}"] = (rank(steps, start) / usual)[place] if known else 0.0
    return row


@settings(max_examples=60, deadline=None)
@given(st.lists(_pair, max_size=14), st.lists(_held, max_size=8), st.sets(st.sampled_from(PARTIES), max_size=5))
def test_every_figure_is_that_of_the_definition(transfers, phones, bads):
    found = party_features("test", PARTIES, links_of(transfers, phones), bads)
    for place, row in enumerate(found.iter_rows(named=True)):
        assert row == pytest.approx(by_hand(place, transfers, phones, bads), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.lists(_pair, max_size=14), st.sets(st.sampled_from(PARTIES)), st.integers(0, SIZE - 1))
def test_turning_bad_moves_no_figure_of_ones_own_but_hides_the_fifth_one_is_in(transfers, bads, place):
    """The others of one's fifth are hidden from a bad one, so they are left out on both sides here."""
    number = PARTIES[place]
    others = {bad for bad in bads if bad % FOLDS != number % FOLDS}
    links = links_of(transfers, [])
    as_good, as_bad = (party_features("test", PARTIES, links, known)[place] for known in (others, others | {number}))
    assert as_good.equals(as_bad)


def test_twin_reading_every_label_a_bad_one_would_count_itself():
    links, bads = links_of([(0, 1), (1, 2)], []), {PARTIES[1]}
    assert party_features("test", PARTIES, links, bads)["test_component_bads"].to_list()[1] == 0
    leaking = Graph(SIZE, links).exposure(np.isin(PARTIES, list(bads)))
    assert leaking["component_bads"].to_list()[1] == 1
