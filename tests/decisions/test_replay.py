"""Replay: the same input and bundle give the same document, whatever the clock, the hash seed and the threads."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from lending.models import Customer
from lending.services.customers import customer_erase
from rules.models import Decision
from rules.services.bundles import loading as bundles
from rules.services.decisions import deciding, replay
from rules.services.decisions.document import document_open
from rules.services.decisions.replay import decisions_replay
from tests.decisions.test_shipped_policies import goes_live, rows
from tests.factories import decisions as make
from tests.factories.triggers import unguarded

ROOT = Path(__file__).parents[2]


def test_decisions_replay_the_same_after_the_policy_changed(lender):
    for amount in (20_000, 320_000, 600_000):
        lender.post(make.body(variables={**make.VARIABLES, "amount_minor": amount}))
    missing = {name: value for name, value in make.VARIABLES.items() if name != "checking_status"}
    lender.post(make.body(variables=missing))
    make.policy_goes_live(make.policy(parameters={"largest_minor": 20_000}))
    bundles.bundles_forget()
    report = decisions_replay()
    assert (report.total, report.same, report.failures) == (4, 4, [])


def test_an_erased_customer_counts_as_erased(lender):
    lender.post(make.body())
    lender.post(make.body())
    customer_erase(customer=Customer.objects.first(), at=make.now(), actor="system:tests")
    report = decisions_replay()
    assert (report.same, report.erased, report.failed) == (1, 1, 0)


def test_an_engine_that_decides_otherwise_fails_the_replay(lender, monkeypatch):
    """The twin: replay would see a change in the engine."""
    lender.post(make.body())
    monkeypatch.setattr(deciding, "_told", lambda *_: ["PERSON_REVIEW"])
    report = decisions_replay()
    assert (report.failed, report.failures[0].why) == (1, "the document comes out differently")


def test_an_edited_document_fails_the_replay(lender):
    lender.post(make.body())
    with unguarded("rules_decision") as cursor:
        cursor.execute("UPDATE rules_decision SET document = document || ' '::bytea")
    assert decisions_replay().failures[0].why == "the stored document is not what its hash names"


def test_the_command_reports_and_exits_by_what_it_found(lender, tmp_path, monkeypatch):
    lender.post(make.body())
    call_command("replay", "--all", "--strict", "--report", str(tmp_path / "report.json"))
    counts = json.loads((tmp_path / "report.json").read_text())
    assert (counts["total"], counts["same"], counts["erased"], counts["failed"]) == (1, 1, 0, 0)
    monkeypatch.setattr(deciding, "_told", lambda *_: ["PERSON_REVIEW"])
    with pytest.raises(SystemExit) as ended:
        call_command("replay", "--all")
    assert ended.value.code == 1


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"},
        {"TZ": "America/St_Johns", "PYTHONHASHSEED": "4711", "OMP_NUM_THREADS": "4", "LC_ALL": "C"},
    ],
)
def test_it_replays_the_same_in_other_surroundings(transactional_db, surroundings, tmp_path):
    lender = goes_live("instalment")
    for number, given in enumerate(rows("instalment", 25)):
        asked = make.body(variables=given)
        if number % 3 == 0:
            asked["applicant"]["phone"] = "13800000000"
        assert lender.post(asked).status_code == 201
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + connection.settings_dict["NAME"]
    command = [sys.executable, "manage.py", "replay", "--all", "--strict", "--report", str(tmp_path / "report.json")]
    ended = subprocess.run(
        command, env={**os.environ, **surroundings, "DATABASE_URL": url}, cwd=ROOT, check=False, capture_output=True
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert json.loads((tmp_path / "report.json").read_text())["same"] == Decision.objects.count() == 25
    assert any(document_open(bytes(decision.document)).pattern_hits for decision in Decision.objects.all())


def test_a_decision_that_cannot_be_replayed_does_not_end_the_replay(lender, monkeypatch):
    for _ in range(2):
        lender.post(make.body())
    again, tries = replay.decide, iter([True, False])

    def fails_once(inputs, bundle):
        if next(tries):
            raise ValueError("13800000000 must not be repeated")
        return again(inputs, bundle)

    monkeypatch.setattr(replay, "decide", fails_once)
    report = decisions_replay()
    assert (report.total, report.same, report.failed) == (2, 1, 1)
    assert [failure.why for failure in report.failures] == ["ValueError"]
