"""A package is one byte string: the same for the same model, refused when one byte differs."""

import hashlib
import json
import random
import zipfile
from io import BytesIO

import pytest

from scoring.package import BrokenPackageError, GoldenRowError, package_read, package_write, reading
from scoring.package.archive import archive_read, archive_write
from scoring.package.golden import golden_write
from scoring.package.reading import GOLDEN
from tests.factories.scoring import card, loan_table, package_bytes, scoring_model

PARTS = frozenset({"booster.ubj", "schema.json", "card.json", "golden.json"})


def _parts():
    return archive_read(package_bytes(), PARTS)


def test_it_writes_the_same_bytes_twice():
    model = scoring_model()
    again = package_write(schema=model.schema, body=model.body, card=card(), seed=42)
    assert again == package_bytes()


def test_it_names_a_package_by_the_hash_of_its_bytes():
    assert scoring_model().content_hash == hashlib.sha256(package_bytes()).hexdigest()


def test_it_refuses_every_one_of_a_thousand_single_byte_changes():
    data, chance = package_bytes(), random.Random(20)
    for _ in range(1_000):
        place = chance.randrange(len(data))
        changed = data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
        with pytest.raises(BrokenPackageError):
            archive_read(changed, PARTS)


@pytest.mark.parametrize(
    "change", [lambda d: d[:-1], lambda d: d + b"\0", lambda d: b"\0" + d, lambda d: b"", lambda d: d[:100]]
)
def test_it_refuses_bytes_added_or_cut_off(change):
    with pytest.raises(BrokenPackageError):
        package_read(change(package_bytes()))


def test_it_refuses_a_compressed_archive():
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in [("manifest.json", b"{}"), *_parts().items()]:
            archive.writestr(name, part)
    with pytest.raises(BrokenPackageError):
        package_read(target.getvalue())


def test_it_refuses_a_model_that_scores_its_golden_rows_differently_by_one_bit():
    golden = json.loads(_parts()[GOLDEN])
    golden["margin_bits"][500] ^= 1
    changed = archive_write({**_parts(), GOLDEN: json.dumps(golden).encode()})
    with pytest.raises(GoldenRowError) as refused:
        package_read(changed)
    assert refused.value.facts["differing"] == 1


def test_without_the_golden_rows_that_model_would_load(monkeypatch):
    golden = json.loads(_parts()[GOLDEN])
    golden["margin_bits"][500] ^= 1
    changed = archive_write({**_parts(), GOLDEN: json.dumps(golden).encode()})
    monkeypatch.setattr(reading, "golden_check", lambda model, data: None)
    assert package_read(changed).features


def test_it_needs_a_thousand_golden_rows():
    golden = json.loads(_parts()[GOLDEN])
    assert len(golden["margin_bits"]) >= 1_000
    few = {
        "values": {name: column[:999] for name, column in golden["values"].items()},
        "margin_bits": golden["margin_bits"][:999],
    }
    with pytest.raises(BrokenPackageError):
        package_read(archive_write({**_parts(), GOLDEN: json.dumps(few).encode()}))


def test_it_holds_missing_values_and_unseen_codes_in_its_golden_rows():
    values = json.loads(_parts()[GOLDEN])["values"]
    assert None in values["income"]
    assert "never seen" in values["purpose"]
    assert golden_write(scoring_model(), seed=42) == _parts()[GOLDEN]


def test_it_holds_no_row_of_the_training_data():
    values = json.loads(_parts()[GOLDEN])["values"]
    names = ["late", "income", "purpose", "savings", "noise"]
    golden = set(zip(*(values[name] for name in names), strict=True))
    assert not golden & set(loan_table().select(names).rows())


@pytest.mark.parametrize(
    "key", ["pd_horizon_months", "bad_definition", "sample_odds", "limits_of_use", "training_data"]
)
def test_it_refuses_a_card_that_does_not_say_what_the_pd_means(key):
    model = scoring_model()
    incomplete = {name: value for name, value in card().items() if name != key}
    with pytest.raises(BrokenPackageError, match=key):
        package_write(schema=model.schema, body=model.body, card=incomplete, seed=1)


def test_it_refuses_a_schema_that_turns_the_order_round():
    schema = json.loads(_parts()["schema.json"])
    schema["calibration"]["slope"] = -1.0
    with pytest.raises(BrokenPackageError, match="slope"):
        package_read(archive_write({**_parts(), "schema.json": json.dumps(schema).encode()}))


def test_it_refuses_a_schema_with_fewer_features_than_the_booster():
    schema = json.loads(_parts()["schema.json"])
    schema["features"].pop()
    with pytest.raises(BrokenPackageError, match="features"):
        package_read(archive_write({**_parts(), "schema.json": json.dumps(schema).encode()}))
