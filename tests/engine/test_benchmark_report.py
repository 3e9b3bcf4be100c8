"""What `make bench` leaves behind, and what it says of a name that it does not know."""

import json

import msgspec
import pytest

from benchmarks.__main__ import BENCHMARKS, main
from benchmarks.harness import Row, rows_kept


def _row(name, value):
    return Row(name, value, "ms", "another", 1.0, value)


def test_measuring_one_again_keeps_the_rows_of_the_others(tmp_path):
    report = tmp_path / "bench.json"
    assert rows_kept(report, [_row("a", 1.0)]) == [_row("a", 1.0)]
    report.write_text(json.dumps(msgspec.to_builtins([_row("a", 1.0), _row("b", 2.0)])))
    assert rows_kept(report, [_row("a", 3.0)]) == [_row("b", 2.0), _row("a", 3.0)]


def test_an_unknown_name_is_refused_with_the_names_there_are(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--check", "rule_eval"])
    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert all(name in told for name in BENCHMARKS)
    assert main(["--check", *BENCHMARKS]) == 0
