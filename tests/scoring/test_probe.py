"""A package from outside is loaded in a process of its own, which may die in our place."""

import random
import subprocess
import sys

import msgspec
import pytest

from scoring.package import BrokenPackageError, package_write, probe
from scoring.package.archive import archive_read, archive_write
from scoring.package.probe import package_probe
from tests.factories.scoring import package_bytes, scoring_model
from tests.scoring.test_package import PARTS


def test_it_gives_the_hash_of_a_sound_package():
    assert package_probe(package_bytes()) == scoring_model().content_hash


def test_it_says_what_is_wrong_with_a_broken_one():
    with pytest.raises(BrokenPackageError, match="not a model package"):
        package_probe(b"nonsense")


def test_it_survives_boosters_damaged_in_every_way():
    parts, chance = archive_read(package_bytes(), PARTS), random.Random(5)
    for _ in range(4):
        booster = bytearray(parts["booster.ubj"])
        for _ in range(60):
            booster[chance.randrange(len(booster))] = chance.randrange(256)
        with pytest.raises(BrokenPackageError):
            package_probe(archive_write({**parts, "booster.ubj": bytes(booster)}))


NOISY = """
import sys
from scoring.package import probe, reading
real = reading.package_read
reading.package_read = lambda data: print("WARNING: made by another version") or real(data)
sys.exit(probe.main())
"""


def test_what_the_library_prints_is_no_part_of_the_answer():
    done = subprocess.run([sys.executable, "-c", NOISY], input=package_bytes(), capture_output=True, check=True)
    assert msgspec.json.decode(done.stdout) == {"content_hash": scoring_model().content_hash}
    assert b"WARNING" in done.stderr


def test_it_gives_up_on_a_package_that_hangs(monkeypatch):
    package_probe.cache_clear()
    monkeypatch.setattr(probe, "_SECONDS", 0.01)
    with pytest.raises(BrokenPackageError, match="in time"):
        package_probe(package_bytes())


def test_only_bytes_that_have_loaded_are_not_tried_again(monkeypatch):
    known = package_probe(package_bytes())
    monkeypatch.setattr(probe, "_SECONDS", 0.01)
    assert package_probe(package_bytes()) == known
    for _ in range(2):
        with pytest.raises(BrokenPackageError, match="in time"):
            package_probe(package_bytes() + b"more")


def test_writing_a_package_checks_the_booster_against_the_schema():
    with pytest.raises(BrokenPackageError):
        package_write(schema=scoring_model().schema, body=b"{}", card=scoring_model().card, seed=1)
