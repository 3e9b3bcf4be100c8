"""Machines told to tell segments: figures by hand, intervals by brute force, and refusals that say why."""

import math

import numpy as np
import polars as pl
import pytest

from scoring.paired_shares import paired_shares
from scoring.training import segment_classes
from scoring.training.class_machines import MACHINES
from scoring.training.errors import TrainingInputError
from scoring.training.segment_classes import class_figures, classes_compare


def people(rows=240, seed=1):
    """Three segments by two amounts and a code, one amount missing here and there."""
    chance = np.random.default_rng(seed)
    first, second = chance.normal(size=rows), chance.normal(size=rows)
    kind = chance.choice(["a", "b"], size=rows)
    names = np.where(first > 0.5, "risky", np.where((second > 0.3) & (kind == "a"), "valued", "plain"))
    gaps = [None if place % 9 == 0 else float(value) for place, value in enumerate(second)]
    return pl.DataFrame({"first": first, "second": gaps, "kind": kind, "same": [1.0] * rows}), names.tolist()


@pytest.fixture(scope="module")
def compared():
    frame, names = people()
    return classes_compare(frame, names, today=["plain"] * len(names), folds=2)


def test_both_machines_beat_the_largest_class_on_the_same_customers(compared):
    models = compared["models"]
    assert set(models) == {"svm", "xgboost", "largest_class", "unchanged"}
    for machine in MACHINES:
        assert models[machine]["accuracy"] > models["largest_class"]["accuracy"] + 0.15
        assert sum(map(sum, models[machine]["confusion"])) == compared["customers"] == 240
    assert compared["variables"] == ["first", "second", "kind"]
    assert "same dropped" in compared["notes"][0]


def test_each_pair_has_its_interval(compared):
    pairs = {(pair["first"], pair["second"]): pair for pair in compared["pairs"]}
    assert len(pairs) == 5 and ("svm", "xgboost") in pairs and ("unchanged", "svm") in pairs
    for (one, two), pair in pairs.items():
        gained = compared["models"][two]["accuracy"] - compared["models"][one]["accuracy"]
        assert pair["difference"] == pytest.approx(gained, abs=2e-6)
        assert pair["low"] <= pair["difference"] <= pair["high"]


def test_the_same_data_and_seed_give_the_same_report(compared):
    frame, names = people()
    assert classes_compare(frame, names, today=["plain"] * len(names), folds=2) == compared


def test_nothing_to_tell_is_told_no_better_than_by_chance():
    frame, names = people()
    shuffled = np.random.default_rng(3).permutation(names).tolist()
    models = classes_compare(frame, shuffled, folds=2)["models"]
    for machine in MACHINES:
        assert models[machine]["balanced_accuracy"] < 0.45  # a third is chance


def test_a_machine_sees_nobody_it_is_asked_about(monkeypatch):
    frame, names = people()
    seen = []

    def memory(_features, rows, classes, _seed):
        seen.append({row.tobytes() for row in rows})

        def predict(unseen):
            assert not {row.tobytes() for row in unseen} & seen[-1]
            return np.zeros(len(unseen), dtype=np.int64)

        return predict

    monkeypatch.setattr(segment_classes, "MACHINES", {"svm": memory, "xgboost": memory})
    classes_compare(frame, names)
    assert len(seen) == 10


def test_figures_are_those_of_the_textbook():
    known = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    guess = np.array([0, 0, 0, 1, 1, 0, 2, -1])
    figures = class_figures(known, guess, ["x", "y", "z"])
    assert figures["confusion"] == [[3, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert figures["accuracy"] == 0.625
    assert figures["recall"] == {"x": 0.75, "y": 0.5, "z": 0.5}
    assert figures["balanced_accuracy"] == pytest.approx((0.75 + 0.5 + 0.5) / 3, abs=1e-6)
    assert figures["macro_f1"] == pytest.approx((6 / 8 + 2 / 4 + 2 / 3) / 3, abs=1e-6)


def test_rare_segments_are_left_out_and_named(monkeypatch):
    def first(_features, _rows, _classes, _seed):
        return lambda unseen: np.zeros(len(unseen), dtype=np.int64)

    monkeypatch.setattr(segment_classes, "MACHINES", {"svm": first, "xgboost": first})
    frame, names = people(300)
    names[:5] = ["odd"] * 5
    found = classes_compare(frame, names)
    assert found["left_out"] == {"odd": 5} and found["customers"] == 295


@pytest.mark.parametrize(
    ("rows", "names", "words"),
    [
        (240, ["one"] * 240, "two segments of at least 20"),
        (150, ["one"] * 75 + ["two"] * 75, "There must be 200 customers"),
        (0, [], "there are: none"),
    ],
)
def test_too_few_customers_or_segments_are_refused_in_words(rows, names, words):
    with pytest.raises(TrainingInputError, match=words):
        classes_compare(people(240)[0].head(rows), names)


def test_the_paired_test_is_mcnemars_and_the_interval_holds_the_truth():
    first = np.array([1] * 60 + [0] * 12 + [1] * 5 + [0] * 23, dtype=bool)
    second = np.array([1] * 60 + [1] * 12 + [0] * 5 + [0] * 23, dtype=bool)
    found = paired_shares(first, second)
    exact = 2 * sum(math.comb(17, k) for k in range(6)) / 2**17
    assert (found.only_first, found.only_second) == (5, 12)
    assert found.p_value == pytest.approx(exact, rel=1e-9)
    middle, apart = 7 / 102, 18 / 102
    reach = 1.959964 * math.sqrt((apart - middle**2) / 102)
    assert (found.low, found.high) == pytest.approx((middle - reach, middle + reach), abs=1e-6)
    chance = np.random.default_rng(5)
    held = [
        (one := paired_shares(chance.random(80) < 0.6, chance.random(80) < 0.6)).low <= 0.0 <= one.high
        for _ in range(400)
    ]
    assert 0.92 <= np.mean(held) <= 0.98


def test_equal_vectors_differ_by_nothing_and_unfit_ones_are_refused():
    same = paired_shares([True, False], [True, False])
    assert same.difference == 0.0 and same.p_value == 1.0 and same.low < 0.0 < same.high
    with pytest.raises(ValueError, match="one length"):
        paired_shares([True], [True, False])
