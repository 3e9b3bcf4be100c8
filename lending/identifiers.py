"""One spelling for each identifier, so that equal ones meet however they were typed. Pure: no database, no settings."""

import re
import unicodedata
from collections.abc import Callable

from riskengine.errors import InvalidInput

MOST_ROUNDS = 8  # two or three settle every text seen
CHINA_MOBILE_WITH_COUNTRY_CODE = re.compile(r"86(1\d{10})\Z")
SPACE_BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")


class UnusableIdentifierError(InvalidInput):
    """The kind is unknown, or nothing is left of the value: an empty one would match every other empty one.

    `facts["kind"]` names the field; the value is never repeated.
    """

    code = "identifier_unusable"


def normalise(kind: str, value: str) -> str:
    """The one spelling of `value` under which it is indexed; idempotent.

    Full-width and compatibility forms (NFKC), case and invisible characters never matter. Phones and cards are
    digits: leading zeros (trunk or international prefix) and the country code of a Chinese mobile go. National IDs
    are letters and digits. Names, employers and addresses are words between single spaces, without spaces beside
    Chinese characters. E-mails and devices lose their spaces.

    Raises UnusableIdentifierError for an unknown kind or when nothing is left.
    """
    spell = SPELLINGS.get(kind)
    if spell is None:
        raise UnusableIdentifierError("This kind of identifier is not known.", kind=kind[:40])
    normal = _until_stable(spell, value)
    if not normal:
        raise UnusableIdentifierError("This identifier is empty.", kind=kind)
    return normal


def _until_stable(spell: Callable[[str], str], value: str) -> str:
    """Case folding can undo NFKC and the reverse, and dropping a character can let its neighbours compose."""
    for _ in range(MOST_ROUNDS):
        before, value = value, _fold(spell(_fold(value)))
        if before == value:
            break
    return value


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())


def _digits(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)


def _phone(text: str) -> str:
    digits = _digits(text).lstrip("0")
    match = CHINA_MOBILE_WITH_COUNTRY_CODE.match(digits)
    return match.group(1) if match else digits


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _without_spaces(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    return "".join(char for char in text if not char.isspace() and unicodedata.category(char) != "Cc")


def _words(text: str) -> str:
    kept = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in text)
    return SPACE_BESIDE_CHINESE.sub("", " ".join(kept.split()))


SPELLINGS: dict[str, Callable[[str], str]] = {
    "national_id": _letters_and_digits,
    "name": _words,
    "phone": _phone,
    "address": _words,
    "device_id": _without_spaces,
    "bank_account": _letters_and_digits,
    "bank_card": _digits,
    "email": _without_spaces,
    "employer": _words,
}
