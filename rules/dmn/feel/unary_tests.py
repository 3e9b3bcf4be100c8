"""Whether a value meets unary tests: the cells of decision tables, allowed values, and what stands after `in`."""

from typing import Any

from rules.dmn.feel.core import Scope, evaluate, register
from rules.dmn.feel.expressions import compared
from rules.dmn.feel.tree import AnyTest, CompareTest, In, Node, NotTest, Tests, ValueTest
from rules.dmn.feel.values import Range, equal, within


def _in(node: In, scope: Scope) -> bool | None:
    value = evaluate(node.operand, scope)
    return any_met([meets(test, value, scope) for test in node.tests])


def any_met(verdicts: list[bool | None]) -> bool | None:
    """True where one is; false where all are; null otherwise."""
    if True in verdicts:
        return True
    return None if None in verdicts else False


def meets(test: Node, value: Any, scope: Scope) -> bool | None:
    """Whether `value` meets a unary test (clause 7.3.10 and table 55)."""
    if isinstance(test, AnyTest):
        return True
    inner = scope.inner({"?": value})
    if isinstance(test, CompareTest):
        return compared(test.operator, value, evaluate(test.endpoint, inner))
    if isinstance(test, NotTest | Tests):
        verdict = any_met([meets(each, value, scope) for each in test.tests])
        return verdict if isinstance(test, Tests) or verdict is None else not verdict
    if not isinstance(test, ValueTest):
        raise TypeError(type(test).__name__)
    expected = evaluate(test.expression, inner)
    if test.reads_input and isinstance(expected, bool | None):
        return expected
    return _equal_or_within(value, expected)


def _equal_or_within(value: Any, expected: Any) -> bool | None:
    if isinstance(expected, Range) and not isinstance(value, Range):
        return within(value, expected)
    if isinstance(expected, list):
        if equal(value, expected) is True:
            return True
        return True in [_equal_or_within(value, each) for each in expected]
    return equal(value, expected)


register(In, _in)
