"""Conditions, values and patterns read as sentences, in both languages."""

import json
from pathlib import Path

import msgspec
import pytest

from rules.engine.document import Pattern, Step, Then, document_read
from rules.engine.expression_words import Term, cell_words, expression_words, glossary_of
from rules.pattern_words import duration_words, pattern_words
from rules.words import value_words
from scoring.catalogue import Catalogue, Code

DATA = Path(__file__).resolve().parents[2] / "data"
GLOSSARY = {
    "age": Term("Age", "年龄", "years"),
    "least_age": Term("Least age", "最低年龄", "years", value=18.0),
    "amount_minor": Term("Amount", "金额", "CNY minor units"),
    "job": Term("Job", "职业", codes=(Code("A1", "None", "无业"), Code("A2", "Clerk", "职员"))),
    "is_secured": Term("Secured", "有担保"),
    "pd": Term("Probability of default", "违约概率", "share"),
    "pd_limit": Term("PD limit", "上限", value=0.45),
}


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("age < least_age", "“Age” is less than 18 years (Least age)", "「年龄」小于 18 年（最低年龄）"),
        ("amount_minor >= 500000", "“Amount” is at least CNY 5,000.00", "「金额」不低于 CNY 5,000.00"),
        ('job = "A1"', "“Job” is A1 (None)", "「职业」为 A1（无业）"),
        (
            'job in ("A1", "A2")',
            "“Job” is one of A1 (None) or A2 (Clerk)",
            "「职业」为以下之一：A1（无业）或 A2（职员）",
        ),
        ("age between 18 and 65", "“Age” is between 18 years and 65 years", "「年龄」介于 18 年与 65 年之间"),
        ("age in [18..65[", "“Age” is from 18 years to below 65 years", "「年龄」为不低于 18 年、小于 65 年"),
        ("pd > pd_limit", "“Probability of default” is more than 45% (PD limit)", "「违约概率」大于 45%（上限）"),
        (
            "not(is_secured) and age > 1",
            "not “Secured”, and “Age” is more than 1 year",
            "并非「有担保」，且「年龄」大于 1 年",
        ),
        (
            "age > 1 and (age < 2 or is_secured)",
            "“Age” is more than 1 year, and (“Age” is less than 2 years, or “Secured”)",
            "「年龄」大于 1 年，且（「年龄」小于 2 年，或「有担保」）",
        ),
        ("amount_minor / 12 > 1000", "“Amount” ÷ 12 is more than CNY 10.00", "「金额」 ÷ 12 大于 CNY 10.00"),
        ("2 * (age + 1) > 5", "2 × (“Age” + 1) is more than 5 years", "2 × （「年龄」 + 1）大于 5 年"),
        ("is defined(age)", "“Age” is known", "「年龄」已知"),
        ("this is not a condition", "this is not a condition", "this is not a condition"),
    ],
)
def test_a_condition_reads_as_a_phrase(text, english, chinese):
    assert expression_words(text, GLOSSARY, "en") == english
    assert expression_words(text, GLOSSARY, "zh") == chinese


def test_a_cell_reads_with_the_codes_of_its_column():
    assert cell_words('"A1"', "job", GLOSSARY, "en") == "A1 (None)"
    assert cell_words("-", "job", GLOSSARY, "zh") == "任意"
    assert cell_words("[18..65]", "age", GLOSSARY, "en") == "from 18 years to 65 years"


def test_values_read_with_their_unit():
    assert value_words(2, "months late", "zh") == "逾期 2 个月"
    assert value_words(1, "months late", "en") == "1 month late"
    assert value_words(0.064, "share") == "6.4%"
    assert value_words(15000, "DEM minor units per month") == "DEM 150.00 per month"
    assert value_words(500, "JPY minor units") == "JPY 500"
    assert value_words(None) == "–"


def test_a_pattern_reads_as_a_sentence():
    pattern = Pattern(
        code="P",
        label_en="",
        label_zh="",
        steps=[
            Step(alias="a", event="loan_elsewhere"),
            Step(alias="b", event="transfer_out", where="b.customer = a.customer and b.amount_minor >= 500000"),
        ],
        within="P7D",
        then=Then(outcome="REFER", reason="X"),
    )
    assert pattern_words(pattern, "en", "CNY") == (
        "Within 7 days: a new loan elsewhere ①; then a transfer sent ② with the same customer as ① "
        "and amount at least CNY 5,000.00. Then: refer to a person."
    )
    assert pattern_words(pattern, "zh", "CNY") == (
        "7 天内：先有他处新增贷款 ①；再有转出资金 ②（客户与①相同，且金额不低于 CNY 5,000.00）。则：转人工。"
    )


def test_durations_read_as_people_say_them():
    assert duration_words("P1D", "en") == "1 day"
    assert duration_words("P2WT12H", "zh") == "2 周 12 小时"
    assert duration_words("soon", "en") == "soon"


@pytest.mark.parametrize("path", sorted((DATA / "rule_sets").glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_rule_reads_without_a_bare_name(path):
    catalogue = msgspec.json.decode((DATA / "catalogue.json").read_bytes(), type=Catalogue)
    document = document_read(json.loads(path.read_text(encoding="utf-8")))
    glossary = glossary_of(document, catalogue)
    for text in [*(rule.when for rule in document.rules), *(derived.expression for derived in document.derived)]:
        for language in ("en", "zh"):
            words = expression_words(text, glossary, language)
            assert words != text
            assert "_" not in words
