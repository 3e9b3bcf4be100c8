"""The rule language: a closed, three-valued subset of FEEL. Pure.

`parse` and `parse_cell` read a text, `check` finds every problem against a scope, `as_text` writes it back, `lowered`
settles types and writes lists out; `to_python` and `to_columns` compile that tree for one application and for a
portfolio. docs/language.md, written from the registry, is the reference.
"""

from rules.language.check import check, infer
from rules.language.lower import lowered
from rules.language.parse import parse, parse_cell
from rules.language.problems import ExpressionInvalid, Position, Problem
from rules.language.render import as_text
from rules.language.tree import Node, names_in, substitute
from rules.language.types import Held, Scope, Type, held

__all__ = [
    "ExpressionInvalid",
    "Held",
    "Node",
    "Position",
    "Problem",
    "Scope",
    "Type",
    "as_text",
    "check",
    "held",
    "infer",
    "lowered",
    "names_in",
    "parse",
    "parse_cell",
    "substitute",
]
