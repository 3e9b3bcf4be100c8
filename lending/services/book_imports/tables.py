"""Files as rows: CSV and parquet, bounded, every CSV cell a text."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from lending.book_imports.mapping import MAX_COLUMNS
from lending.services.book_imports.errors import SourceUnreadable

MAX_BYTES: Final = 50 * 1024 * 1024
MAX_ROWS: Final = 2_000_000
SUFFIXES: Final = (".csv", ".parquet")
Row = Mapping[str, Any]


def table_read(data: bytes, file_name: str) -> pl.DataFrame:
    """The table of a file. CSV: UTF-8 or GB 18030, comma, semicolon or tab. Raises SourceUnreadable."""
    if not 0 < len(data) <= MAX_BYTES:
        raise SourceUnreadable("The file is empty or larger than 50 MB.", reason="size")
    try:
        frame = _parquet(data) if file_name.lower().endswith(".parquet") else _csv(data)
    except (pl.exceptions.PolarsError, OSError, ValueError, pl.exceptions.PanicException):
        raise SourceUnreadable("The file is no table.", reason="no_table") from None
    if frame.height > MAX_ROWS or frame.width > MAX_COLUMNS:
        raise SourceUnreadable("The file has too many rows or columns.", reason="too_many")
    if any(isinstance(kind, pl.List | pl.Struct | pl.Object | pl.Array | pl.Binary) for kind in frame.dtypes):
        raise SourceUnreadable("The file has columns that are no plain values.", reason="nested")
    return frame


def _parquet(data: bytes) -> pl.DataFrame:
    """A few bytes may say that a value stands in billions of rows: counted before any is read."""
    lazy = pl.scan_parquet(io.BytesIO(data))
    if lazy.select(pl.len()).collect().item() > MAX_ROWS or len(lazy.collect_schema()) > MAX_COLUMNS:
        raise SourceUnreadable("The file has too many rows or columns.", reason="too_many")
    return lazy.collect()


def _csv(data: bytes) -> pl.DataFrame:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    if head.count(separator) > 10 * MAX_COLUMNS:  # before a column is made of each
        raise SourceUnreadable("The file has too many rows or columns.", reason="too_many")
    return pl.read_csv(io.StringIO(text), separator=separator, infer_schema=False, truncate_ragged_lines=False)


def rows_of(frame: pl.DataFrame) -> Iterator[Row]:
    """The rows, as plain values by column."""
    yield from frame.iter_rows(named=True)
