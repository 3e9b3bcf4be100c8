"""A rule-set version written as DMN says, when read back, what our own engine says."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import read_dmn
from rules.dmn.write import write_dmn
from rules.dmn.xml import read_xml
from rules.engine.trace import ScoreInput
from tests.factories.rule_documents import catalogue, content, parameter, program, rule

TABLE = {
    "name": "limits",
    "inputs": [{"expression": "income", "en": "Income", "zh": "收入"}, {"expression": "purpose"}],
    "outputs": [
        {"name": "cap", "type": "number", "default": "0"},
        {"name": "band", "type": "string", "values": ["high", "low"], "default": '"low"'},
    ],
    "rows": [
        {"when": ["]30000..60000]", '"CAR","HOME"'], "then": ["income * 2", '"low"'], "note": "middle"},
        {"when": ["> 60000", 'not("CAR")'], "then": ["min(income * 3, 200000)", '"high"']},
    ],
}
BANDS = {
    "name": "band_points",
    "hit_policy": "C+",
    "inputs": [{"expression": "age"}],
    "outputs": [{"name": "points", "type": "number"}],
    "rows": [{"when": ["> 18"], "then": ["10"]}, {"when": ["> 30"], "then": ["5"]}, {"when": ["-"], "then": ["1"]}],
}
CARD = {
    "name": "card",
    "initial_points": 100,
    "characteristics": [
        {
            "name": "age_points",
            "expression": "age",
            "bins": [{"when": "< 25", "points": -5}, {"when": ">= 25", "points": 8}],
            "special": [{"when": "110", "points": 0}],
            "missing_points": 2,
        }
    ],
}
SECTIONS: dict[str, Any] = {
    "parameters": [parameter("least_income", 20_000)],
    "derived": [
        {"name": "spare", "en": "Spare", "zh": "余额", "expression": "coalesce(income, 0) - amount_minor / 100"},
        {"name": "cap", "en": "Cap", "zh": "上限", "expression": "limits.cap"},
        {"name": "is_odd_term", "en": "Odd", "zh": "奇", "expression": "term_months in [1, > 100, [30..40]]"},
    ],
    "tables": [TABLE, BANDS],
    "scorecards": [CARD],
    "rules": [
        rule("POOR", "income < least_income", "DECLINE"),
        rule("TIGHT", "spare < 0 and not(is_student)", "REFER"),
        rule("CAPPED", "amount_minor > cap * 100", "REFER"),
        rule("WEAK", "card < 100 or band_points < 5", "REFER"),
        rule("TERM", "is_odd_term", "REFER"),
        rule("FINE", "true", "APPROVE"),
    ],
}
INPUTS = st.fixed_dictionaries(
    {
        "income": st.integers(0, 100_000),
        "age": st.integers(14, 110),
        "amount_minor": st.integers(0, 10_000_000),
        "term_months": st.integers(1, 120),
        "purpose": st.sampled_from(["CAR", "HOME"]),
        "is_student": st.booleans(),
    }
)


def written(**sections: Any) -> bytes:
    return write_dmn(SimpleNamespace(document=content(**sections)), catalogue())


MODEL = read_dmn(written(**SECTIONS))
PROGRAM = program(**SECTIONS)


@settings(max_examples=150, deadline=None)
@given(INPUTS)
def test_it_decides_as_the_engine_does(values: dict[str, Any]) -> None:
    ours = PROGRAM.evaluate(values)
    hits = MODEL.evaluate("rules_hit", values)
    assert isinstance(hits, list)
    assert MODEL.evaluate("outcome", values) == ours.outcome
    assert [hit["code"] for hit in hits] == [trace.code for trace in ours.rule_traces() if trace.truth == "true"]


def test_a_model_that_says_something_else_is_noticed() -> None:
    """The twin: one threshold moved in the model, and the two disagree."""
    other = read_dmn(written(**SECTIONS).replace(b"<text>20000</text>", b"<text>1</text>"))
    values = {"income": 10, "age": 40, "amount_minor": 0, "term_months": 12, "purpose": "CAR", "is_student": True}
    assert other.evaluate("outcome", values) != PROGRAM.evaluate(values).outcome


@pytest.mark.parametrize("name", sorted(path.stem for path in Path("data/rule_sets").glob("*.json")))
def test_the_shipped_policies_give_the_outcomes_of_their_cases(name: str) -> None:
    stored = json.loads(Path(f"data/rule_sets/{name}.json").read_text("utf-8"))
    found = read_dmn(write_dmn(SimpleNamespace(document=stored)))
    compared = 0
    for case in stored["cases"]:
        if case.get("events") or "outcome" not in case["expect"]:
            continue
        known = {**case["inputs"], "pd": case.get("pd"), "score_points": case.get("score_points")}
        outcome = found.evaluate("outcome", known)
        # A condition that cannot be told refers in the engine and hits nothing here.
        if outcome != case["expect"]["outcome"]:
            assert case["expect"]["outcome"] in ("REFER", "BLUE"), case["name"]
        compared += 1
    assert compared


def test_labels_types_policies_and_notes_are_there() -> None:
    root = read_xml(written(**SECTIONS))
    by_name = {element.attributes.get("name", ""): element for element in root.children}
    assert by_name["least_income"].attributes["label"] == "least_income"
    assert by_name["spare"].attributes["label"] == "Spare / 余额"
    assert by_name["income"].name == "inputData"
    table = by_name["limits"].child("decisionTable")
    assert table is not None and table.attributes["hitPolicy"] == "FIRST"
    first = next(table.all("rule"))
    assert first.text_of("description") == "middle"
    shown = {shape.attributes["dmnElementRef"] for shape in root.children[-1].children[0].children}
    assert {"d_limits", "i_income", "d_outcome"} <= shown


def test_what_has_no_place_in_dmn_is_said() -> None:
    step = {"as": "a", "event": "LOGIN"}
    pattern = {"code": "TWICE", "label_en": "x", "label_zh": "x", "steps": [step], "within": "P1D", "then": {}}
    text = written(patterns=[pattern], rules=[rule("OFF", "true", "APPROVE", enabled=False)]).decode()
    assert "Patterns are not written: TWICE." in text
    assert "Rules switched off are not written: OFF." in text


def test_what_rules_and_offers_do_beyond_dmn_is_named() -> None:
    sets = rule("SETS", "true", "REFER", then={"outcome": "REFER", "reason": "INCOME_LOW", "set": {"limit_cut": 0.5}})
    ignoring = rule("IGNORING", "income > 5", "DECLINE", on_unknown="ignore", legal_basis="Civil Code, art. 19")
    cap = {"of": "annual_rate", "maximum": 0.24, "from_date": "2024-01-01", "en": "x", "zh": "x", "citation": "x"}
    offer = {"table": "limits", "amount_variable": "amount_minor", "term_variable": "term_months", "caps": [cap]}
    text = written(rules=[sets, ignoring], tables=[TABLE], offer=offer, scorecards=[card(reason="AGE")]).decode()
    for line in (
        "in the engine it refers (on_unknown): SETS.",
        "What rules set is not written: SETS (limit_cut).",
        "The legal basis of rules is not written: IGNORING.",
        "The reasons of scorecards are not written, their points are: card.",
        "Legal caps are not written: annual_rate at most 0.24 from 2024-01-01.",
    ):
        assert text.count(line) == 2, f"{line}: in the description and on the diagram"


def card(**more: Any) -> dict[str, Any]:
    return {**CARD, "characteristics": [{**CARD["characteristics"][0], **more}]}


def test_a_scorecard_is_a_table_of_each_characteristic_and_their_sum() -> None:
    found = read_dmn(written(scorecards=[CARD]))
    for age, points in ((20, 95), (30, 108), (110, 100), (None, 102)):
        assert found.evaluate("card", {"age": age}) == points


@pytest.mark.parametrize("policy", ["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"])
def test_a_table_of_every_hit_policy_is_read_back_as_it_was(policy: str) -> None:
    texts = policy in "POR"
    outputs = (
        {"name": "out", "type": "string", "values": ["high", "low"]} if texts else {"name": "out", "type": "number"}
    )
    then = ['"low"', '"high"'] if texts else ["1", "2"]
    rows = [{"when": [f"> {limit}"], "then": [value]} for limit, value in zip((18, 60), then, strict=True)]
    single = {
        "name": "single",
        "hit_policy": policy,
        "inputs": [{"expression": "age"}],
        "outputs": [outputs],
        "rows": rows,
    }
    sections = {"tables": [single], "rules": [rule("R", "age > 0", "APPROVE")]}
    found, ours = read_dmn(written(**sections)), program(**sections)
    for age in (30, 70):
        hit = next(iter(ours.evaluate({"age": age}).tables["single"].values.values()))
        assert found.evaluate("single", {"age": age}) == hit


def test_a_score_and_its_grade_are_read() -> None:
    sections = {
        "grades": [{"grade": "A", "max_pd": 0.05}, {"grade": "B", "max_pd": 1}],
        "rules": [rule("RISKY", "pd > 0.2", "DECLINE"), rule("FINE", 'grade = "A"', "APPROVE")],
    }
    found, ours = read_dmn(written(**sections)), program(**sections)
    for pd, grade in ((0.01, "A"), (0.05, "A"), (0.1, "B"), (0.3, "B")):
        assert found.evaluate("grade", {"pd": pd}) == grade
        expected = ours.evaluate({}, score=ScoreInput(pd, 0.0, grade)).outcome
        assert found.evaluate("outcome", {"pd": pd}) == expected
