"""A mapping: which column is which field, in which unit; a row read through it with all its problems. Pure."""

from collections.abc import Mapping as Map
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from lending.book_imports.kinds import ATTRIBUTE, KINDS, Field, Kind
from lending.book_imports.values import (
    MONEY_UNITS,
    NUMBER_UNITS,
    Habits,
    Raw,
    Value,
    ValueProblem,
    boolean_read,
    currency_read,
    day_read,
    instant_read,
    integer_read,
    money_read,
    number_read,
    text_read,
)

NULLS: Final = frozenset({"", "null", "none", "na", "n/a", "nan", "-", "--", "无", "\\n"})
MAX_COLUMNS: Final = 200
PROBLEM_WORDS: Final = {
    "missing": ("This field is required.", "必填。"),
    "bad_text": ("This is no text of 1 to 200 printable characters.", "应为 1 至 200 个可显示字符。"),
    "unusable": (
        "This cannot be such a number or name: too short, or digits or letters are missing.",
        "不像有效的取值：过短，或缺少应有的数字、文字。",
    ),
    "not_whole": ("This is no whole number.", "应为整数。"),
    "not_a_number": ("This is no number.", "应为数字。"),
    "too_precise": ("This has more decimals than the currency.", "小数位多于币种允许的位数。"),
    "out_of_range": ("This is outside the range.", "超出范围。"),
    "currency_differs": (
        "This is in another currency, and the mapping states no rate.",
        "币种不同，且映射未给出汇率。",
    ),
    "unknown_currency": ("This is no currency.", "无法识别的币种。"),
    "not_yes_or_no": ("This is neither yes nor no.", "应为是或否。"),
    "not_a_day": ("This is no day.", "应为日期。"),
    "not_an_instant": ("This is no time.", "应为时间。"),
    "one_of": ("Exactly one of these is needed.", "以下字段须且只能填一个。"),
    "not_found": ("There is no such thing in the book.", "账簿中没有该对象。"),
    "unknown_region": (
        "There is no region of this code: add it under Regions, or import regions first.",
        "没有该代码的地区：请先在“地区”页面新增，或先导入地区。",
    ),
    "customer_erased": ("The customer's personal data is erased.", "该客户的个人信息已删除。"),
    "unknown_provenance": (
        "This is neither declared by the customer, told by a third party, observed by us nor worked out.",
        "应为本人申报、第三方提供、本机构观察或推算之一。",
    ),
    "unknown_kind": ("There is no such kind.", "没有这一种类。"),
    "unknown_variable": ("The catalogue has no such variable.", "变量目录中没有该变量。"),
    "duplicate_row": ("The same row came before.", "与之前的行完全相同。"),
    "conflicting": ("The book holds this with other content, which stays.", "账簿中已有不同内容，保留原内容。"),
    "money_owed": (
        "Money is still owed: closed so, it is not repaid but written off, sold or otherwise ended.",
        "尚有欠款未还：不能按“已还清”结清，应为核销、转让或其他原因。",
    ),
    "cause_required": ("Money is still owed of this loan: say why it is closed.", "该笔贷款尚有欠款：请填写结清原因。"),
    "not_imputable": ("The catalogue allows no value to be filled in.", "变量目录不允许填补。"),
}
"""English and Chinese by code; codes of the services that write come with words of their own."""


class ColumnMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One field: from a column or a constant, in a unit; `if_missing` fills a gap, always marked."""

    field: str
    column: str = ""
    constant: str = ""
    unit: str = ""
    if_missing: Literal["", "interpolate", "default"] = ""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How rows of one source become rows of one kind. `watermark` is a column that only grows."""

    schema: Literal[1] = 1
    kind: str
    columns: tuple[ColumnMap, ...]
    habits: Habits = Habits()
    watermark: str = ""

    @property
    def of_kind(self) -> Kind:
        """The kind of rows."""
        return KINDS[self.kind]


class RowProblem(msgspec.Struct, frozen=True):
    """What is wrong with one field of a row; the value is not repeated."""

    field: str
    code: str


class RowRead(msgspec.Struct, frozen=True):
    """A row's values by field, and what is wrong with it."""

    values: dict[str, Value]
    problems: tuple[RowProblem, ...]


def mapping_problems(mapping: Mapping) -> list[str]:
    """What is wrong with a mapping itself, in codes with the field they are about: `missing:loan`."""
    if mapping.kind not in KINDS:
        return [f"unknown_kind:{mapping.kind[:40]}"]
    kind, found = KINDS[mapping.kind], []
    named = [column.field for column in mapping.columns]
    found += [f"unknown_field:{name[:40]}" for name in named if kind.field(name) is None]
    found += [f"twice:{name}" for name in sorted(set(named)) if named.count(name) > 1]
    found += [f"missing:{field.name}" for field in kind.fields if field.is_required and field.name not in named]
    if len(mapping.columns) > MAX_COLUMNS:
        found.append("too_many_columns:")
    for column in mapping.columns:
        field = kind.field(column.field)
        if field is None:
            continue
        if bool(column.column) == bool(column.constant):
            found.append(f"column_or_constant:{column.field}")
        units = {"money": set(MONEY_UNITS), "number": set(NUMBER_UNITS)}.get(field.type, set())
        if column.unit and column.unit not in units:
            found.append(f"unknown_unit:{column.field}")
        if column.if_missing == "interpolate" and mapping.kind != "region_months":
            found.append(f"not_imputable:{column.field}")
        if column.if_missing == "default" and mapping.kind != "bureau_updates":
            found.append(f"not_imputable:{column.field}")
    try:
        ZoneInfo(mapping.habits.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append("unknown_timezone:")
    return found


def row_read(mapping: Mapping, raw: Map[str, Raw], currency_of: Map[str, str]) -> RowRead:
    """Read one row. `currency_of` gives the book's currency by product code; rows without a product keep their own."""
    kind = mapping.of_kind
    values: dict[str, Value] = {}
    problems: list[RowProblem] = []
    columns = {column.field: column for column in mapping.columns}
    given = {name: _raw(column, raw) for name, column in columns.items()}
    own = _currency(given, mapping.habits)
    product = str(given.get("product") or "").strip()
    target = currency_of.get(product, own)
    attributes = [field for name in columns if name.startswith(ATTRIBUTE) and (field := kind.field(name))]
    for field in (*kind.fields, *attributes):
        found = given.get(field.name)
        if found is None:
            if field.is_required and not (field.name in columns and columns[field.name].if_missing):
                problems.append(RowProblem(field.name, "missing"))
            continue
        try:
            values[field.name] = _value(field, found, columns[field.name].unit, mapping.habits, target, own)
        except ValueProblem as error:
            problems.append(RowProblem(field.name, error.code))
    if not problems:
        wrong = [group for group in kind.one_of if sum(name in values for name in group) != 1]
        problems += [RowProblem(" / ".join(group), "one_of") for group in wrong]
    return RowRead(values, tuple(problems))


def _raw(column: ColumnMap, raw: Map[str, Raw]) -> Raw:
    if column.constant:
        return column.constant
    found = raw.get(column.column)
    if isinstance(found, str) and found.strip().casefold() in NULLS:
        return None
    return None if isinstance(found, float) and found != found else found


def _currency(given: Map[str, Raw], habits: Habits) -> str:
    named = given.get("currency") or habits.currency
    try:
        return currency_read(str(named)) if named else ""
    except ValueProblem:
        return ""


def _value(field: Field, raw: Raw, unit: str, habits: Habits, target: str, own: str) -> Value:
    if field.name == "currency":
        return currency_read(text_read(raw))
    if field.type == "money":
        return money_read(raw, unit, target or own or "XXX", habits, own)
    if field.type == "number":
        return number_read(raw, unit, habits)
    if field.type == "day":
        return day_read(raw, habits)
    if field.type == "instant":
        return instant_read(raw, habits)
    if field.type == "integer":
        return integer_read(raw)
    return boolean_read(raw) if field.type == "boolean" else text_read(raw)
