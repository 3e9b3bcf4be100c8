"""The rule language: a closed, three-valued subset of FEEL. Pure.

`parse` and `parse_cell` read a text, `check` finds every problem against a scope, `as_text` writes it back,
`python_source` and `columns_of` compile the same tree for one application and for a portfolio.
"""

from rules.language.check import check, infer
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
    "names_in",
    "parse",
    "parse_cell",
    "substitute",
]
