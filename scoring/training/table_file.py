"""A file as it lies on a modeller's disk: parquet, or delimited text of whatever encoding and separator."""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from scoring.training.errors import TrainingInputError

NULL_WORDS = ["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", ".", "-", "--", "#N/A", "<NA>"]
_SEPARATORS = (",", ";", "\t", "|")
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_QUOTED = re.compile(r'"[^"]*"')
_HEAD = 65_536
"""Bytes within which a header ends."""


def file_read(path: Path) -> pl.DataFrame:
    """The file's columns under their names; types of text are inferred from every row. Raises TrainingInputError.

    Text is UTF-8, marked UTF-16, or GB 18030 (GBK); the separator is the one that the header has most of outside its
    quotes, and numbers between semicolons may have decimal commas. Names lose the blanks around them; two that look
    alike are refused.
    """
    try:
        data = path.read_bytes()
        if path.suffix.lower() in (".parquet", ".pq"):
            frame = pl.read_parquet(io.BytesIO(data))
            names: Sequence[str] = frame.columns
        else:
            frame, names = _text_read(_utf_8(data))
    except UnicodeDecodeError as error:
        raise TrainingInputError(f"{path} cannot be read: it is text in neither UTF-8 nor GB 18030.") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).split("\n", 1)[0]
        raise TrainingInputError(f"{path} cannot be read as parquet or CSV: {reason}") from error
    if frame.height == 0:
        raise TrainingInputError(f"{path} has no rows.")
    frame.columns = _names(names, path)
    return frame


def _utf_8(data: bytes) -> bytes:
    if data.startswith(_UTF_16_MARKS):
        return data.decode("utf-16").encode()
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("gb18030").encode()
    return data


def _text_read(text: bytes) -> tuple[pl.DataFrame, Sequence[str]]:
    """The frame and its header as it is written: the reader would rename what occurs twice, and tell nobody."""
    text = text.lstrip(b"\r\n")
    if b"\n" not in text:  # as older Macs end lines
        text = text.replace(b"\r", b"\n")
    head = _QUOTED.sub("", text[:_HEAD].decode(errors="ignore")).split("\n", 1)[0]
    separator = max(_SEPARATORS, key=head.count)
    header = pl.read_csv(text, separator=separator, has_header=False, n_rows=1, infer_schema=False).row(0)
    frame = pl.read_csv(
        text,
        separator=separator,
        decimal_comma=separator == ";",
        null_values=NULL_WORDS,
        infer_schema_length=None,
        try_parse_dates=True,
    )
    return frame, [name or "" for name in header]


def _names(given: Sequence[str], path: Path) -> list[str]:
    names = [unicodedata.normalize("NFC", name).strip() or f"column_{place}" for place, name in enumerate(given, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise TrainingInputError(f"{path} has several columns of one name: {', '.join(twice)}.", columns=twice)
    return names
