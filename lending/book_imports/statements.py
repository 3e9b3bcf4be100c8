"""What a query of an import may be: one SELECT or WITH that calls only functions without effects. Pure."""

import re
from typing import Final

_STRING: Final = r"[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'"
_TOKEN: Final = re.compile(
    rf"(?P<space>\s+)|(?P<string>{_STRING})|(?P<quoted>\"(?:[^\"]|\"\")+\")|(?P<mark>%\(watermark\)s)"
    r"|(?P<word>[^\W\d][\w$]*)|(?P<number>\d[\w.]*)|(?P<sign>.)",
    re.DOTALL,
)
_READING: Final = """
abs age array_agg avg bool_and bool_or btrim ceil ceiling char_length coalesce concat concat_ws count date date_part
date_trunc dense_rank extract first_value floor generate_series greatest initcap lag last_value lead least left length
lower ltrim make_date max md5 min mod now nullif overlay position power rank regexp_replace replace right round
row_number rtrim sign split_part sqrt string_agg strpos substr substring sum timezone to_char to_date to_number
to_timestamp translate trim trunc upper
"""
_GRAMMAR: Final = """
all and any as between by case cast cube distinct else except exists filter from group grouping having in intersect
interval is join lateral like limit materialized not offset on or order over partition rollup select sets some then
union using values when where within with bpchar char character decimal numeric time timestamp timestamptz varchar
varying bit
"""
_CALLS: Final = frozenset(_READING.split())
"""They read their arguments and nothing else."""
_BEFORE_BRACKET: Final = _CALLS | frozenset(_GRAMMAR.split())
"""Those, and words and types that may stand before a bracket without being a call."""


def statement_problem(query: str) -> str:
    """Why a query is not taken: select, several, comment, literal, function; empty where it is.

    The database's own read-only transaction holds what this cannot see; this holds what reads files, sleeps, changes
    settings or calls out, which a read-only transaction lets pass.
    """
    before, dotted = "", False
    text = query.strip().rstrip(";")
    for found in _TOKEN.finditer(text):
        kind, piece = found.lastgroup, found[0]
        if kind == "space":
            continue
        if before == "" and piece.lower() not in ("select", "with"):
            return "select"
        if problem := _problem(kind, piece, text[found.end() : found.end() + 1], before):
            return problem
        if piece == "(" and dotted and before in _BEFORE_BRACKET:
            return "function"  # of somebody's schema, whatever it is named like
        dotted = before == "."
        before = {"quoted": '"', "word": piece.lower()}.get(str(kind), piece)
    return "" if before else "select"


def _problem(kind: str | None, piece: str, following: str, before: str) -> str:
    if piece == ";":
        return "several"
    if piece + following in ("--", "/*"):
        return "comment"
    # Text in dollars or with escapes of code points is not told apart from names here.
    if piece in ("$", "'", '"', "\x00") or (kind == "word" and following in ("'", '"', "$") and not _is_typed(piece)):
        return "literal"
    if piece == "(" and (before == '"' or (before[:1].isidentifier() and before not in _BEFORE_BRACKET)):
        return "function"
    return ""


def _is_typed(word: str) -> bool:
    """A type before its literal: date'2026-01-01'."""
    return word.lower() in ("date", "time", "timestamp", "timestamptz", "interval", "numeric", "as")
