"""Commands that train read the live catalogue, a file where one is named, the shipped one where there is nothing."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.catalogues.reading import SHIPPED, catalogue_at_hand
from tests.factories.audit import user
from tests.factories.scoring import AT, catalogue_document, loan_table

COLUMNS = {name: {"column": name} for name in ("late", "income", "purpose", "savings", "noise")}
FORBIDDEN = {**COLUMNS, "noise": {"column": "noise", "is_prohibited_basis": True}}


def goes_live(**changes):
    version = catalogue_register(document=catalogue_document(**changes), at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "loans.csv"
    loan_table(400).write_csv(path)
    return path


@pytest.fixture
def report(data, tmp_path, monkeypatch):
    """Train a scorecard and give the report."""
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)

    def trained(**options):
        options = {"target": "bad", "cv": 2, "model": "scorecard", "product": "instalment", **options}
        call_command("train_model", data=data, report=tmp_path / "out.json", **options)
        return json.loads((tmp_path / "out.json").read_bytes())

    return trained


@pytest.mark.django_db
def test_approved_directions_and_prohibitions_hold_and_a_file_only_where_one_is_named(report, tmp_path, capsys):
    goes_live(**FORBIDDEN)
    found = report()
    assert "noise" not in found["features"]
    assert (found["monotone_source"], found["monotone"]["income"]) == ("catalogue", -1)
    assert "what is live in the database" in capsys.readouterr().out
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps(catalogue_document(**COLUMNS)))
    assert "noise" in report(catalogue=file)["features"]
    assert f"catalogue: {file}" in capsys.readouterr().out


@pytest.mark.django_db
def test_where_no_catalogue_is_live_the_shipped_one_is_read_and_it_says_what_to_do(data, capsys):
    with pytest.raises(CommandError, match="no column nothing"):
        call_command("train_model", data=data, target="nothing", product="instalment")
    assert "import_catalogue" in capsys.readouterr().out
    assert catalogue_at_hand().catalogue == catalogue_at_hand(SHIPPED).catalogue


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["amount_control_report", "thin_file_report"])
def test_the_reports_of_single_models_read_what_is_live_too(command, data, capsys):
    goes_live(**COLUMNS)
    options = {"thin": "late = 0"} if command == "thin_file_report" else {}
    with pytest.raises(CommandError, match="no column nothing"):
        call_command(command, data=data, target="nothing", product="instalment", **options)
    assert "what is live in the database" in capsys.readouterr().out


def test_without_a_database_the_shipped_one_is_read_and_the_line_says_so(data):
    words = ["train_model", "--data", str(data), "--target", "nothing", "--product", "instalment"]
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "no database is at hand: data/catalogue.json is read" in ended.stdout
    assert "no column nothing" in ended.stderr


def test_a_file_that_cannot_be_read_is_wrong_use(data, tmp_path):
    for name, words in (("nowhere.json", "cannot be read"), ("loans.csv", "catalogue")):
        with pytest.raises(CommandError, match=words) as refused:
            call_command("train_model", data=data, target="bad", product="instalment", catalogue=tmp_path / name)
        assert refused.value.returncode == 2
