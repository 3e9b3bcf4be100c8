"""A document's parameters, tables and scorecards as sheets of cells, which are written and compared."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from rules.engine.document import Parameter, RuleSetDocument, Scorecard, Table
from rules.workbook.numbers import is_plain, number_format, sheet_number

PARAMETERS = "parameters"
PARAMETER_HEAD = (
    "name 名称",
    "English label 英文名称",
    "Chinese label 中文名称",
    "value 取值",
    "unit 单位",
    "lowest allowed 最小值",
    "highest allowed 最大值",
    "type 类型",
)
TABLE, POLICY = "decision table 决策表", "hit policy 命中策略"
TABLE_HEAD = (
    "column 列",
    "tested or name 检验内容或名称",
    "English label 英文名称",
    "Chinese label 中文名称",
    "type 类型",
    "unit 单位",
    "allowed values 允许值",
    "where no row holds 无行成立时",
)
INPUT, OUTPUT, NOTE = "input 输入", "output 输出", "note 备注"
SCORECARD, INITIAL = "scorecard 评分卡", "points to begin with 基础分"
SCORECARD_HEAD = (
    "characteristic 特征",
    "measured 度量内容",
    "kind 类别",
    "value 取值",
    "points 分数",
    "English label 英文名称",
    "Chinese label 中文名称",
    "reason 理由",
)
CHARACTERISTIC, SPECIAL, BIN = "characteristic 特征", "special 特殊值", "bin 分箱"


class Cell(msgspec.Struct, frozen=True):
    """One cell: what it holds, and how a number is shown."""

    value: float | str | bool | None = None
    format: str = "General"


class Sheet(msgspec.Struct, frozen=True):
    """One sheet. `key` names what it holds: `parameters`, `tables/name`, `scorecards/name`; `head` rows of headings."""

    title: str
    key: str
    head: int
    rows: list[list[Cell]]


def sheets_of(document: RuleSetDocument) -> list[Sheet]:
    """The sheets of a document, in its order."""
    taken: set[str] = set()
    sheets = [Sheet(_title("Parameters", taken), PARAMETERS, 1, list(_parameters(document.parameters)))]
    for table in document.tables:
        rows = list(_table(table))
        sheets.append(Sheet(_title(table.name, taken), f"tables/{table.name}", 2 + len(TABLE_HEAD), rows))
    for card in document.scorecards:
        sheets.append(Sheet(_title(card.name, taken), f"scorecards/{card.name}", 3, list(_scorecard(card))))
    return sheets


def _title(name: str, taken: set[str]) -> str:
    """A sheet's title: at most 31 characters, unlike any other whatever the case."""
    number, title = 1, name[:31]
    while title.lower() in taken:
        number += 1
        title = f"{name[: 31 - len(str(number)) - 1]}_{number}"
    taken.add(title.lower())
    return title


def _texts(*values: str) -> list[Cell]:
    return [Cell(value or None) for value in values]


def _number(value: float | None, unit: str = "") -> Cell:
    if value is None:
        return Cell()
    return Cell(sheet_number(plain(value), unit), number_format(unit))


def plain(value: float) -> str:
    """A number as plain digits: 1e-07 is 0.0000001, 3.0 is 3."""
    text = f"{Decimal(repr(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _constant(value: Any, unit: str) -> Cell:
    if isinstance(value, bool | str):
        return Cell(value)
    return _number(value, unit)


def _parameters(parameters: list[Parameter]) -> Iterator[list[Cell]]:
    yield _texts(*PARAMETER_HEAD)
    for entry in parameters:
        yield [
            *_texts(entry.name, entry.en, entry.zh),
            _constant(entry.value, entry.unit),
            Cell(entry.unit or None),
            _number(entry.minimum, entry.unit),
            _number(entry.maximum, entry.unit),
            Cell(entry.type),
        ]


def _table(table: Table) -> Iterator[list[Cell]]:
    yield _texts(TABLE, table.name, table.en, table.zh)
    yield _texts(POLICY, table.hit_policy)
    inputs = [[INPUT, each.expression, each.en, each.zh, "", "", each.values, ""] for each in table.inputs]
    outputs = [
        [OUTPUT, each.name, each.en, each.zh, each.type, each.unit, allowed_text(each.values), each.default]
        for each in table.outputs
    ]
    columns = [*inputs, *outputs, [NOTE, *[""] * (len(TABLE_HEAD) - 1)]]
    for at, head in enumerate(TABLE_HEAD):
        yield _texts(head, *(column[at] for column in columns))
    units = [output.unit if output.type == "number" else None for output in table.outputs]
    for number, row in enumerate(table.rows, 1):
        results = [_result(cell, unit) for cell, unit in zip(row.then, units, strict=False)]
        yield [Cell(float(number)), *_texts(*row.when), *results, Cell(row.note or None)]


def _result(cell: str, unit: str | None) -> Cell:
    if unit is None or not is_plain(cell):
        return Cell(cell or None)
    return Cell(sheet_number(cell, unit), number_format(unit))


def allowed_text(values: list[Any]) -> str:
    """Allowed values of an output as one cell: JSON constants with commas."""
    return ", ".join(
        plain(value) if isinstance(value, float) else msgspec.json.encode(value).decode() for value in values
    )


def _scorecard(card: Scorecard) -> Iterator[list[Cell]]:
    yield _texts(SCORECARD, card.name, card.en, card.zh)
    yield [Cell(INITIAL), _number(card.initial_points)]
    yield _texts(*SCORECARD_HEAD)
    for entry in card.characteristics:
        yield [
            *_texts(entry.name, entry.expression, CHARACTERISTIC, ""),
            _number(entry.missing_points),
            *_texts(entry.en, entry.zh, entry.reason),
        ]
        for kind, bins in ((SPECIAL, entry.special), (BIN, entry.bins)):
            for each in bins:
                yield [*_texts(entry.name, "", kind, each.when), _number(each.points), *_texts(each.en, each.zh)]
