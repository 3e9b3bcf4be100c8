"""Documents without tables, scorecards and caps are evaluated and traced to the byte as before there were any."""

import json
from pathlib import Path

import pytest

from rules.engine.document import document_read
from rules.engine.program import ScoreInput, compile_program
from rules.engine.reasons import reasons_of
from scoring.catalogue import catalogue_read

GOLDEN = json.loads((Path(__file__).parent / "golden" / "traces_before_tables.json").read_text(encoding="utf-8"))
CATALOGUE = Path(__file__).resolve().parents[2] / "data" / "catalogue.json"
EVALUATIONS = GOLDEN["evaluations"]


@pytest.fixture(scope="module")
def programs():
    """The documents as they were stored then."""
    catalogue = catalogue_read(CATALOGUE.read_bytes())
    read = {name: document_read(stored) for name, stored in GOLDEN["documents"].items()}
    return {
        name: compile_program(made, catalogue, product=made.product, stage=made.stage) for name, made in read.items()
    }


@pytest.mark.parametrize("then", EVALUATIONS, ids=[f"{entry['document']}" for entry in EVALUATIONS])
def test_a_stored_trace_comes_out_the_same(then, programs):
    made, row = programs[then["document"]], then["row"]
    evaluation = made.evaluate(row, score=ScoreInput(row["pd"], row["score_points"]), business_date="2026-11-22")
    assert json.dumps(evaluation.trace_json()) == then["trace"]
    assert (evaluation.outcome, reasons_of(evaluation)) == (then["outcome"], then["reasons"])
    assert made.trace_read(json.loads(then["trace"])) == evaluation.rule_traces()


def test_the_twin_another_order_of_what_was_seen_is_noticed(programs):
    then = EVALUATIONS[0]
    made = programs[then["document"]]
    evaluation = made.evaluate({**then["row"], made.inputs[0]: None}, score=ScoreInput(then["row"]["pd"]))
    assert json.dumps(evaluation.trace_json()) != then["trace"]
