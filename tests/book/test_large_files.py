"""Small files that say they are huge are refused before anything is made of them."""

import io

import polars as pl
import pytest

from lending.services.book_imports import tables
from lending.services.book_imports.errors import SourceUnreadable
from lending.services.book_imports.tables import table_read


def parquet_of(frame: pl.DataFrame) -> bytes:
    into = io.BytesIO()
    frame.write_parquet(into)
    return into.getvalue()


def test_a_parquet_file_of_too_many_rows_is_refused_by_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    data = parquet_of(pl.DataFrame({"a": [1] * 11}))
    monkeypatch.setattr(tables, "MAX_ROWS", 11)
    assert table_read(data, "a.parquet").height == 11
    monkeypatch.setattr(tables, "MAX_ROWS", 10)
    monkeypatch.setattr(pl.LazyFrame, "collect_schema", None)  # not looked at any more
    with pytest.raises(SourceUnreadable) as refused:
        table_read(data, "a.parquet")
    assert refused.value.facts["reason"] == "too_many"


def test_a_line_of_a_million_commas_makes_no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "read_csv", None)
    with pytest.raises(SourceUnreadable) as refused:
        table_read(b"," * 1_000_000, "a.csv")
    assert refused.value.facts["reason"] == "too_many"


def test_nested_columns_are_no_plain_values() -> None:
    with pytest.raises(SourceUnreadable) as refused:
        table_read(parquet_of(pl.DataFrame({"a": [[1], [2]], "b": [{"c": 1}, {"c": 2}]})), "a.PARQUET")
    assert refused.value.facts["reason"] == "nested"
