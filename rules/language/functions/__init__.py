"""Every function of the language, by name."""

from rules.language.functions.numbers import NUMBER_FUNCTIONS
from rules.language.functions.presence import PRESENCE_FUNCTIONS
from rules.language.functions.registry import Function, registry_of
from rules.language.functions.texts import TEXT_FUNCTIONS

FUNCTIONS: dict[str, Function] = registry_of(NUMBER_FUNCTIONS, TEXT_FUNCTIONS, PRESENCE_FUNCTIONS)

__all__ = ["FUNCTIONS", "Function"]
