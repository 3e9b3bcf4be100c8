"""Values of FEEL trees. An error inside an expression is null, as the standard says; only a spent budget is raised."""

from rules.dmn.feel import expressions, iteration
from rules.dmn.feel.core import Scope, evaluate, register
from rules.dmn.feel.unary_tests import meets

__all__ = ["Scope", "evaluate", "expressions", "iteration", "meets", "register"]
