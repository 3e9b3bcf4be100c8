"""Every function's examples hold in every executor."""

import pytest

from rules.language import ExpressionInvalid, check, parse
from rules.language.functions import FUNCTIONS, IMPLEMENTATIONS
from rules.language.functions.registry import registry_of
from rules.language.tree import Call, walk
from tests.factories.evaluating import EMPTY, one_answer

EXAMPLES = [(text, value) for function in FUNCTIONS.values() for text, value in function.examples]


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_an_example_holds_in_every_executor(text, value):
    node = parse(text)
    assert check(node, EMPTY) == []
    assert one_answer(node, EMPTY, {}) == value


def test_every_function_has_examples_and_help_in_both_languages():
    for function in FUNCTIONS.values():
        assert len(function.examples) >= 2
        assert function.en
        assert function.zh


def test_a_second_function_of_one_name_is_refused():
    family = [FUNCTIONS["abs"]]
    with pytest.raises(ValueError, match="abs"):
        registry_of(family, family)


@pytest.mark.parametrize("name", sorted(IMPLEMENTATIONS.keys() - FUNCTIONS.keys()))
def test_no_text_can_call_what_stands_for_an_operator(name):
    for arguments in ("n", "n, n", '"-PT1S"', "true, n"):
        try:
            written = parse(f"{name}({arguments})")
        except ExpressionInvalid:
            continue
        assert name not in {part.function for part in walk(written) if isinstance(part, Call)}
