"""Early warnings read no month that was not yet seen, and no prohibited variable."""

import json

import numpy as np
import polars as pl
import pytest
from django.core.management import CommandError, call_command

from scoring.training.early_warning import HIDDEN_MONTHS, early_warning_report, visible_table
from scoring.training.history_features import History, history_features


def _accounts(rows=900, seed=1):
    chance = np.random.default_rng(seed)
    risk = chance.normal(size=rows)
    limit = chance.integers(1, 50, rows) * 10_000
    status = np.clip(np.round(risk[:, None] + chance.normal(0, 0.8, (rows, 6))), -2, 8).astype(int)
    bill = (limit[:, None] * chance.uniform(0, 1, (rows, 6))).astype(int)
    paid = (bill * chance.uniform(0, 0.3, (rows, 6))).astype(int)
    names = ("PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6")
    return pl.DataFrame(
        {
            "ID": np.arange(rows) + 1_000 * seed,
            "LIMIT_BAL": limit, "SEX": chance.integers(1, 3, rows), "EDUCATION": chance.integers(1, 4, rows),
            "MARRIAGE": chance.integers(1, 4, rows), "AGE": chance.integers(21, 70, rows),
            **{name: status[:, place] for place, name in enumerate(names)},
            **{f"BILL_AMT{place + 1}": bill[:, place] for place in range(6)},
            **{f"PAY_AMT{place + 1}": paid[:, place] for place in range(6)},
            "default": (chance.random(rows) < 1 / (1 + np.exp(1.2 - 1.5 * risk))).astype(int),
        }
    )  # fmt: skip


@pytest.mark.parametrize(("days", "hidden"), HIDDEN_MONTHS.items())
def test_it_reads_no_month_after_its_horizon(days, hidden):
    frame = _accounts(50)
    later = [("PAY_0", "BILL_AMT1", "PAY_AMT1"), ("PAY_2", "BILL_AMT2", "PAY_AMT2")]
    changed = frame.with_columns(pl.lit(7).alias(name) for names in later[:hidden] for name in names)
    assert visible_table(changed, hidden).equals(visible_table(frame, hidden), null_equal=True)
    # The twin: the latest month that is visible does change what is read.
    latest = ("PAY_0", "PAY_2", "PAY_3")[hidden]
    moved = frame.with_columns(pl.lit(7).alias(latest))
    assert not visible_table(moved, hidden).equals(visible_table(frame, hidden), null_equal=True)


def test_it_reads_no_prohibited_variable():
    frame = _accounts(50)
    changed = frame.with_columns(SEX=pl.lit(9), MARRIAGE=pl.lit(9), AGE=pl.lit(99))
    assert visible_table(changed, 0).equals(visible_table(frame, 0), null_equal=True)


def test_it_reports_every_horizon_and_those_not_yet_late(tmp_path, capsys):
    _accounts().write_parquet(tmp_path / "train.parquet")
    _accounts(seed=2).write_csv(tmp_path / "test.csv")
    out = tmp_path / "out.json"
    call_command("early_warning_report", train=tmp_path / "train.parquet", test=tmp_path / "test.csv", report=out)
    report = json.loads(out.read_bytes())
    for days in (30, 60, 90):
        assert 0.6 < report[f"auc_{days}"] < 0.95
        assert 0.5 < report[f"auc_current_{days}"] < report[f"auc_{days}"]
        assert report[f"precision_top10_{days}"] > report["bad_rate"]
        assert report[f"n_current_{days}"] < report["n_test"]
    assert report["ids_in_both"] == 0
    assert "90 days: auc" in capsys.readouterr().out


def test_it_says_when_accounts_are_in_both_files():
    frame = _accounts(300)
    assert early_warning_report(frame, frame[:200])["ids_in_both"] == 200


def test_wrong_use_exits_2_and_names_the_columns(tmp_path):
    _accounts(60).drop("PAY_3").write_csv(tmp_path / "a.csv")
    with pytest.raises(CommandError, match="PAY_3") as refused:
        call_command("early_warning_report", train=tmp_path / "a.csv", test=tmp_path / "a.csv")
    assert refused.value.returncode == 2


def test_a_payment_settles_the_statement_of_the_month_before():
    # Two months: 100 owed in the earlier one, of which 40 came in the later one.
    history = History(*(np.array([row], dtype=float) for row in ([0, 2], [60, 100], [40, 5])), np.array([200.0]))
    features = {name: values[0] for name, values in history_features(history).items()}
    assert features["paid_share"] == pytest.approx(0.4)
    assert features["months_since_late"] == 1
    assert features["used_trend"] == pytest.approx(-0.2)
    assert features["late_worst"] == 2


def test_nothing_owed_has_no_share_paid():
    history = History(np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 3)), np.array([100.0]))
    features = history_features(history)
    assert np.isnan(features["paid_share_mean"][0])
    assert np.isnan(features["paid_share_least"][0])
