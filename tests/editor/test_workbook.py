"""Parameters, tables and scorecards go out as a workbook and come back as cells that differ; nothing in it is run."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from rules.engine.document import document_json, document_read
from rules.workbook import opening
from rules.workbook.differences import workbook_differences
from rules.workbook.numbers import TooManyDecimals, document_number, sheet_number
from rules.workbook.read import read_workbook
from rules.workbook.write import write_workbook

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "data/rule_sets").glob("*.json"))
MONEY = "DEM minor units"


@pytest.fixture(scope="module")
def document():
    return document_read((SHIPPED[0].parent / "instalment-pre-loan.json").read_bytes())


def edited(document, change):
    """The workbook of a document after `change(book)`, as a file."""
    book = load_workbook(BytesIO(write_workbook(document)))
    change(book)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def row_of(page, name):
    return next(cell.row for cell in page["A"] if cell.value == name)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_workbook_nobody_changed_says_the_same(path):
    document = document_read(path.read_bytes())
    reading = read_workbook(write_workbook(document), document)
    assert reading.problems == [] and reading.document == document


def test_thresholds_stand_in_the_units_people_read(document):
    page = load_workbook(BytesIO(write_workbook(document)))["Parameters"]
    shares = [entry for entry in document.parameters if entry.unit == "share"]
    money = [entry for entry in document.parameters if entry.unit == MONEY]
    cell = page.cell(row_of(page, shares[0].name), 4)
    assert cell.value == shares[0].value and cell.number_format.endswith("%")
    assert page.cell(row_of(page, money[0].name), 4).value == money[0].value / 100


def test_one_changed_threshold_is_one_changed_cell(document):
    entry = next(entry for entry in document.parameters if entry.unit == MONEY)

    def change(book):
        page = book["Parameters"]
        page.cell(row_of(page, entry.name), 4).value = 1234.35

    reading = read_workbook(edited(document, change), document)
    [found] = workbook_differences(document, reading.document)
    assert (found.kind, found.what, found.new) == ("changed", entry.name, "1,234.35")
    assert re.fullmatch(r"D\d+", found.cell)
    changed = {each.name: each.value for each in reading.document.parameters}
    assert changed[entry.name] == 123435


def test_rows_of_a_table_are_added_and_removed(document):
    table = document.tables[0]

    def change(book):
        page = book[table.name]
        page.delete_rows(11)
        page.append([99, '"F"', "> 1", '"HIGH"', "new"])

    reading = read_workbook(edited(document, change), document)
    kinds = [found.kind for found in workbook_differences(document, reading.document)]
    assert sorted(kinds) == ["row_added", "row_removed"]
    assert reading.document.tables[0].rows[-1].note == "new"


def test_every_problem_is_named_by_sheet_and_cell(document):
    offer = document.offer.table

    def change(book):
        page = book["Parameters"]
        page["D2"], page["D3"], page["H4"] = "=1+1", "many", "anything"
        book[offer]["D11"] = 1.005
        book.create_sheet("Own notes")["A1"] = "hello"

    problems = read_workbook(edited(document, change), document).problems
    assert {(found.sheet, found.cell) for found in problems} >= {
        ("Parameters", "D2"),
        ("Parameters", "D3"),
        ("Parameters", "H4"),
        (offer, "D11"),
        ("Own notes", "A1"),
    }
    assert all(found.en and found.zh for found in problems)


def test_a_shape_the_document_does_not_take_is_told_at_its_cell(document):
    reading = read_workbook(edited(document, lambda book: book["Parameters"].__setitem__("A2", "no name")), document)
    assert [(found.sheet, found.cell) for found in reading.problems] == [("Parameters", "A2")]


def test_a_label_that_looks_like_a_formula_stays_a_text(document):
    plain = document_json(document)
    hostile = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"]
    for entry, label in zip(plain["parameters"], hostile, strict=False):
        entry["en"] = label
    other = document_read(plain)
    content = write_workbook(other)
    page = load_workbook(BytesIO(content))["Parameters"]
    assert [(page.cell(row, 2).data_type, page.cell(row, 2).quotePrefix) for row in range(2, 6)] == [("s", True)] * 4
    assert read_workbook(content, other).document == other


def test_hostile_files_are_refused_in_words(document, monkeypatch):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (opening.MAX_UNPACKED + 1))
    entities = BytesIO()
    with zipfile.ZipFile(entities, "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    good = write_workbook(document)
    files = [
        b"",
        b"PK",
        b"name,value",
        bomb.getvalue(),
        entities.getvalue(),
        good[:-400],
        b"x" * (opening.MAX_BYTES + 1),
    ]
    for content in files:
        reading = read_workbook(content, document)
        assert reading.document is None and len(reading.problems) == 1, content[:20]
    monkeypatch.setattr(opening, "MAX_UNPACKED", 1)
    assert read_workbook(good, document).problems[0].en.startswith("The file is larger")


def test_without_its_limit_the_bomb_would_be_unpacked(document, monkeypatch):
    """The twin: what refuses it is the limit."""
    monkeypatch.setattr(opening, "MAX_UNPACKED", 10**9)
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_001)
    assert "larger" not in read_workbook(bomb.getvalue(), document).problems[0].en


@given(st.integers(-(10**15), 10**15), st.sampled_from([MONEY, "share", "", "JPY minor units", "KWD minor units"]))
def test_whole_numbers_come_back_exactly(number, unit):
    assert document_number(sheet_number(str(number), unit), unit) == str(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=9))
def test_shares_come_back_digit_by_digit(number):
    text = f"{number:f}"
    text = "0" if text.strip("-0.") == "" else text
    assert document_number(sheet_number(text, "share"), "share") == text


@pytest.mark.parametrize(
    ("cell", "unit", "meant"),
    [
        (0.29, "share", "0.29"),
        ("29 %", "share", "0.29"),
        ("5,000.00", MONEY, "500000"),
        (1.15, MONEY, "115"),
        ("DEM 7", MONEY, "700"),
    ],
)
def test_numbers_are_read_as_people_write_them(cell, unit, meant):
    assert document_number(cell, unit) == meant


def test_half_a_cent_is_refused():
    with pytest.raises(TooManyDecimals):
        document_number(1.005, MONEY)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_and_nothing_breaks(content):
    empty = document_read({"schema": 1, "product": "p", "stage": "PRE_LOAN", "default_outcome": "REFER"})
    reading = read_workbook(content, empty)
    assert reading.document is None and msgspec.json.encode(reading.problems)
