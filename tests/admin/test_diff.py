"""The difference between two documents reads as sentences, in both languages."""

import copy

from hypothesis import given
from hypothesis import strategies as st

from rules.diff.documents import document_diff

DOCUMENT = {
    "schema": 1,
    "parameters": [
        {
            "name": "max_dti",
            "en": "Highest debt ratio",
            "zh": "最高负债比",
            "value": 0.45,
            "type": "number",
            "unit": "",
        },
        {"name": "max_amount", "en": "Highest amount", "zh": "最高金额", "value": 500000, "unit": "CNY minor units"},
    ],
    "derived": [],
    "rules": [
        {
            "code": code,
            "label_en": f"Label {code}",
            "label_zh": f"名称{code}",
            "when": "dti > max_dti",
            "then": {"outcome": "REFER", "reason": "DTI"},
            "on_unknown": "refer",
            "enabled": True,
        }
        for code in ("R1", "R2", "R3", "R4")
    ],
    "tables": [
        {
            "name": "offer",
            "hit_policy": "F",
            "inputs": [{"expression": "grade", "en": "Grade", "zh": "等级"}],
            "outputs": [
                {"name": "annual_rate", "en": "Annual rate", "zh": "年利率", "unit": ""},
                {"name": "amount_cap_minor", "en": "Highest amount", "zh": "最高金额", "unit": "CNY minor units"},
            ],
            "rows": [{"when": ['"A"'], "then": ["0.1", "500000"]}, {"when": ['"B"'], "then": ["0.12", "min(1, 2)"]}],
        }
    ],
    "grades": [{"grade": "A", "max_pd": 0.1}],
    "offer": {"table": "offer", "amount_reason": "COUNTER_OFFER_AMOUNT"},
    "patterns": [
        {
            "code": "P1",
            "label_en": "Shared phone",
            "label_zh": "共用电话",
            "steps": [{"as": "a", "event": "application", "where": ""}],
            "within": "P7D",
            "then": {"outcome": "REFER", "reason": "X"},
        }
    ],
    "default_outcome": "REFER",
    "cases": [{"name": "a sound one", "inputs": {"age": 40}, "expect": {"outcome": "APPROVE"}}],
}


def changed(change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document_diff(DOCUMENT, document)


def test_documents_that_say_the_same_do_not_differ():
    assert document_diff(DOCUMENT, copy.deepcopy(DOCUMENT)) == []


def test_a_threshold_reads_old_to_new_in_both_languages():
    (change,) = changed(lambda d: d["parameters"][0].update(value=0.4))
    assert change.en == "Threshold “Highest debt ratio” (max_dti): 0.45 → 0.4"
    assert change.zh == "阈值「最高负债比」（max_dti）：0.45 → 0.4"
    assert (change.old, change.new) == (0.45, 0.4)


def test_money_reads_in_major_units():
    (change,) = changed(lambda d: d["parameters"][1].update(value=450000))
    assert change.en.endswith("CNY 5,000.00 → CNY 4,500.00")


def test_a_condition_and_a_label_are_named():
    changes = changed(lambda d: d["rules"][1].update(when="dti > 1", label_zh="新名称"))
    assert [c.en for c in changes] == [
        "Rule “Label R2” (R2), Chinese label: 名称R2 → 新名称",
        "Rule “Label R2” (R2), condition: dti > max_dti → dti > 1",
    ]
    assert changes[1].zh == "规则「新名称」（R2），条件：dti > max_dti → dti > 1"


def test_an_outcome_reads_in_words():
    (change,) = changed(lambda d: d["rules"][0]["then"].update(outcome="DECLINE"))
    assert change.en == "Rule “Label R1” (R1), outcome: refer to a person → decline"
    assert change.zh == "规则「名称R1」（R1），结果：转人工 → 拒绝"


def test_switching_a_rule_off_says_so():
    (change,) = changed(lambda d: d["rules"][0].update(enabled=False))
    assert change.en == "Rule “Label R1” (R1) switched off"
    assert change.zh == "规则「名称R1」（R1）已停用"


def test_rules_added_and_removed_are_told_apart():
    def swap(document):
        rule = document["rules"].pop(0)
        document["rules"].append(rule | {"code": "R9", "label_en": "New", "when": "age < 18"})

    removed, added = changed(swap)
    assert (removed.kind, removed.subject) == ("removed", "R1")
    assert added.en == "Rule “New” (R9) added: if age < 18 then refer to a person"


def test_only_the_rule_that_moved_is_named():
    (change,) = changed(lambda d: d["rules"].insert(0, d["rules"].pop(3)))
    assert change.en == "Rule “Label R4” (R4) moved from place 4 to place 1"
    assert change.kind == "moved"


def test_a_table_reads_cell_by_cell():
    (change,) = changed(lambda d: d["tables"][0]["rows"][1]["then"].__setitem__(0, "0.13"))
    assert change.en == "Table offer, row 2, Annual rate: 0.12 → 0.13"
    assert change.zh == "决策表 offer，第 2 行，年利率：0.12 → 0.13"


def test_money_in_a_table_reads_in_major_units():
    (change,) = changed(lambda d: d["tables"][0]["rows"][0]["then"].__setitem__(1, "450000"))
    assert change.en == "Table offer, row 1, Highest amount: CNY 5,000.00 → CNY 4,500.00"


def test_rows_added_in_the_middle_leave_the_rest_alone():
    (change,) = changed(lambda d: d["tables"][0]["rows"].insert(1, {"when": ["-"], "then": ["0.11", "1"]}))
    assert change.kind == "added"
    assert change.en == "Table offer: row 2 added (Grade: -, Annual rate: 0.11, Highest amount: CNY 0.01)"


def test_rows_removed_are_named():
    (change,) = changed(lambda d: d["tables"][0]["rows"].pop(0))
    assert change.en == 'Table offer: row 1 removed (Grade: "A", Annual rate: 0.1, Highest amount: CNY 5,000.00)'


def test_a_grade_reads_old_to_new():
    (change,) = changed(lambda d: d["grades"][0].update(max_pd=0.08))
    assert change.en == "Grade A: 0.1 → 0.08"


def test_the_default_outcome_reads_in_words():
    (change,) = changed(lambda d: d.update(default_outcome="DECLINE"))
    assert change.zh == "无规则命中时的结果：转人工 → 拒绝"


def test_what_a_case_expects_reads_in_words():
    (change,) = changed(lambda d: d["cases"][0]["expect"].update(outcome="REFER"))
    assert change.en == "Case “a sound one”, expected outcome: approve → refer to a person"
    assert change.zh == "案例「a sound one」，预期结果：通过 → 转人工"


def test_the_offer_reads_part_by_part():
    (change,) = changed(lambda d: d["offer"].update(amount_reason="OTHER"))
    assert change.en == "Offer, reason for a smaller amount: COUNTER_OFFER_AMOUNT → OTHER"


def test_a_pattern_reads_step_by_step():
    window, condition = changed(
        lambda d: d["patterns"][0].update(steps=[{"as": "a", "event": "decline", "where": ""}], within="P3D")
    )[::-1]
    assert window.en == "Pattern “Shared phone” (P1), time window: P7D → P3D"
    assert condition.en == "Pattern “Shared phone” (P1), step 1, event: application → decline"


def test_a_document_of_another_time_still_compares():
    (change,) = changed(lambda d: d.update(tomorrow={"kind": "new"}))
    assert change.section == "tomorrow"


names = st.lists(st.sampled_from("ABCDEFGH"), unique=True, max_size=8)
rows = st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), max_size=5)


@st.composite
def documents(draw):
    return {
        "rules": [
            {"code": name, "when": draw(st.sampled_from(["a", "b"])), "then": {"outcome": "REFER"}}
            for name in draw(names)
        ],
        "tables": [{"name": name, "inputs": ["x"], "outputs": ["y"], "rows": draw(rows)} for name in draw(names)],
    }


@given(documents(), documents())
def test_any_difference_is_told_and_none_is_invented(old, new):
    changes = document_diff(old, new)
    assert bool(changes) == (old != new)
    assert all(change.en and change.zh for change in changes)


def test_a_new_table_and_a_new_scorecard_tell_what_they_say():
    table = {"name": "limits", "inputs": [], "outputs": [], "rows": [{"when": ["< 5", "-"], "then": ["1", "2"]}]}
    bins = [{"when": "< 25", "points": 10.0}]
    card = {"name": "card", "characteristics": [{"name": "age", "expression": "age_years", "bins": bins}]}
    changes = document_diff({}, {"tables": [table], "scorecards": [card]})
    assert [change.text for change in changes] == ["< 5 | - → 1 | 2", "age_years: < 25 → 10.0"]
