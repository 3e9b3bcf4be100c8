"""Every function's examples hold in every executor."""

import pytest

from rules.language import check, parse
from rules.language.functions import FUNCTIONS
from rules.language.functions.registry import registry_of
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
