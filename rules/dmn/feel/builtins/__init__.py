"""The built-in functions of clause 10.3.4, each a Python function in a registry that refuses duplicates."""

from rules.dmn.feel.builtins import contexts, dates, intervals, lists, numbers, strings, temporal
from rules.dmn.feel.builtins.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "dates", "intervals", "lists", "numbers", "strings", "temporal"]
