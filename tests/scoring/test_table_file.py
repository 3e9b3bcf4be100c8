"""Files as people have them: encodings, separators, headers; and what their text means."""

import datetime as dt

import polars as pl
import pytest

from scoring.training.columns import columns_plan
from scoring.training.errors import TrainingInputError
from scoring.training.table import table_read, target_read
from scoring.training.text_values import plain_text

ROWS = "收入,用途,bad\n1200.5,装修,1\n900,教育,0\n"


def _written(tmp_path, data):
    path = tmp_path / "loans.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_text_is_read_in_the_encodings_it_comes_in(tmp_path, encoding):
    frame = table_read(_written(tmp_path, ROWS.encode(encoding)))
    assert frame.to_dict(as_series=False) == {"收入": [1200.5, 900.0], "用途": ["装修", "教育"], "bad": [1, 0]}


def test_text_in_no_known_encoding_is_refused_in_words(tmp_path):
    with pytest.raises(TrainingInputError, match="neither UTF-8 nor GB 18030"):
        table_read(_written(tmp_path, b"a,b\n\xff\xff\xff,1\n"))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_it_finds_the_separator(tmp_path, separator):
    text = f"amount{separator}city{separator}bad\n1200.5{separator}Ulm{separator}1\n"
    assert table_read(_written(tmp_path, text.encode())).rows() == [(1200.5, "Ulm", 1)]


def test_decimal_commas_are_read_between_semicolons(tmp_path):
    assert table_read(_written(tmp_path, b"amount;bad\n1200,5;1\n900,25;0\n"))["amount"].to_list() == [1200.5, 900.25]


def test_quoted_separators_and_line_breaks_stay_in_their_cell(tmp_path):
    frame = table_read(_written(tmp_path, b'"a, b","c ""d""\n e",bad\n"x,y","1\n2",1\n'))
    assert frame.columns == ["a, b", 'c "d"\n e', "bad"]
    assert frame.rows() == [("x,y", "1\n2", 1)]


@pytest.mark.parametrize("header", ["amount,amount,bad", " amount,amount ,bad", "caf\u00e9,cafe\u0301,bad"])
def test_two_columns_of_one_name_are_refused(tmp_path, header):
    with pytest.raises(TrainingInputError, match="several columns of one name"):
        table_read(_written(tmp_path, f"{header}\n1,2,0\n".encode()))


def test_names_lose_blanks_and_an_empty_one_is_a_place(tmp_path):
    assert table_read(_written(tmp_path, b", amount ,bad\n1,2,0\n")).columns == ["column_1", "amount", "bad"]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (["12%", "7.5 %", None], [12.0, 7.5, None]),
        (["¥1,234.50", "￥900", "12"], [1234.5, 900.0, 12.0]),
        (["-¥5", "¥-5"], [-5.0, -5.0]),
        (["(1,200)", "300"], [-1200.0, 300.0]),
        (["1.5万", "20 万"], [15000.0, 200000.0]),
        (["５元", "６元"], [5.0, 6.0]),
    ],
)
def test_amounts_as_people_write_them_are_numbers(words, numbers):
    assert plain_text(pl.Series("x", words)).to_list() == numbers


@pytest.mark.parametrize("words", [["12%", "0.12"], ["$5", "€5"], ["1,2", "3"], ["A12", "7"], ["1-2", "3-4"]])
def test_text_whose_unit_or_meaning_is_not_plain_stays_text(words):
    assert plain_text(pl.Series("x", words)).to_list() == words


@pytest.mark.parametrize(
    "words", [["01/13/2020", "12/01/2020"], ["13/01/2020", "01/12/2020"], ["2020年1月13日", "2020年12月1日"]]
)
def test_written_days_are_dates(words):
    assert plain_text(pl.Series("x", words)).to_list() == [dt.date(2020, 1, 13), dt.date(2020, 12, 1)]


def test_what_is_not_finite_is_missing(tmp_path):
    pl.DataFrame({"x": [1.0, float("inf"), float("nan"), None], "bad": [0, 1, 0, 1]}).write_parquet(
        tmp_path / "t.parquet"
    )
    assert table_read(tmp_path / "t.parquet")["x"].to_list() == [1.0, None, None, None]


@pytest.mark.parametrize(("bad", "good"), [("逾期", "正常"), ("坏", "好"), ("违约", "履约"), ("是", "否")])
def test_chinese_words_say_who_was_bad_even_where_most_were(bad, good):
    outcome, _ = target_read(pl.Series("结果", [bad, bad, good]))
    assert outcome.tolist() == [1, 1, 0]


def test_a_target_of_three_values_is_refused_with_the_values():
    with pytest.raises(TrainingInputError, match=r"it has 3 \(N, Y, y\)"):
        target_read(pl.Series("bad", ["N", "Y", "y"]))


def test_months_and_days_as_numbers_under_a_name_of_dates_are_not_read():
    frame = pl.DataFrame({"申请月份": [202001, 202002] * 20, "months": [6, 12] * 20, "bad": [0, 1] * 20})
    plan = columns_plan(frame, target="bad")
    assert [column.name for column in plan.columns] == ["months"]


def test_numbers_called_like_a_persons_are_identifiers_though_some_recur_or_are_missing():
    phones = [13_000_000_000 + 7_919 * (number * 37 % 100) for number in range(100)]
    frame = pl.DataFrame({"手机号": [None, phones[1], *phones[1:99]], "x": [1, 2] * 50, "bad": [0, 1] * 50})
    plan = columns_plan(frame, target="bad")
    assert [column.name for column in plan.columns] == ["x"]


def test_a_few_words_among_numbers_are_named():
    frame = pl.DataFrame({"income": [str(number % 9) for number in range(38)] + ["unknown"] * 2, "bad": [0, 1] * 20})
    (note,) = columns_plan(frame, target="bad").notes
    assert note == "income is read as codes, since 2 of its values are no numbers: unknown"


def test_separators_inside_a_quoted_header_are_no_separators(tmp_path):
    frame = table_read(_written(tmp_path, b'"income, monthly, net";"bad"\n1200,5;1\n'))
    assert frame.rows() == [(1200.5, 1)]


@pytest.mark.parametrize("data", [b"\n\r\namount,bad\n12,1\n", b"amount,bad\r12,1\r"])
def test_empty_lines_before_the_header_and_the_line_ends_of_older_macs_are_read(tmp_path, data):
    assert table_read(_written(tmp_path, data)).rows() == [(12, 1)]
