"""Features of the graph are what they say, and the label of a party never reaches its own features."""

from functools import partial

import numpy as np
import polars as pl
import pytest

from scoring.alternative.graph import DAMPING, Graph, GraphFeatures
from scoring.alternative.links import MOST_SHARING, LinksWrong, links_of_pairs, links_of_shared, party_places
from scoring.metrics import auc
from scoring.training.folds import stratified_folds

FOLDS = partial(stratified_folds, folds=5, seed=1)


def transfers(*pairs):
    source, target = zip(*pairs, strict=True)
    return links_of_pairs("transfer", np.array(source), np.array(target))


def flags(size, *bads):
    found = np.zeros(size, dtype=bool)
    found[list(bads)] = True
    return found


def features(outcome, links, size):
    """Cross-fitted features of every party, as of training rows."""
    graph = Graph(size, links)
    return GraphFeatures(graph, FOLDS).fit_transform(np.arange(size), outcome)


def test_degrees_count_distinct_counterparties_and_components_everybody_reached():
    graph = Graph(5, [transfers((0, 1), (0, 1), (1, 2), (2, 2))])
    found = graph.structure()
    assert found["transfer_out"].to_list() == [1, 1, 0, 0, 0]
    assert found["transfer_in"].to_list() == [0, 1, 1, 0, 0]
    assert found["component_size"].to_list() == [3, 3, 3, 1, 1]


def test_a_shared_phone_links_its_holders_once_and_one_of_a_whole_village_nobody():
    crowd = MOST_SHARING + 1
    party = np.array([0, 1, 1, 2, *range(crowd)])
    keys = ["a", "a", "a", None, *["village"] * crowd]
    links = links_of_shared("phone", party, keys)
    assert (links.source.tolist(), links.target.tolist(), links.weight.tolist()) == ([0], [1], [1.0])


def test_the_personalised_page_rank_is_that_of_the_definition():
    pairs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 0), (3, 3), (0, 2), (0, 2)]
    along = np.zeros((4, 4))
    for source, target in pairs:
        along[source, target] += source != target

    def by_hand(walk, start):
        walk = walk / walk.sum(axis=1, keepdims=True)
        return np.linalg.solve(np.eye(4) - DAMPING * walk.T, (1 - DAMPING) * start)

    found = Graph(4, [transfers(*pairs)]).exposure(flags(4, 1))
    for way, walk in {"along": along, "against": along.T, "either": along + along.T}.items():
        expected = by_hand(walk, np.array([0, 1.0, 0, 0])) / by_hand(walk, np.full(4, 0.25))
        assert found[f"bad_rank_{way}"].to_list() == pytest.approx(expected.tolist(), abs=1e-5)


def test_bad_counterparties_are_counted_by_direction_and_shares_of_nobody_are_unknown():
    found = Graph(4, [transfers((0, 1), (0, 2), (2, 1))]).exposure(flags(4, 1))
    assert found["transfer_bad_out"].to_list() == [1, 0, 1, 0]
    assert found["transfer_bad_out_share"].to_list() == [0.5, None, 1, None]
    assert found["transfer_bad_in"].to_list() == [0, 0, 0, 0]
    assert found["component_bads"].to_list() == [1, 1, 1, 0]


def test_without_a_known_bad_nobody_is_close_to_one():
    found = Graph(3, [transfers((0, 1))]).exposure(flags(3))
    assert found.select("bad_rank_along", "bad_rank_against", "bad_rank_either").sum_horizontal().sum() == 0


def test_the_label_of_a_training_row_does_not_move_its_own_features():
    rng = np.random.default_rng(3)
    pairs = list(zip(rng.integers(0, 200, 600), rng.integers(0, 200, 600), strict=True))
    outcome = (rng.random(200) < 0.3).astype(float)
    # The split is fixed, so that flipping one label changes nothing else.
    split = list(FOLDS(outcome))
    graph = Graph(200, [transfers(*pairs)])
    fixed = GraphFeatures(graph, lambda _outcome: split)
    before = fixed.fit_transform(np.arange(200), outcome)
    for row in range(0, 200, 20):
        flipped = outcome.copy()
        flipped[row] = 1.0 - flipped[row]
        after = fixed.fit_transform(np.arange(200), flipped)
        assert before[row].equals(after[row])


def rings(size=400, seed=5):
    """Pure chance: labels that no link knows of."""
    rng = np.random.default_rng(seed)
    links = transfers(*zip(rng.integers(0, size, 3 * size), rng.integers(0, size, 3 * size), strict=True))
    return (rng.random(size) < 0.3).astype(float), [links]


def test_on_labels_of_chance_the_features_tell_nothing():
    found = []
    for seed in range(8):
        outcome, links = rings(seed=seed)
        found.append(auc(outcome, features(outcome, links, 400)["bad_rank_either"].to_numpy()))
    assert abs(np.mean(found) - 0.5) < 0.04


def test_twin_reading_all_labels_would_have_inflated_them():
    outcome, links = rings()
    leaking = Graph(400, links).exposure(outcome == 1.0)["bad_rank_either"].to_numpy()
    assert auc(outcome, leaking) > 0.9


def test_later_parties_see_the_labels_of_training_and_no_others():
    outcome, links = rings()
    train, later = np.arange(300), np.arange(300, 400)
    fitted = GraphFeatures(Graph(400, links), FOLDS)
    fitted.fit_transform(train, outcome[train])
    assert fitted.bads_ is not None
    assert fitted.bads_[later].sum() == 0
    seen = fitted.transform(later)
    assert seen.height == 100
    again = GraphFeatures(Graph(400, links), FOLDS)
    again.fit_transform(train, outcome[train])
    assert again.transform(later).equals(seen)


def test_features_before_learning_and_links_of_strangers_are_refused():
    with pytest.raises(ValueError, match="fit_transform"):
        GraphFeatures(Graph(2, [transfers((0, 1))]), FOLDS).transform(np.array([0]))
    with pytest.raises(LinksWrong, match="not among them"):
        party_places(["a"], pl.Series("source", ["b"]))
    with pytest.raises(LinksWrong, match="twice"):
        party_places(["a", "a"], pl.Series("source", ["a"]))
