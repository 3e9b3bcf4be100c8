"""FEEL trees as texts of the rule language: for a table that comes into a draft."""

from collections.abc import Mapping
from decimal import Decimal

from rules.dmn.feel import tree
from rules.dmn.feel.text import temporal_text
from rules.language import ExpressionInvalid, as_text, parse, parse_cell
from rules.language.functions import FUNCTIONS
from rules.language.render import literal_text


class CannotSay(Exception):
    """The rule language has no words for it; `code` and `what` say for what."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code
        self.what = what


def language_expression(node: tree.Node, names: Mapping[str, str]) -> str:
    """An expression in the rule language; `names` gives ours for those of the model. Raises CannotSay."""
    text = _written(node, names)
    try:
        return as_text(parse(text))
    except ExpressionInvalid as error:
        raise CannotSay("unreadable", text) from error


def language_cell(tests: tree.Tests, names: Mapping[str, str]) -> str:
    """A cell of conditions in the rule language. Raises CannotSay."""
    if len(tests.tests) > 1 and any(isinstance(each, tree.NotTest) for each in tests.tests):
        raise CannotSay("not_among_tests", "not(…)")
    text = ", ".join(_test(each, names) for each in tests.tests)
    try:
        parse_cell(text)
    except ExpressionInvalid as error:
        raise CannotSay("unreadable", text) from error
    return text


def tests_equality(tests: tree.Tests) -> bool:
    """Whether a cell compares a number for equality."""
    waiting: list[tree.Node] = list(tests.tests)
    while waiting:
        test = waiting.pop()
        if isinstance(test, tree.NotTest):
            waiting.extend(test.tests)
        elif isinstance(test, tree.CompareTest) and test.operator in ("=", "!="):
            waiting.append(test.endpoint)
        elif isinstance(test, tree.ValueTest):
            waiting.append(test.expression)
        elif isinstance(test, tree.ListOf):
            waiting.extend(test.items)
        elif isinstance(test, tree.Negative) or (isinstance(test, tree.Literal) and isinstance(test.value, Decimal)):
            return True
    return False


def _test(test: tree.Node, names: Mapping[str, str]) -> str:
    if isinstance(test, tree.AnyTest):
        return "-"
    if isinstance(test, tree.NotTest):
        return f"not({', '.join(_test(each, names) for each in test.tests)})"
    if isinstance(test, tree.CompareTest):
        return f"{test.operator} {_written(test.endpoint, names)}"
    if not isinstance(test, tree.ValueTest):
        raise CannotSay("construct", type(test).__name__)
    node = test.expression
    if test.reads_input:
        return _of_input(node, names)
    if isinstance(node, tree.ListOf):
        return ", ".join(_test(tree.ValueTest(item, False), names) for item in node.items)
    if isinstance(node, tree.Literal) and node.value is None:
        raise CannotSay("null_test", "null")
    return _written(node, names)


def _of_input(node: tree.Node, names: Mapping[str, str]) -> str:
    """A test written with `?`: a comparison, `between` or `in` of the input alone."""
    own = tree.Name("?")
    if isinstance(node, tree.Binary) and node.left == own and node.operator in ("=", "!=", "<", "<=", ">", ">="):
        return f"{node.operator} {_written(node.right, names)}"
    if isinstance(node, tree.Between) and node.operand == own:
        return f"[{_written(node.low, names)}..{_written(node.high, names)}]"
    if isinstance(node, tree.In) and node.operand == own:
        return ", ".join(_test(each, names) for each in node.tests)
    raise CannotSay("input_expression_test", "?")


def _written(node: tree.Node, names: Mapping[str, str]) -> str:
    def inner(part: tree.Node) -> str:
        return _written(part, names)

    match node:
        case tree.Literal(value=value):
            return _constant(value)
        case tree.Name(name=name):
            if name not in names:
                raise CannotSay("name_unknown", name)
            return names[name]
        case tree.Negative(operand=operand):
            return f"-({inner(operand)})" if not isinstance(operand, tree.Literal) else f"-{inner(operand)}"
        case tree.Binary(operator=operator, left=left, right=right):
            return f"({inner(left)}) {operator} ({inner(right)})"
        case tree.Between(operand=operand, low=low, high=high):
            return f"({inner(operand)}) between ({inner(low)}) and ({inner(high)})"
        case tree.In(operand=operand, tests=tests):
            return f"({inner(operand)}) in [{', '.join(_test(each, names) for each in tests)}]"
        case tree.If(condition=condition, then=then, otherwise=otherwise):
            return f"(if {inner(condition)} then {inner(then)} else {inner(otherwise)})"
        case tree.RangeOf():
            return _interval(node, names)
        case tree.ListOf(items=items):
            return f"[{', '.join(map(inner, items))}]"
        case tree.Path(base=base, name=name):
            return f"({inner(base)}).{name}"
        case tree.Call(callee=tree.Name(name=function), arguments=arguments, names=()) if function in FUNCTIONS:
            return f"{function}({', '.join(map(inner, arguments))})"
        case tree.Call(callee=tree.Name(name="not"), arguments=(operand,), names=()):
            return f"not({inner(operand)})"
        case tree.Call(callee=tree.Name(name=function)):
            raise CannotSay("function_unknown", function)
    raise CannotSay("construct", type(node).__name__)


def _interval(node: tree.RangeOf, names: Mapping[str, str]) -> str:
    ends = [end for end in (node.low, node.high) if not (isinstance(end, tree.Literal) and end.value is None)]
    if len(ends) < 2:
        raise CannotSay("construct", "open range")
    low, high = (_written(end, names) for end in ends)
    return f"{'[' if node.low_closed else ']'}{low}..{high}{']' if node.high_closed else '['}"


def _constant(value: object) -> str:
    if isinstance(value, Decimal):
        return literal_text(float(value))
    if value is None or isinstance(value, str | bool):
        return literal_text(value)
    text = temporal_text(value)
    if text is None:
        raise CannotSay("construct", "literal")
    return f'@"{text}"'
