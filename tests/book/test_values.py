"""What other systems write, in the book's units; and which column is probably which field."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.book_imports.kinds import KINDS
from lending.book_imports.mapping import mapping_problems, row_read
from lending.book_imports.suggest import columns_suggest
from lending.book_imports.values import (
    Habits,
    ValueProblem,
    boolean_read,
    currency_read,
    day_read,
    instant_read,
    money_read,
    number_read,
)
from lending.services.book_imports.mappings import mapping_read

PLAIN = Habits()


@pytest.mark.parametrize(
    ("raw", "unit", "currency", "minor"),
    [
        ("1,234.56", "", "CNY", 123_456),
        ("￥1,234.5元", "", "CNY", 123_450),
        ("(12.30)", "", "CNY", -1_230),
        ("−5", "", "CNY", -500),
        ("3.5万", "", "CNY", 3_500_000),
        (3.5, "ten_thousand", "CNY", 3_500_000),
        (1234, "minor", "CNY", 1234),
        ("1234", "", "JPY", 1234),
        ("1.2345", "", "KWD", "too_precise"),
        ("0.005", "", "CNY", "too_precise"),
        ("abc", "", "CNY", "not_a_number"),
        (float("nan"), "", "CNY", "not_a_number"),
        (True, "", "CNY", "not_a_number"),
        ("1e5", "", "CNY", "not_a_number"),
        ("99999999999999999", "", "CNY", "out_of_range"),
    ],
)
def test_money_is_exact_in_minor_units(raw: object, unit: str, currency: str, minor: int | str) -> None:
    if isinstance(minor, int):
        assert money_read(raw, unit, currency, PLAIN) == minor  # type: ignore[arg-type]
        return
    with pytest.raises(ValueProblem) as error:
        money_read(raw, unit, currency, PLAIN)  # type: ignore[arg-type]
    assert error.value.code == minor


@given(st.integers(-(10**12), 10**12))
def test_an_amount_written_out_comes_back(minor: int) -> None:
    whole, rest = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    assert money_read(f"{sign}{whole:,}.{rest:02d}", "", "CNY", PLAIN) == minor
    german = f"{sign}{whole:,}".replace(",", ".") + f",{rest:02d}"
    assert money_read(german, "", "EUR", Habits(is_decimal_comma=True)) == minor


@pytest.mark.parametrize(
    "text", ["2024-03-01", "2024/3/1", "20240301", "2024年3月1日", "2024年3月", "2024-03-01 00:00:00"]
)
def test_days_as_they_are_written(text: str) -> None:
    assert day_read(text, PLAIN) == date(2024, 3, 1)


@given(st.text(max_size=30))
def test_no_text_makes_a_reader_fail_otherwise(text: str) -> None:
    for read in (day_read, instant_read):
        try:
            read(text, PLAIN)
        except ValueProblem:
            continue
    try:
        money_read(text, "", "CNY", PLAIN)
    except ValueProblem:
        return


def test_instants_are_where_the_source_is() -> None:
    there = Habits(timezone="Asia/Shanghai")
    assert instant_read("2024-03-01 08:30", there) == datetime(2024, 3, 1, 0, 30, tzinfo=UTC)
    assert instant_read("2024-03-01T08:30:00Z", there) == datetime(2024, 3, 1, 8, 30, tzinfo=UTC)
    assert instant_read("2024年3月1日", there) == datetime(2024, 2, 29, 16, tzinfo=UTC)


def test_shares_booleans_and_currencies() -> None:
    assert number_read("12.5%", "", PLAIN) == pytest.approx(0.125) == number_read(12.5, "percent", PLAIN)
    assert (boolean_read("是"), boolean_read("N"), boolean_read(1.0)) == (True, False, True)
    assert (currency_read("RMB"), currency_read("元"), currency_read("usd")) == ("CNY", "CNY", "USD")


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        ("repayments", {"loan_id": ["a"], "payment_date": ["2024-01-01"], "paid_amount": ["1"], "payment_id": ["x"]},
         {"loan": "loan_id", "paid_on": "payment_date", "amount_minor": "paid_amount", "external_id": "payment_id"}),
        ("loans", {"借据号": ["J"], "贷款金额": ["1"], "放款日期": ["2024-01-01"], "利率": ["5%"], "备注": ["-"]},
         {"external_id": "借据号", "amount_minor": "贷款金额", "opened_on": "放款日期", "annual_rate": "利率"}),
        ("region_months", {"state": ["CA"], "month": ["2018-01"], "unemployment": ["0.04"]},
         {"region": "state", "month": "month"}),
    ],
)  # fmt: skip
def test_columns_are_suggested_by_names_and_values(kind: str, columns: dict, expected: dict) -> None:
    assert {one.field: one.column for one in columns_suggest(kind, columns)} == expected


def test_a_column_of_other_values_is_not_suggested() -> None:
    suggested = columns_suggest("repayments", {"payment_date": ["abc", "def"]})
    assert "paid_on" not in {one.field for one in suggested}


def test_a_mapping_says_everything_that_is_wrong_with_it() -> None:
    assert set(KINDS) == {
        "customers", "loans", "instalments", "repayments", "loan_months", "transactions", "bureau_updates",
        "risk_events", "region_months", "regions", "customer_links",
    }  # fmt: skip
    from lending.book_imports.mapping import ColumnMap, Mapping

    wrong = Mapping(
        kind="repayments",
        columns=(
            ColumnMap(field="loan", column="a", constant="b"),
            ColumnMap(field="nothing", column="x"),
            ColumnMap(field="paid_on", column="d", if_missing="interpolate"),
            ColumnMap(field="amount_minor", column="s", unit="percent"),
        ),
        habits=Habits(timezone="Mars"),
    )
    assert set(mapping_problems(wrong)) == {
        "unknown_field:nothing", "missing:product", "missing:external_id", "column_or_constant:loan",
        "not_imputable:paid_on", "unknown_unit:amount_minor", "unknown_timezone:",
    }  # fmt: skip


def test_a_row_names_all_its_problems() -> None:
    mapping = mapping_read(
        {
            "kind": "risk_events",
            "columns": [
                {"field": field, "column": field}
                for field in ("external_id", "kind", "product", "loan", "national_id", "event_at", "amount_minor")
            ],
        }
    )
    raw = {"external_id": "E", "kind": None, "event_at": "soon", "amount_minor": "x", "product": "p", "loan": "L"}
    read = row_read(mapping, raw, {"p": "CNY"})
    assert {(one.field, one.code) for one in read.problems} == {
        ("kind", "missing"), ("event_at", "not_a_day"), ("amount_minor", "not_a_number"),
    }  # fmt: skip
