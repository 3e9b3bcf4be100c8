"""Text that means an amount or a day, as people and spreadsheets write it."""

import polars as pl

from scoring.training.dates import days_of

_CURRENCY = r"(?:CN¥|US\$|HK\$|[¥$€£]|RMB|CNY|USD|EUR|HKD|人民币)"
_AMOUNT = (
    rf"^(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<late>[+-])?"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*(?P<after>%|元|万元?|{_CURRENCY})?\s*\)?$"
)
_TEN_THOUSAND = ("万", "万元")
_MUST_ALL = ("%", *_TEN_THOUSAND)
_LIKE_A_DAY = r"^(?:\d{1,4}[-/.年]\d{1,2}|[A-Za-z]{3}-\d{4})"
_LOOKED_AT = 200
_MOST = 0.95


def plain_text(words: pl.Series) -> pl.Series:
    """The column as numbers or dates if all its known values are such, else as it is.

    Numbers may have thousands separators, a currency, a per cent sign (12 % is 12), 万 (ten thousand) or brackets for
    a minus, but one unit only: 12% beside 0.12 stays text.
    """
    known = words.drop_nulls()
    if known.len() == 0:
        return words
    for read in (_numbers, _amounts):
        numbers = read(words)
        if numbers is not None and numbers.null_count() == words.null_count():
            return numbers
    if (known.head(_LOOKED_AT).str.contains(_LIKE_A_DAY).mean() or 0.0) >= _MOST:  # type: ignore[operator]
        days = days_of(words)
        return words if days is None else days
    return words


def _numbers(words: pl.Series) -> pl.Series:
    return words.cast(pl.Float64, strict=False)


def _amounts(words: pl.Series) -> pl.Series | None:
    """None where the units differ; null where a value is no amount."""
    text = words.str.normalize("NFKC").str.to_uppercase()
    if not text.drop_nulls().head(_LOOKED_AT).str.contains(r"^[^\d]{0,6}\d").all():
        return None
    parts = text.str.extract_groups(_AMOUNT).struct.unnest()
    units = {unit for name in ("before", "after") for unit in parts[name].drop_nulls().unique()}
    after = parts["after"]
    if len(units) > 1 or (units & {*_MUST_ALL} and after.null_count() > words.null_count()):
        return None
    digits = parts["digits"].str.replace_all(",", "").cast(pl.Float64, strict=False)
    is_minus = parts["open"].is_not_null() | (parts["sign"] == "-").fill_null(value=False)
    is_minus |= (parts["late"] == "-").fill_null(value=False)
    scale = 10_000.0 if units & {*_TEN_THOUSAND} else 1.0
    minus = is_minus.replace_strict({True: -1.0, False: 1.0}, return_dtype=pl.Float64)
    return (digits * scale * minus).alias(words.name)
