"""Every function of the language, by name."""

from typing import Any

from rules.language.functions.dates import DATE_FUNCTIONS
from rules.language.functions.lists import LIST_FUNCTIONS
from rules.language.functions.numbers import NUMBER_FUNCTIONS
from rules.language.functions.operations import OPERATIONS
from rules.language.functions.presence import PRESENCE_FUNCTIONS
from rules.language.functions.registry import Function, registry_of
from rules.language.functions.rounding import ROUNDING_FUNCTIONS, ROUNDING_HELPERS
from rules.language.functions.texts import TEXT_FUNCTIONS

FUNCTIONS: dict[str, Function] = registry_of(
    NUMBER_FUNCTIONS, ROUNDING_FUNCTIONS, TEXT_FUNCTIONS, DATE_FUNCTIONS, LIST_FUNCTIONS, PRESENCE_FUNCTIONS
)
"""What a text may call."""
IMPLEMENTATIONS: dict[str, Function] = registry_of(tuple(FUNCTIONS.values()), OPERATIONS)
"""What a lowered tree may call: these, and what stands for operators."""
FUNCTION_HELPERS: dict[str, Any] = {
    **ROUNDING_HELPERS,
    **{function.helper: function.plain for function in IMPLEMENTATIONS.values() if function.python is None},
}
"""What written source calls, by name."""

__all__ = ["FUNCTIONS", "FUNCTION_HELPERS", "IMPLEMENTATIONS", "Function"]
