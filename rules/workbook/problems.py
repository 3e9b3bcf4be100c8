"""What can be wrong with a workbook, named by sheet and cell, in both languages."""

from typing import Any

import msgspec

MESSAGES: dict[str, tuple[str, str]] = {
    "too_large": (
        "The file is larger than {limit} bytes, or unpacks to more than it should.",
        "文件超过 {limit} 字节，或解压后过大。",
    ),
    "not_workbook": ("This is no .xlsx workbook that can be read.", "这不是可读取的 .xlsx 工作簿。"),
    "too_many_sheets": ("A workbook has at most {limit} sheets here.", "此处工作簿最多 {limit} 个工作表。"),
    "too_many_rows": ("A sheet has at most {limit} rows here.", "此处工作表最多 {limit} 行。"),
    "too_many_columns": ("A sheet has at most {limit} columns here.", "此处工作表最多 {limit} 列。"),
    "formula": (
        "Formulas are not read: put the value in place of the formula.",
        "不读取公式：请以数值代替公式。",
    ),
    "cell_error": ("The cell holds an error: {found}.", "单元格含有错误值：{found}。"),
    "sheet_unknown": (
        "This sheet is none of ours: its first cell names no parameters, decision table or scorecard.",
        "无法识别此工作表：首个单元格不是参数、决策表或评分卡的标题。",
    ),
    "sheet_twice": ("Another sheet holds {name} already.", "已有其他工作表包含 {name}。"),
    "heading": ("The heading “{expected}” should stand here.", "此处应为标题“{expected}”。"),
    "missing": ("Must not be empty.", "不能为空。"),
    "number": ("A number should stand here, not “{found}”.", "此处应为数值，而不是“{found}”。"),
    "decimals": ("This amount has more decimals than its currency.", "金额的小数位数超过该货币的位数。"),
    "choice": ("One of {choices} should stand here, not “{found}”.", "此处应为 {choices} 之一，而不是“{found}”。"),
    "orphan": ("A bin stands below the row of its characteristic.", "分箱应位于其特征行之下。"),
    "nothing": ("The workbook holds no sheet to read.", "工作簿中没有可读取的工作表。"),
}


class CellProblem(msgspec.Struct, frozen=True):
    """One problem: the sheet's title, the cell (`B7`), both empty for the whole file, and the message twice."""

    sheet: str
    cell: str
    en: str
    zh: str
    is_warning: bool = False


def cell_problem(code: str, sheet: str = "", cell: str = "", **facts: Any) -> CellProblem:
    """The problem of that code with its facts filled in."""
    en, zh = MESSAGES[code]
    return CellProblem(sheet, cell, en.format(**facts), zh.format(**facts))
