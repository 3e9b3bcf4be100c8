"""One reported item, read field by field: every problem is collected under the field's name, and no value repeated."""

import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

MAX_TEXT: Final = 200
MAX_INTEGER: Final = 2**53 - 1
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEARS: Final = range(1900, 2201)

MESSAGES: Final = {
    "missing": "This field is required.",
    "unknown_field": "There is no such field.",
    "wrong_type": "This is not of the documented type.",
    "out_of_range": "This is not one of the documented values.",
    "naive_datetime": "This must state its offset from UTC, such as Z.",
    "one_of": "Give exactly one of these.",
    "not_found": "There is no such thing of yours.",
    "customer_erased": "The customer's personal data is erased.",
    "another_customer": "The loan is another customer's.",
    "account_unknown": "There is no such account; describe it, then report what moved on it.",
    "only_restructured": "Only a restructured loan has a new schedule.",
    "only_closed": "Only a closed loan has a cause.",
    "external_id_used": "This number is in the book with other content, which stays.",
}


def problem_of(field: str, code: str) -> dict[str, str]:
    """One problem of one field."""
    return {"field": field, "code": code, "message": MESSAGES[code]}


class ItemReader:
    """Reads one object. A field that is absent or null is not given; what nobody asked for is a problem at the end."""

    def __init__(self, given: object, path: str = "") -> None:
        self._path = path
        self._asked: set[str] = set()
        self.problems: list[dict[str, str]] = []
        self._given: dict[str, Any] = {}
        if isinstance(given, Mapping):
            self._given = {name: value for name, value in given.items() if value is not None}
        else:
            self.problem("", "wrong_type")

    def problem(self, field: str, code: str) -> None:
        """Note what is wrong with a field of this object ("": with the object itself)."""
        name = f"{self._path}{field}"[:80] or "item"
        self.problems.append(problem_of(name.rstrip("."), code))

    def finish(self) -> bool:
        """Whether nothing is wrong, unknown fields included; call once all fields are read."""
        for name in self._given:
            if name not in self._asked:
                self.problem(str(name), "unknown_field")
        return not self.problems

    def value(self, field: str, *, is_required: bool = False) -> Any:
        """What was given, of any type; None where nothing was."""
        self._asked.add(field)
        found = self._given.get(field)
        if found is None and is_required:
            self.problem(field, "missing")
        return found

    def require(self, field: str) -> None:
        """Note that a field is missing, where it is read by somebody else."""
        self.value(field, is_required=True)

    def text(self, field: str, *, is_required: bool = False, most: int = MAX_TEXT) -> str:
        """1 to `most` printable characters; "" where absent or wrong."""
        found = self.value(field, is_required=is_required)
        if found is None:
            return ""
        if not isinstance(found, str):
            self.problem(field, "wrong_type")
        elif not found.strip() or len(found) > most or not found.isprintable():
            self.problem(field, "out_of_range")
        else:
            return found
        return ""

    def choice(self, field: str, choices: Collection[str], *, is_required: bool = False) -> str:
        """One of `choices`; "" where absent or wrong."""
        found = self.text(field, is_required=is_required)
        if found and found not in choices:
            self.problem(field, "out_of_range")
            return ""
        return found

    def integer(
        self, field: str, *, is_required: bool = False, least: int = -MAX_INTEGER, most: int = MAX_INTEGER
    ) -> int | None:
        """A JSON integer between the two; None where absent or wrong."""
        found = self.value(field, is_required=is_required)
        if found is None:
            return None
        if type(found) is not int:
            self.problem(field, "wrong_type")
        elif not least <= found <= most:
            self.problem(field, "out_of_range")
        else:
            return found
        return None

    def number(self, field: str, *, least: float, most: float) -> float | None:
        """A finite JSON number between the two; None where absent or wrong."""
        found = self.value(field)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.problem(field, "wrong_type")
        elif not math.isfinite(found) or not least <= found <= most:
            self.problem(field, "out_of_range")
        else:
            return float(found)
        return None

    def boolean(self, field: str, *, default: bool) -> bool:
        """true or false."""
        found = self.value(field)
        if found is not None and not isinstance(found, bool):
            self.problem(field, "wrong_type")
        return found if isinstance(found, bool) else default

    def day(self, field: str, *, is_required: bool = False) -> date | None:
        """A date, YYYY-MM-DD; None where absent or wrong."""
        found = self.value(field, is_required=is_required)
        if found is None:
            return None
        if isinstance(found, str) and _DATE.fullmatch(found):
            try:
                day = date.fromisoformat(found)
            except ValueError:
                pass
            else:
                if day.year in _YEARS:
                    return day
        self.problem(field, "wrong_type")
        return None

    def instant(self, field: str, *, is_required: bool = False) -> datetime | None:
        """An instant with its offset from UTC; None where absent or wrong."""
        found = self.value(field, is_required=is_required)
        if found is None:
            return None
        if isinstance(found, str) and _INSTANT.fullmatch(found):
            try:
                instant = datetime.fromisoformat(found.upper()).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
            else:
                if instant.year in _YEARS:
                    return instant
        is_naive = isinstance(found, str) and bool(_INSTANT.fullmatch(f"{found}Z"))
        self.problem(field, "naive_datetime" if is_naive else "wrong_type")
        return None

    def part(self, field: str) -> "ItemReader | None":
        """A nested object; its problems are named under this field's name once `finish_part` is called."""
        found = self.value(field)
        return None if found is None else ItemReader(found, f"{self._path}{field}.")

    def finish_part(self, part: "ItemReader") -> bool:
        """Take over what is wrong with a nested object; whether nothing is."""
        is_right = part.finish()
        self.problems += part.problems
        return is_right
