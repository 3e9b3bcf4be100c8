"""What is asked about health codes over HTTP, checked field by field."""

from collections.abc import Mapping
from typing import Any

import msgspec

from riskengine.errors import InvalidInput


class InvalidHealthRequest(InvalidInput):
    """The request is not of the right shape; `facts["problems"]` lists every field that is wrong."""

    code = "invalid_request"


class Field(msgspec.Struct, frozen=True):
    """A required text of a request."""

    longest: int
    choices: tuple[str, ...] = ()

    def schema(self, description: str) -> dict[str, Any]:
        """The field in the OpenAPI document."""
        told: dict[str, Any] = {"type": "string", "description": description}
        return told | ({"enum": list(self.choices)} if self.choices else {"minLength": 1, "maxLength": self.longest})


_MESSAGES = {
    "missing": "This field is required.",
    "unknown_field": "There is no such field.",
    "wrong_type": "This is not of the documented type.",
    "out_of_range": "This is not one of the documented values.",
}


def texts_read(body: object, fields: Mapping[str, Field]) -> dict[str, str]:
    """The texts of a request. Raises InvalidHealthRequest with every problem found."""
    if not isinstance(body, Mapping):
        raise InvalidHealthRequest("The body must be a JSON object.", problems=[_problem("body", "wrong_type")])
    problems = [_problem(str(name)[:80], "unknown_field") for name in body if name not in fields]
    found = {}
    for name, field in fields.items():
        value = body.get(name)
        code = _wrong(value, field)
        if code:
            problems.append(_problem(name, code))
        else:
            found[name] = str(value)
    if problems:
        raise InvalidHealthRequest("The request is not valid.", problems=problems)
    return found


def _wrong(value: object, field: Field) -> str:
    if value is None:
        return "missing"
    if not isinstance(value, str):
        return "wrong_type"
    if field.choices:
        return "" if value in field.choices else "out_of_range"
    return "" if value.strip() and len(value) <= field.longest and "\x00" not in value else "out_of_range"


def _problem(field: str, code: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": _MESSAGES[code]}
