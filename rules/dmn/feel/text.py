"""Values as texts: what `string()` gives (clause 10.3.4.1)."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.dmn.feel.literals import write_date_time, write_duration, write_time
from rules.dmn.feel.values import Months, Range

_PLAIN_KEY = re.compile(r"[^\W\d][\w ]*\Z")


def text_from(value: Any, *, is_nested: bool = True) -> str:
    """The text of a value; inside a list or a context texts are quoted and dates written as literals."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"' if is_nested else value
    if isinstance(value, list):
        return f"[{', '.join(text_from(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {text_from(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Range):
        return _range_text(value)
    plain = temporal_text(value)
    return f'@"{plain}"' if is_nested and plain is not None else plain or "function"


def temporal_text(value: Any) -> str | None:
    """The ISO 8601 text of a date, time or duration; None for any other value."""
    if isinstance(value, datetime):
        return write_date_time(value)
    if isinstance(value, time):
        return write_time(value)
    if isinstance(value, date):
        return value.isoformat()
    return write_duration(value) if isinstance(value, timedelta | Months) else None


def number_text(number: Decimal) -> str:
    """A number without an exponent."""
    text = f"{number:f}"
    return "0" if not number else text


def _key(key: str) -> str:
    return key if _PLAIN_KEY.match(key) else text_from(key)


def _range_text(value: Range) -> str:
    if value.low is None or value.high is None:
        end, sign = (value.high, "<") if value.low is None else (value.low, ">")
        closed = value.high_closed if value.low is None else value.low_closed
        return f"({sign}{'=' if closed else ''} {text_from(end)})"
    return (
        f"{'[' if value.low_closed else '('}{text_from(value.low)}..{text_from(value.high)}"
        f"{']' if value.high_closed else ')'}"
    )
