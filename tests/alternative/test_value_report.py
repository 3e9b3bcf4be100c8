"""`value_report` says of a source that it adds, adds nothing, or breaks fairness, and leaves by that."""

import json

import numpy as np
import polars as pl
import pytest
from django.core.management import CommandError, call_command

QUICK = ("--cv", "2")


def table(tmp_path, n=700, seed=1, **more):
    """Rows with one fair column, a source that helps, one of noise, and one that tells the group and little else."""
    rng = np.random.default_rng(seed)
    group = (rng.random(n) < 0.4).astype(int)
    hidden = rng.normal(size=n)
    base = rng.normal(size=n)
    chance = 1.0 / (1.0 + np.exp(1.0 - base - 1.6 * hidden - 3.0 * group))
    frame = pl.DataFrame(
        {
            "id": np.arange(n),
            "base": base,
            "hidden": hidden,
            "noise": rng.normal(size=n),
            "quarter": group * 3.0 + 0.5 * rng.normal(size=n),
            "history": np.where(rng.random(n) < 0.5, np.nan, rng.normal(size=n)),
            "group": group,
            "bad": (rng.random(n) < chance).astype(int),
            **more,
        }
    ).with_columns(pl.col("history").fill_nan(None))
    path = tmp_path / "rows.parquet"
    frame.write_parquet(path)
    return path


def report(tmp_path, path, *options, expect=0):
    out = tmp_path / "value.json"
    arguments = ["--data", str(path), "--target", "bad", "--report", str(out), *QUICK, *options]
    if expect:
        with pytest.raises(SystemExit) as left:
            call_command("value_report", *arguments)
        assert left.value.code == expect
    else:
        call_command("value_report", *arguments)
    return json.loads(out.read_text())


def test_a_source_that_helps_adds_with_an_interval_above_nought(tmp_path):
    found = report(tmp_path, table(tmp_path), "--with", "hidden", "--without", "base")
    assert found["verdict"] == "adds"
    assert 0 < found["interval"][0] < found["auc_difference"] < found["interval"][1]
    assert found["auc_difference"] == pytest.approx(found["auc_with"] - found["auc_without"], abs=2e-6)
    assert (found["columns_without"], found["columns_with"]) == (["base"], ["base", "hidden"])


def test_noise_adds_nothing_and_leaves_with_1(tmp_path):
    found = report(tmp_path, table(tmp_path), "--with", "noise", "--without", "base", expect=1)
    assert found["verdict"] == "nothing"


def test_a_gain_below_the_least_that_counts_is_none(tmp_path):
    found = report(tmp_path, table(tmp_path), "--with", "hidden", "--without", "base", "--least", "0.5", expect=1)
    assert found["verdict"] == "nothing"


def test_thin_files_are_told_apart(tmp_path):
    path = table(tmp_path)
    found = report(tmp_path, path, "--with", "hidden", "--without", "base", "--thin", "history[missing]")
    thin = found["thin_file"]
    assert thin["state"] == "measured"
    assert 250 < thin["n"] < 450
    assert found["confidence"] == 0.975
    few = report(tmp_path, path, "--with", "hidden", "--without", "base", "--thin", "base[>=2.5]")
    assert few["thin_file"]["state"] == "not_enough_data"


def test_a_source_that_tells_the_group_breaks_fairness_and_leaves_with_1(tmp_path):
    path = table(tmp_path)
    found = report(tmp_path, path, "--with", "quarter", "--without", "base", "--attribute", "group", expect=1)
    assert found["verdict"] == "breaks_fairness"
    (change,) = found["fairness"]
    assert change["proxies"]["quarter"] > 0.9
    fair = report(tmp_path, path, "--with", "hidden", "--without", "base", "--attribute", "group")
    assert fair["fairness_state"] != "broken"
    assert "group" not in fair["columns_with"]


def test_twin_without_the_attribute_the_same_source_would_have_passed(tmp_path):
    found = report(tmp_path, table(tmp_path), "--with", "quarter", "--without", "base")
    assert (found["verdict"], found["fairness_state"]) == ("adds", "not_measured")


def graph_folder(tmp_path, bad):
    """Bads send to bads."""
    rng = np.random.default_rng(2)
    folder = tmp_path / "graph"
    folder.mkdir()
    bads, goods = np.flatnonzero(bad), np.flatnonzero(bad == 0)
    source = np.concatenate([rng.choice(bads, 900), rng.choice(goods, 900)])
    target = np.concatenate([rng.choice(bads, 900), rng.choice(goods, 900)])
    pl.DataFrame({"source": source, "target": target, "kind": ["transfer"] * 1800}).write_csv(folder / "links.csv")
    shared = pl.DataFrame({"party": [0, 1], "kind": ["phone"] * 2, "key": ["a1", "a1"]})
    shared.write_parquet(folder / "shared.parquet")
    return folder


def test_a_graph_is_a_source_whose_labels_are_learnt_within_each_fold(tmp_path):
    path = table(tmp_path)
    folder = graph_folder(tmp_path, pl.read_parquet(path)["bad"].to_numpy())
    options = ["--without", "base", "--with", "graph", "--graph", str(folder), "--key", "id"]
    found = report(tmp_path, path, *options)
    assert found["auc_difference"] > 0.1
    assert {"bad_rank_along", "transfer_in", "phone_shared"} <= set(found["columns_with"])


def test_a_graph_of_chance_adds_nothing(tmp_path):
    path = table(tmp_path)
    folder = graph_folder(tmp_path, np.random.default_rng(9).integers(0, 2, 700))
    options = ["--without", "base", "--with", "graph", "--graph", str(folder), "--key", "id"]
    assert report(tmp_path, path, *options, expect=1)["verdict"] == "nothing"


def test_the_same_data_and_seed_give_the_same_report(tmp_path):
    path = table(tmp_path)
    twice = [report(tmp_path, path, "--with", "hidden", "--without", "base") for _ in range(2)]
    assert twice[0] == twice[1]


@pytest.mark.parametrize(
    "options",
    [
        ("--with", "nothing_of_this_name"),
        ("--with", "graph"),
        ("--with", "hidden", "--cv", "1"),
        ("--with", "hidden", "--thin", "history"),
        ("--with", "hidden", "--attribute", "no_such[<=1]"),
        ("--with", "text_data"),
        ("--with", "hidden", "--without", "hidden"),
        ("--with", "bad"),
        ("--with", "hidden,hidden"),
        ("--with", "hidden", "--seed", "-1"),
        ("--with", "hidden", "--least", "nan"),
    ],
)
def test_wrong_use_leaves_with_2(tmp_path, options):
    with pytest.raises(CommandError) as left:
        report(tmp_path, table(tmp_path), *options)
    assert left.value.returncode == 2


def test_on_the_transfer_graph_the_features_add_at_least_0_015(tmp_path, data_dir):
    nodes, folder = data_dir / "transfer_graph" / "nodes.parquet", data_dir / "transfer_graph"
    out = tmp_path / "value.json"
    call_command(
        *("value_report", "--data", str(nodes), "--target", "isFraud", "--with", "graph", "--without", "init_balance"),
        *("--graph", str(folder), "--report", str(out), *QUICK),
    )
    found = json.loads(out.read_text())
    assert found["interval"][0] >= 0.015
    assert "account_sent_total" in found["columns_without"]
