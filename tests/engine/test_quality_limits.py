"""What the measuring of quality says of a figure: kept, missed, stated, or skipped and why; and how it exits."""

import json

import msgspec
import pytest

from benchmarks.harness import Row
from benchmarks.limits import SPEED, Limit, speed_missed
from benchmarks.quality.measure import Asked, Measure, NotMeasured, Seen, seen_of
from benchmarks.quality.registry import MEASURES
from benchmarks.quality.run import main, measure_all, rows_kept


def measure(name="rank", limits=None, **figures):
    return Measure(name, lambda asked: figures, limits or {})


def absent(is_optional=False):
    def figures(asked):
        raise NotMeasured("no data: a file is not here", is_optional=is_optional)

    return Measure("absent", figures, {"auc": Limit(least=0.7)})


def run(tmp_path, *measures, **asked):
    report = tmp_path / "quality.json"
    code = measure_all(measures, Asked(**asked), report)
    return code, msgspec.json.decode(report.read_bytes(), type=list[Seen])


@pytest.mark.parametrize(
    ("limit", "seen", "is_kept"),
    [
        (Limit(least=0.7), 0.7, True),
        (Limit(least=0.7), 0.6999, False),
        (Limit(most=0.02), 0.02, True),
        (Limit(most=0.02), 0.0201, False),
        (Limit(0.785, 0.82), 0.9, False),
        (Limit(least=0.7), float("nan"), False),
        (Limit(), 12.0, True),
    ],
)
def test_a_limit_holds_at_its_bound_and_not_beyond(limit, seen, is_kept):
    assert limit.is_kept(seen) is is_kept


def test_all_kept_leaves_with_0_and_writes_what_was_seen(tmp_path, capsys):
    code, rows = run(tmp_path, measure(limits={"auc": Limit(least=0.7)}, auc=0.71, ks=0.3))
    assert code == 0
    assert [(row.figure, row.state, row.seen) for row in rows] == [("auc", "ok", 0.71), ("ks", "stated", 0.3)]
    assert "no proof" not in capsys.readouterr().out


def test_one_missed_leaves_with_1_whatever_else_was_skipped(tmp_path, capsys):
    code, _ = run(tmp_path, measure(limits={"auc": Limit(least=0.7)}, auc=0.69), absent())
    assert code == 1
    assert "missed: rank.auc; skipped: absent" in capsys.readouterr().out


def test_data_that_are_not_here_leave_with_2_and_a_peer_that_is_not_installed_does_not(tmp_path):
    assert run(tmp_path, absent())[0] == 2
    assert run(tmp_path, absent(is_optional=True))[0] == 0


def test_one_that_breaks_is_missed_and_the_others_are_measured(tmp_path):
    def broken(asked):
        raise ZeroDivisionError("nothing to divide")

    code, rows = run(tmp_path, Measure("first", broken, {"auc": Limit(least=0.7)}), measure("second", auc=0.7))
    assert code == 1
    assert [(row.measure, row.state) for row in rows] == [("first", "missed"), ("second", "stated")]
    assert "nothing to divide" in rows[0].why


def test_a_quick_run_says_that_it_proves_nothing(tmp_path, capsys):
    _, rows = run(tmp_path, measure(auc=0.7), is_quick=True)
    assert rows[0].is_quick
    assert "This is no proof." in capsys.readouterr().out


def test_a_limited_figure_that_was_not_measured_is_an_error_and_never_a_pass():
    with pytest.raises(KeyError):
        seen_of(measure(limits={"auc": Limit(least=0.7)}, ks=0.3), {"ks": 0.3})


def test_measuring_one_again_keeps_the_others(tmp_path):
    run(tmp_path, measure("one", auc=0.7))
    _, rows = run(tmp_path, measure("two", auc=0.8))
    assert [row.measure for row in rows] == ["one", "two"]
    assert rows_kept(tmp_path / "gone.json", rows) == rows


def test_every_promised_figure_has_a_limit_and_an_unknown_name_is_refused(capsys):
    assert all(found.limits for found in MEASURES.values())
    assert {limit.words for found in MEASURES.values() for limit in found.limits.values()}.isdisjoint({"—"})
    with pytest.raises(SystemExit) as stopped:
        main(["--only", "german"])
    assert stopped.value.code == 2
    assert "german_xgboost" in capsys.readouterr().err


def test_the_shipped_directions_hold(tmp_path):
    code, rows = run(tmp_path, MEASURES["directions"])
    assert code == 0
    assert {row.figure: row.seen for row in rows} == {"card": 0, "instalment": 0}
    assert json.loads((tmp_path / "quality.json").read_text())


def test_a_row_of_speed_beyond_its_limit_is_named_and_one_without_a_limit_is_not():
    slow = Row("rule_eval_scalar", 9.0, "µs", "another", 3.2, 3.0)
    pages = Row("customer_page", 501.0, "ms", "the limit", 1.002, 500.0)
    free = Row("editor_paint", 900.0, "ms", "another", 9.0, 100.0)
    assert [line.split(":")[0] for line in speed_missed([slow, pages, free])] == ["rule_eval_scalar", "customer_page"]
    assert speed_missed([Row(name, 0.1, "µs", "another", 0.1, 1.0) for name in SPEED]) == []
