"""Values of catalogued variables as people read them, in English and Chinese. Pure."""

from typing import Any

from rules.words import Language, code_words, value_words
from scoring.catalogue import Variable


def plain_number(number: float, unit: str = "") -> float | int:
    """A figure to be read: whole numbers without a point, shares to a hundredth of a percent, others to six digits."""
    if unit == "share":
        return round(number, 4)
    return int(number) if float(number).is_integer() else float(f"{number:.6g}")


def variable_words(variable: Variable | None, value: Any, language: Language) -> str:
    """A variable's value with its meaning or unit."""
    if variable is None:
        return value_words(value, "", language)
    if any(code.code == value for code in variable.codes):
        return code_words(value, variable.codes, language)
    return value_words(plain_number(value) if isinstance(value, float) else value, variable.unit, language)
