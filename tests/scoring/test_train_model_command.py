"""`manage.py train_model` as a modeller uses it: figures, files and exit codes."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from scoring.models import ModelPackage
from scoring.package import package_read
from tests.factories.scoring import catalogue_document, loan_table, product

KEYS = {
    "auc", "ks", "gini", "brier", "log_loss", "ece", "fit_seconds_per_fold", "monotonicity_violations", "n",
    "n_features",
}  # fmt: skip


CATALOGUE = Path(settings.BASE_DIR) / "data" / "catalogue.json"


@pytest.fixture(autouse=True)
def _few_trials(monkeypatch):
    monkeypatch.setattr("scoring.training.tuning._FEWEST_TRIALS", 2)
    monkeypatch.setattr("scoring.training.tuning._MOST_TRIALS", 2)
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "loans.csv"
    loan_table(500).with_row_index("ID").write_csv(path)
    return path


def _train(data, **options):
    call_command("train_model", data=data, **{"target": "bad", "cv": 2, "seed": 42, **options})


def test_it_writes_a_report_with_the_agreed_keys(data, tmp_path, capsys):
    _train(data, report=tmp_path / "out.json")
    report = json.loads((tmp_path / "out.json").read_bytes())
    assert report.keys() >= KEYS
    assert (report["n"], report["n_features"], report["folds"], report["seed"]) == (500, 5, 2, 42)
    assert report["monotone_source"] == "auto"
    assert "ID dropped: every value is distinct" in capsys.readouterr().out


def test_the_same_data_and_seed_give_the_same_package(data, tmp_path):
    for name in ("one", "two"):
        _train(data, package=tmp_path / name)
    one = (tmp_path / "one").read_bytes()
    assert one == (tmp_path / "two").read_bytes()
    card = package_read(one).card
    assert card["pd_horizon_months"] is None
    assert "must not be used for decisions" in card["limits_of_use"][0]["en"]


def test_it_takes_directions_from_a_file_or_none(data, tmp_path):
    (tmp_path / "d.json").write_text('{"late": 1}')
    _train(data, monotone=str(tmp_path / "d.json"), report=tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_bytes())["monotone"] == {"late": 1, "purpose": 1}
    _train(data, monotone="none", report=tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_bytes())["monotone"] == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "tree"}, "there is xgboost"),
        ({"target": "default"}, "no column default"),
        ({"target": "purpose"}, "two values"),
        ({"cv": 1}, "2 to 20"),
        ({"seed": -1}, "--seed"),
        ({"drop": "absent"}, "absent to drop"),
        ({"drop": "bad"}, "target cannot"),
        ({"monotone": "/nowhere.json"}, "nowhere"),
        ({"register": "name"}, "--product"),
        ({"waive_leak": ["late"]}, "COLUMN=REASON"),
        ({"waive_leak": ["late=why not"]}, "under no suspicion"),
        ({"product": "mortgage", "catalogue": CATALOGUE}, "mortgage"),
        ({"statement": Path("/nowhere.json")}, "not a model statement"),
    ],
)
def test_wrong_use_exits_2_and_says_why(data, options, message):
    with pytest.raises(CommandError, match=message) as refused:
        _train(data, **options)
    assert refused.value.returncode == 2


def test_findings_exit_1(data, monkeypatch):
    monkeypatch.setattr("scoring.training.cross_validation.monotonicity_violations", lambda model, frame: 3)
    with pytest.raises(SystemExit) as ended:
        _train(data)
    assert ended.value.code == 1


@pytest.mark.django_db
def test_a_leak_is_not_registered_until_somebody_says_why_it_may_stay(tmp_path, capsys):
    frame = loan_table(500)
    flips = np.random.default_rng(5).random(500) < 0.05
    frame.with_columns(noise=pl.Series(np.where(flips, 1 - frame["bad"], frame["bad"]))).write_csv(tmp_path / "t.csv")
    catalogue = {name: {"column": name} for name in ("late", "income", "purpose", "savings", "noise")}
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue_document(**catalogue)))
    product()
    options = {"product": "instalment", "catalogue": tmp_path / "catalogue.json", "register": "leaky"}
    with pytest.raises(SystemExit) as ended:
        _train(tmp_path / "t.csv", report=tmp_path / "out.json", **options)
    assert ended.value.code == 1
    assert "noise" in capsys.readouterr().err
    assert ModelPackage.objects.count() == 0
    (suspect,) = json.loads((tmp_path / "out.json").read_bytes())["leak_suspects"]
    assert (suspect["column"], suspect["kind"]) == ("noise", "near_copy")
    _train(tmp_path / "t.csv", waive_leak=["noise=made up for a test"], **options)
    card = ModelPackage.objects.get().card
    assert card["leak_check"]["suspects"][0]["waived_because"] == "made up for a test"


def test_too_few_cases_are_refused(tmp_path):
    loan_table(40).write_csv(tmp_path / "few.csv")
    with pytest.raises(CommandError, match="at least 25 bad"):
        _train(tmp_path / "few.csv")
