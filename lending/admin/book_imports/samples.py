"""A sample of rows between two steps of a page: sealed in the form, since rows name persons."""

import base64
import binascii
from datetime import date
from typing import Any, Final

import msgspec

from lending.vault import VaultError, key_new, key_unwrap, seal, unseal
from riskengine.errors import InvalidInput

SAMPLE_ROWS: Final = 50
_WRAPPED: Final = 61
_CONTEXT: Final = b"book-import-sample"


class SampleLost(InvalidInput):
    """The sample in the form is not the one that was put there."""

    code = "sample_lost"


def sample_seal(rows: list[dict[str, Any]]) -> str:
    """The rows as a text that only this system reads."""
    key, wrapped = key_new()
    plain = msgspec.json.encode([{name: _plain(value) for name, value in row.items()} for row in rows])
    return base64.b64encode(wrapped + seal(key, plain, _CONTEXT)).decode()


def sample_open(text: str) -> list[dict[str, Any]]:
    """The rows again. Raises SampleLost."""
    try:
        data = base64.b64decode(text, validate=True)
        plain = unseal(key_unwrap(data[:_WRAPPED]), data[_WRAPPED:], _CONTEXT)
    except (binascii.Error, VaultError):
        raise SampleLost("The sample is lost; begin again.") from None
    return msgspec.json.decode(plain, type=list[dict[str, Any]])


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
