"""var/soak.json says what happened: too few faults is "not run", and of a test's phases the worst counts."""

import json
from types import SimpleNamespace

from tests.trust.soak_file import NOT_RUN, entry_keep, entry_of


def report(outcome: str = "passed", name: str = "t", **figures: object) -> SimpleNamespace:
    return SimpleNamespace(nodeid=name, outcome=outcome, duration=1.0, user_properties=[("campaign", figures)])


def test_a_line_carries_seed_planned_and_injected():
    entry = entry_of(report(seed=7, planned=3, injected=3, lost=0))
    assert {name: entry[name] for name in ("name", "seed", "planned", "injected", "lost", "result")} == {
        "name": "t", "seed": 7, "planned": 3, "injected": 3, "lost": 0, "result": "passed",
    }  # fmt: skip


def test_fewer_faults_than_planned_is_not_run_even_where_it_passed():
    assert entry_of(report(seed=7, planned=3, injected=2))["result"] == NOT_RUN
    assert entry_of(report("skipped"))["result"] == NOT_RUN


def test_the_worst_phase_counts_and_the_newest_run_stays(tmp_path):
    place = tmp_path / "var" / "soak.json"
    entry_keep(entry_of(report(name="a", seed=1, planned=1, injected=1)), place)
    entry_keep(entry_of(report("failed", name="a")), place)
    entry_keep(entry_of(report(name="b")), place)
    lines = json.loads(place.read_text())
    assert [(line["name"], line["result"], line["seed"]) for line in lines] == [
        ("a", "failed", 1),
        ("b", "passed", None),
    ]
