"""Log lines as JSON that hold ids and never a person's data: no request bodies, no values out of exceptions."""

import json
import logging
import re
import secrets
import traceback
from datetime import UTC, datetime

from riskengine.errors import RiskEngineError

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "sinfo"}
_SCALARS = (str, int, float, bool, type(None))
_SECRET = re.compile(r"(?<=/health/holder/)[^\s/?]+")
"""What opens a holder's page, in an address."""


def reference_of(request: object) -> str:
    """What a page that failed shows and every later log line of its request holds: eight characters, no meaning."""
    if not hasattr(request, "reference"):
        setattr(request, "reference", secrets.token_hex(4))  # noqa: B010  # no field of Django's
    return str(getattr(request, "reference", ""))


class JsonFormatter(logging.Formatter):
    """One line of JSON a record: at (UTC), level, logger, message, the scalars given as `extra`, and the exception.

    `reference` where the record is of a request whose page shows one.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        line.update(
            {
                name: value
                for name, value in vars(record).items()
                if name not in _STANDARD and isinstance(value, _SCALARS)
            }
        )
        if reference := getattr(getattr(record, "request", None), "reference", ""):
            line["reference"] = reference
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = exception_facts(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message; Celery's on a failed task quotes the exception, so that one is made of its name and id."""
    task = getattr(record, "data", None)
    if record.exc_info and record.name == "celery.app.trace" and isinstance(task, dict):
        return f"{task.get('name')}[{task.get('id')}] {task.get('description', 'failed')}"
    return secrets_hidden(record.getMessage())


def secrets_hidden(text: str) -> str:
    """A text without the secrets that addresses carry."""
    return _SECRET.sub("…", text)


def exception_facts(error: BaseException) -> dict[str, object]:
    """Kind, place and cause of an exception without its message.

    Messages quote values: a unique violation repeats the key, a parser the text it was given. Our own errors
    promise to hold none, so theirs are kept.
    """
    facts: dict[str, object] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]
        ],
    }
    if isinstance(error, RiskEngineError):
        facts["message"] = error.message
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        facts["cause"] = exception_facts(cause)
    return facts
