"""Log lines are JSON, and hold no value that a person could be known by."""

import json
import logging
import sys

from riskengine.errors import NotFound
from riskengine.logs import JsonFormatter

CANARY = "13800138000"


def line(level: int, message: str, *arguments: object, name: str = "rules", **extra: object) -> dict[str, object]:
    exc_info = sys.exc_info() if sys.exc_info()[0] else None
    record = logging.getLogger(name).makeRecord(name, level, "file", 1, message, arguments, exc_info, extra=extra)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def test_a_line_says_when_where_and_what() -> None:
    written = line(logging.INFO, "decided %s", 17, decision_id=17, outcome="REFER")
    assert written["message"] == "decided 17"
    assert (written["level"], written["logger"]) == ("INFO", "rules")
    assert (written["decision_id"], written["outcome"]) == (17, "REFER")
    assert str(written["at"]).endswith("+00:00")


def test_objects_given_as_extra_are_left_out() -> None:
    assert "body" not in line(logging.INFO, "x", body={"phone": CANARY})


def test_the_values_in_an_exception_are_left_out() -> None:
    try:
        int(CANARY + "x")
    except ValueError:
        written = line(logging.ERROR, "failed")
    exception = written["exception"]
    assert isinstance(exception, dict)
    assert exception["type"] == "builtins.ValueError"
    assert "test_logs.py" in exception["frames"][-1]
    assert CANARY not in json.dumps(written)


def test_the_cause_of_an_exception_is_told_without_its_values() -> None:
    try:
        try:
            {}[CANARY]
        except KeyError as error:
            raise NotFound("No such decision.") from error
    except NotFound:
        written = line(logging.ERROR, "failed")
    exception = written["exception"]
    assert isinstance(exception, dict)
    assert exception["message"] == "No such decision."
    assert exception["cause"]["type"] == "builtins.KeyError"
    assert CANARY not in json.dumps(written)


def test_a_failed_task_is_named_without_its_exception() -> None:
    try:
        int(CANARY + "x")
    except ValueError as error:
        data = {"name": "rules.tasks.x", "id": "42", "description": "raised unexpected", "exc": repr(error)}
        text = f"Task failed: {error!r}"
        written = line(logging.ERROR, text, name="celery.app.trace", data=data)
    assert written["message"] == "rules.tasks.x[42] raised unexpected"
    assert CANARY not in json.dumps(written)
