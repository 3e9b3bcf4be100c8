"""The language reference, written from the registry and the limits in force: docs/language.md."""

from collections.abc import Iterable
from itertools import product

from rules.language.budget import EXPANDED_LIMIT
from rules.language.functions import FUNCTIONS, Function
from rules.language.functions.patterns import PATTERN_LIMIT
from rules.language.interpret import interpret
from rules.language.parse import DEPTH_LIMIT, LENGTH_LIMIT, SIZE_LIMIT, WRITTEN_LIMIT
from rules.language.reference_text import (
    ARITHMETIC_NOTES,
    CELLS,
    COMPONENT_NOTES,
    OPERATORS,
    SEMANTICS,
    TYPES,
    Row,
)
from rules.language.render import literal_text
from rules.language.tree import And, Literal, Not, Or

_HEADER = """# Rule language · 规则语言

Written by `manage.py language_reference`; do not edit. 本文由 `manage.py language_reference` 生成，请勿修改。

A closed subset of FEEL (DMN 1.5), without side effects: every text is a value, or refused with a code and a place.
FEEL（DMN 1.5）的封闭子集，没有副作用：每个文本要么有值，要么带代码与位置被拒绝。
"""
_TRUTHS = (True, False, None)


def reference() -> str:
    """The whole page, as Markdown."""
    parts = [
        _HEADER,
        "## Meaning · 含义\n",
        "\n".join(f"- {english}\n  {chinese}" for english, chinese in SEMANTICS) + "\n",
        _section("Types and how they are written", "类型与写法", TYPES),
        _section("Operators, the tightest first", "运算符（由紧到松）", OPERATORS),
        _section("Dates and durations", "日期与时长运算", ARITHMETIC_NOTES),
        _section("Components", "组成部分", COMPONENT_NOTES),
        _section("Cells of decision tables", "决策表单元格", CELLS),
        "## Three values · 三值逻辑\n",
        _truths(),
        "## Functions · 函数\n",
        *(_function(function) for function in FUNCTIONS.values()),
        "## Limits · 限制\n",
        _limits(),
    ]
    return "\n".join(parts)


def _section(english: str, chinese: str, rows: Iterable[Row]) -> str:
    return f"## {english} · {chinese}\n\n" + _table(("", "English", "中文"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _truths() -> str:
    """Worked out by the interpreter, not written down."""
    rows = [
        [
            literal_text(left),
            literal_text(right),
            *(_word(kind((Literal(left), Literal(right)))) for kind in (And, Or)),
            _word(Not(Literal(left))),
        ]
        for left, right in product(_TRUTHS, repeat=2)
    ]
    return _table(("a", "b", "a and b", "a or b", "not a"), rows)


def _word(node: And | Or | Not) -> str:
    return literal_text(interpret(node, {}))


def _function(function: Function) -> str:
    examples = "\n".join(f"- `{text}` → `{literal_text(value)}`" for text, value in function.examples)
    heading = f"### {function.name}\n\n`{function.signature('en')}` · `{function.signature('zh')}`\n"
    return f"{heading}\n{function.en}\n{function.zh}\n\n{examples}\n"


def _limits() -> str:
    limits = (
        (LENGTH_LIMIT, "characters of a text", "文本字符数"),
        (DEPTH_LIMIT, "levels of nesting", "嵌套层数"),
        (SIZE_LIMIT, "parts of an expression", "表达式的部分数"),
        (WRITTEN_LIMIT, "parts once lists and repetitions are written out", "列表与重复展开后的部分数"),
        (EXPANDED_LIMIT, "the same, with the lists of decision tables", "同上，含决策表的列表"),
        (PATTERN_LIMIT, "characters of a pattern of matches", "matches 模式的字符数"),
    )
    return _table(("At most · 最多", "English", "中文"), [(f"{size:,}", en, zh) for size, en, zh in limits])
