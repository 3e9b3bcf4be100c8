"""`manage.py fairness_report`: 0 no flag, 1 a flag, 2 wrong use; figures as JSON."""

import json

import numpy as np
import polars as pl
import pytest
from django.core.management import CommandError, call_command

from tests.factories.scoring import loan_table, package_bytes


@pytest.fixture
def files(tmp_path):
    frame = loan_table()
    chance = np.random.default_rng(3)
    sexes = np.where(chance.random(frame.height) < 0.05 + 0.18 * frame["late"].to_numpy(), "m", "f")
    frame = frame.with_columns(
        pl.Series("sex", sexes), pl.Series("eyes", chance.choice(["blue", "brown"], frame.height))
    )
    frame.write_parquet(tmp_path / "loans.parquet")
    (tmp_path / "loans.package").write_bytes(package_bytes())
    return tmp_path


def report(files, *options):
    call_command(
        "fairness_report",
        *("--data", str(files / "loans.parquet"), "--target", "bad", "--model", str(files / "loans.package")),
        *("--report", str(files / "out.json"), *options),
    )


def test_a_flag_exits_with_1_and_the_report_says_all(files, capsys):
    with pytest.raises(SystemExit) as ended:
        report(files, "--attribute", "sex", "--attribute", "eyes", "--approve-share", "0.5")
    assert ended.value.code == 1
    written = json.loads((files / "out.json").read_text())
    assert written["is_flagged"]
    sex, eyes = written["results"]["predicted"]["attributes"]
    assert (sex["verdict"]["state"], eyes["verdict"]["state"]) == ("flag", "pass")
    assert sex["verdict"]["groups"][1]["gap"]["value"] < 0
    assert written["methods"]["ratio"].startswith("Katz")
    assert "accepted cases only" in capsys.readouterr().out


def test_without_a_flag_it_exits_with_0(files):
    report(files, "--attribute", "eyes", "--approve-share", "0.5")
    written = json.loads((files / "out.json").read_text())
    assert written["results"]["predicted"]["approve_share"] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--attribute", "nobody"),
        ("--attribute", "income"),
        ("--attribute", "sex", "--cut-off", "2"),
        ("--attribute", "sex", "--cut-off", "0.2", "--approve-share", "0.5"),
        ("--attribute", "sex", "--drop", "late"),
        ("--attribute", "sex", "--picture", "x.svg"),
    ],
)
def test_wrong_use_exits_with_2(files, options):
    with pytest.raises(CommandError) as refused:
        report(files, *options)
    assert refused.value.returncode == 2
