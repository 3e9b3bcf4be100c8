"""Calls against the registry: how many arguments, of which types, and which must be written out."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Protocol

from rules.language import tree
from rules.language.functions import FUNCTIONS, IMPLEMENTATIONS, Function
from rules.language.tree import Node
from rules.language.types import TYPE_ZH, Type, element_of, is_list


class Walk(Protocol):
    """What a walk of types gives its calls (`rules.language.check`)."""

    def report(self, code: str, node: Node, **facts: Any) -> None: ...
    def expect(self, node: Node, found: Type, expected: Type) -> None: ...
    def type_of(self, node: Node) -> Type: ...
    def agreed(self, node: Node, types: list[Type]) -> Type: ...


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name somebody probably meant."""
    matches = get_close_matches(name, list(names), n=1, cutoff=0.6)
    return matches[0] if matches else None


def call_type(checker: Walk, node: tree.Call) -> Type:
    """The type of a call's result; what is wrong with the call is reported to `checker`."""
    types = [checker.type_of(argument) for argument in node.arguments]
    function = FUNCTIONS.get(node.function)
    if function is None:
        return _operation_type(checker, node, types)
    if takes_places(function, types):
        return _list_call(checker, node, function, types)
    if not _count_fits(checker, node, function):
        return function.returns
    agreed = _arguments(checker, node, types, function.types(len(types)))
    for index, low, high in function.whole_numbers:
        if index < len(node.arguments):
            _whole_number(checker, node, node.arguments[index], low, high)
    if function.refuses is not None and (found := function.refuses(node.arguments)) is not None:
        argument = node.arguments[found.place]
        checker.report(found.code, argument, text=found.text)
    return agreed if function.returns is Type.ANY else function.returns


def takes_places(function: Function, types: list[Type]) -> bool:
    """Whether a call with such arguments is one on a list: always, or, as with min, for a list or what is no number."""
    if function.takes_list or not function.values or not types:
        return function.takes_list
    return any(is_list(found) or (found is not Type.NUMBER and found in function.values) for found in types)


def _operation_type(checker: Walk, node: tree.Call, types: list[Type]) -> Type:
    """Of what `lowered` made: checked before."""
    operation = IMPLEMENTATIONS.get(node.function)
    if operation is None:
        near = nearest(node.function, FUNCTIONS)
        code = "unknown_function" if near is None else "unknown_function_nearest"
        checker.report(code, node, name=node.function, nearest=near)
        return Type.ANY
    if operation.returns is not Type.ANY:
        return operation.returns
    return types[1] if len(types) > 1 else Type.NULL


def _count_fits(checker: Walk, node: tree.Call, function: Function) -> bool:
    most, found = len(function.parameters), len(node.arguments)
    least = most - function.optional
    if least <= found and (found <= most or function.is_variadic):
        return True
    expected = f"{least}+" if function.is_variadic else str(most) if least == most else f"{least}-{most}"
    checker.report("wrong_argument_count", node, name=node.function, expected=expected, found=found)
    return False


def _arguments(checker: Walk, node: tree.Call, types: list[Type], parameters: tuple[Type, ...]) -> Type:
    """The type that the arguments declared ANY agree on; the others are held against theirs."""
    anys: list[Type] = []
    for argument, found, parameter in zip(node.arguments, types, parameters, strict=True):
        if parameter is not Type.ANY:
            checker.expect(argument, found, parameter)
        elif is_list(found):
            checker.report("list_not_value", argument)
        else:
            anys.append(found)
    return checker.agreed(node, anys) if anys else Type.ANY


def _list_call(checker: Walk, node: tree.Call, function: Function, types: list[Type]) -> Type:
    """A function of one list, or of values that make one."""
    if not types or (function.has_member and len(types) != 2):
        expected = "2" if function.has_member else "1+"
        checker.report("wrong_argument_count", node, name=node.function, expected=expected, found=len(types))
        return function.returns
    listed, more = types[0], tuple(types[1:])
    if is_list(listed) or listed is Type.ANY:
        element = element_of(listed) or Type.ANY
        if function.has_member:
            if more[0] is Type.NULL:
                checker.report("comparison_with_null", node.arguments[1])
            elif element is not Type.NULL:
                checker.expect(node.arguments[1], more[0], element)
        elif more:
            checker.report("wrong_argument_count", node, name=node.function, expected="1", found=len(types))
    elif function.has_member:
        place = node.arguments[0]
        checker.report("list_expected", place, found=listed.value, found_zh=TYPE_ZH[listed])
        return function.returns
    else:
        element = _arguments(checker, node, types, (Type.ANY,) * len(types))
    if function.values and element not in (*function.values, Type.ANY, Type.NULL):
        _refuse_values(checker, node, function, element)
    return element if function.gives_element else function.returns


def _refuse_values(checker: Walk, node: tree.Call, function: Function, found: Type) -> None:
    expected = function.values[0]
    words = {"expected": expected.value, "expected_zh": TYPE_ZH[expected]}
    checker.report("type_mismatch", node.arguments[0], found=found.value, found_zh=TYPE_ZH[found], **words)


def _whole_number(checker: Walk, call: tree.Call, node: Node, low: int, high: int) -> None:
    value = node.value if isinstance(node, tree.Literal) and node.kind is None else None
    if not (isinstance(value, float) and value.is_integer() and low <= value <= high):
        checker.report("constant_expected", node, name=call.function, low=low, high=high)
