"""Packages of every kind: hashed, golden, probed, and refused with a code when damaged."""

import io
import random

import msgspec
import numpy as np
import pytest

from scoring.package import BrokenPackageError, GoldenRowError, package_read, package_write
from scoring.package.archive import archive_read, archive_write
from scoring.package.arrays import arrays_read, arrays_write
from scoring.package.bodies import BODIES, body_kind
from scoring.package.hidden_layer import SVM_PARTS
from scoring.package.probe import package_probe
from tests.factories.families import NEW_KINDS, family_model, family_package
from tests.factories.scoring import card

REST = frozenset({"schema.json", "card.json", "golden.json"})


def _parts(kind: str) -> dict[str, bytes]:
    return archive_read(family_package(kind), REST | {BODIES[kind].part})


@pytest.mark.parametrize("kind", ["scorecard", "mlp"])
def test_a_sub_process_loads_it(kind):
    assert package_probe(family_package(kind)) == family_model(kind).content_hash


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_bodies_damaged_in_a_hundred_ways_are_refused_with_a_code(kind):
    features, body, chance = family_model(kind).schema.features, family_model(kind).body, random.Random(7)
    refused = 0
    for _ in range(100):
        damaged = bytearray(body)
        way = chance.randrange(3)
        if way == 0:
            del damaged[chance.randrange(len(damaged)) :]
        for _ in range(1 + 20 * (way == 2)):
            if damaged:
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if damaged == body:
            continue
        try:
            read = BODIES[kind].read(bytes(damaged), features)
            read.margins(np.zeros((3, len(features)), dtype=np.float32))
        except BrokenPackageError as error:
            assert error.code == "model_package_broken"
            refused += 1
    assert refused >= (60 if kind == "scorecard" else 98)  # a changed digit of a margin is for the golden rows to find


def test_a_whole_package_with_a_body_that_is_not_text_is_refused():
    for name in ("scorecard.json", "schema.json", "card.json", "golden.json"):
        damaged = archive_write({**_parts("scorecard"), name: b'{"a":"\xee\xff"}'})
        with pytest.raises(BrokenPackageError):
            package_read(damaged)


@pytest.mark.parametrize("change", [("margin", 40_000), ("edges", None)])
def test_what_a_damaged_scorecard_still_reads_as_is_caught_by_its_golden_rows(change):
    parts = _parts("scorecard")
    body = msgspec.json.decode(parts["scorecard.json"])
    first = body["characteristics"][0]
    if change[0] == "margin":
        first["bins"][0]["margin"] += change[1]
    else:
        first["edges"] = [edge - 0.6 for edge in first["edges"]]
    with pytest.raises(GoldenRowError):
        package_read(archive_write({**parts, "scorecard.json": msgspec.json.encode(body)}))


def test_special_values_are_among_the_golden_rows():
    golden = msgspec.json.decode(_parts("scorecard")["golden.json"])
    assert -999.0 in golden["values"]["income"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["characteristics"].pop(), "not the schema's features"),
        (lambda c: c["characteristics"][0]["edges"].append(1e9), "a bin for each interval"),
        (lambda c: c["characteristics"][0]["edges"].reverse(), "edges must rise"),
        (lambda c: c["characteristics"][0]["missing"].update(margin=10**12), "within ±1,000"),
        (lambda c: c.update(extra=1), "cannot be read"),
        (lambda c: c.update(format=2), "format must be 1"),
    ],
)
def test_an_unsound_scorecard_is_refused_with_what_is_wrong(change, says):
    body = msgspec.json.decode(_parts("scorecard")["scorecard.json"])
    change(body)
    with pytest.raises(BrokenPackageError, match=says):
        BODIES["scorecard"].read(msgspec.json.encode(body), family_model("scorecard").schema.features)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("landmarks", lambda a: a[:, :-1]),
        ("landmarks", lambda a: a * np.nan),
        ("weights", lambda a: a[:-1]),
        ("gamma", lambda a: -a),
        ("knot_inputs", lambda a: a[::-1]),
        ("knot_counts", lambda a: a + 0.5),
        ("knot_counts", lambda a: a + 1.0),
        ("flag_features", lambda a: a + 1_000.0),
        ("fill", lambda a: a * np.inf),
        ("background", lambda a: a[:2]),
        ("explaining", lambda a: a * 1e9),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(name, change):
    arrays = arrays_read(family_model("svm").body, SVM_PARTS)
    with pytest.raises(BrokenPackageError), np.errstate(invalid="ignore"):
        BODIES["svm"].read(arrays_write({**arrays, name: change(arrays[name])}), family_model("svm").schema.features)


def test_an_npz_with_a_pickle_in_it_is_refused():
    target = io.BytesIO()
    np.lib.format.write_array(target, np.array([{}], dtype=object), allow_pickle=True)
    parts = archive_read(family_model("svm").body, frozenset(f"{name}.npy" for name in SVM_PARTS))
    with pytest.raises(BrokenPackageError):
        arrays_read(archive_write({**parts, "gamma.npy": target.getvalue()}), SVM_PARTS)


def test_an_npz_opens_with_numpy_alone():
    with np.load(io.BytesIO(family_model("mlp").body), allow_pickle=False) as arrays:
        assert arrays["hidden_weights"].dtype == np.float64


def test_no_landmark_is_a_person_s_row():
    model = family_model("svm")
    arrays = arrays_read(model.body, SVM_PARTS)
    flags = arrays["landmarks"][:, -len(arrays["flag_features"]) :]
    assert not np.isin(flags, (0.0, 1.0)).any()  # every training row has zeros and ones there


def test_a_package_that_holds_another_kind_than_it_states_is_refused():
    parts = _parts("svm")
    mixed = {**_parts("mlp"), "schema.json": parts["schema.json"]}
    with pytest.raises(BrokenPackageError, match="another kind of model than its schema states"):
        package_read(archive_write(mixed))


def test_an_unknown_kind_cannot_be_written():
    model = family_model("svm")
    schema = msgspec.structs.replace(model.schema, kind="forest")
    with pytest.raises(BrokenPackageError, match="no kind of model forest"):
        package_write(schema=schema, body=model.body, card=card(), seed=1)
    with pytest.raises(BrokenPackageError):
        body_kind("")
