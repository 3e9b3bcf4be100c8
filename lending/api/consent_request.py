"""What a lending system reports of a consent, checked field by field."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from lending.models import ConsentScope
from lending.services.consents import EVIDENCE
from riskengine.errors import InvalidInput

ACTIONS = ("grant", "withdraw")
MAX_EXTERNAL_ID = 80
MAX_IDENTIFIER = 200
_FIELDS = {"action", "scope", "external_id", "applicant", "at", "expires_at", "evidence"}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


class InvalidConsentRequest(InvalidInput):
    """The request is not of the right shape; `facts["problems"]` lists every field that is wrong."""

    code = "invalid_request"


class ConsentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose shape is right. Exactly one of `external_id` and `national_id` is given."""

    action: Literal["grant", "withdraw"]
    scope: str
    external_id: str | None
    national_id: str | None
    at: datetime
    expires_at: datetime | None
    evidence: str


def consent_request_read(body: object) -> ConsentRequest:
    """A request from a parsed body. Raises InvalidConsentRequest with every problem found."""
    if not isinstance(body, dict):
        raise InvalidConsentRequest("The body must be a JSON object.", problems=[_problem("body", "wrong_type")])
    given = {name: value for name, value in body.items() if value is not None}
    problems = [_problem(str(name)[:80], "unknown_field") for name in body if name not in _FIELDS]
    action = _choice(given, "action", ACTIONS, problems)
    scope = _choice(given, "scope", ConsentScope.values, problems)
    at = _instant(given, "at", problems, is_required=True)
    expires_at = _instant(given, "expires_at", problems)
    evidence = given.get("evidence", "")
    if action == "grant" and (not isinstance(evidence, str) or re.fullmatch(EVIDENCE, evidence, re.ASCII) is None):
        problems.append(_problem("evidence", "out_of_range" if evidence else "missing"))
    if action == "withdraw":
        problems += [_problem(name, "only_of_a_grant") for name in ("expires_at", "evidence") if name in given]
    external_id, national_id = _applicant(given, problems)
    if problems or at is None:
        raise InvalidConsentRequest("The request is not valid.", problems=problems)
    return ConsentRequest(
        action=action,
        scope=scope,
        external_id=external_id,
        national_id=national_id,
        at=at,
        expires_at=expires_at,
        evidence=evidence,
    )


_MESSAGES = {
    "missing": "This field is required.",
    "unknown_field": "There is no such field.",
    "wrong_type": "This is not of the documented type.",
    "out_of_range": "This is not one of the documented values.",
    "naive_datetime": "This must state its offset from UTC, such as Z.",
    "only_of_a_grant": "Only a grant has this.",
    "one_of_two": "Give either external_id or applicant.",
}


def _problem(field: str, code: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": _MESSAGES[code]}


def _choice(given: Mapping[str, Any], field: str, choices: Any, problems: list[dict[str, str]]) -> Any:
    value = given.get(field)
    if value is None:
        problems.append(_problem(field, "missing"))
    elif not isinstance(value, str):
        problems.append(_problem(field, "wrong_type"))
    elif value not in choices:
        problems.append(_problem(field, "out_of_range"))
    return value


def _instant(
    given: Mapping[str, Any], field: str, problems: list[dict[str, str]], *, is_required: bool = False
) -> datetime | None:
    value = given.get(field)
    if value is None:
        if is_required:
            problems.append(_problem(field, "missing"))
        return None
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    is_naive = isinstance(value, str) and bool(_INSTANT.fullmatch(f"{value}Z"))
    problems.append(_problem(field, "naive_datetime" if is_naive else "wrong_type"))
    return None


def _applicant(given: Mapping[str, Any], problems: list[dict[str, str]]) -> tuple[str | None, str | None]:
    number, applicant = given.get("external_id"), given.get("applicant")
    if (number is None) == (applicant is None):
        problems.append(_problem("applicant", "one_of_two"))
        return None, None
    if applicant is None:
        if not isinstance(number, str):
            problems.append(_problem("external_id", "wrong_type"))
        elif not number.strip() or len(number) > MAX_EXTERNAL_ID or not number.isprintable():
            problems.append(_problem("external_id", "out_of_range"))
        return number, None
    if not isinstance(applicant, dict):
        problems.append(_problem("applicant", "wrong_type"))
        return None, None
    problems += [_problem(f"applicant.{name}"[:80], "unknown_field") for name in applicant if name != "national_id"]
    national_id = applicant.get("national_id")
    if national_id is None:
        problems.append(_problem("applicant.national_id", "missing"))
    elif not isinstance(national_id, str):
        problems.append(_problem("applicant.national_id", "wrong_type"))
    elif not national_id.strip() or len(national_id) > MAX_IDENTIFIER:
        problems.append(_problem("applicant.national_id", "out_of_range"))
    return None, national_id
