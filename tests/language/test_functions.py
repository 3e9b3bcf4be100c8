"""Every function's examples hold in both executors."""

import polars as pl
import pytest

from rules.language import Scope, check, parse
from rules.language.functions import FUNCTIONS
from rules.language.functions.registry import registry_of
from rules.language.interpret import interpret
from rules.language.to_columns import columns_of
from rules.language.to_python import python_function

EXAMPLES = [(text, value) for function in FUNCTIONS.values() for text, value in function.examples]


@pytest.mark.parametrize(("text", "value"), EXAMPLES)
def test_an_example_holds_in_both_executors_and_the_interpreter(text, value):
    node = parse(text)
    assert check(node, Scope({})) == []
    assert python_function(node, ())({}) == value
    assert pl.select(columns_of(node, {})).item() == value
    assert interpret(node, {}) == value


def test_every_function_has_examples_and_help_in_both_languages():
    for function in FUNCTIONS.values():
        assert len(function.examples) >= 2
        assert function.en
        assert function.zh


def test_a_second_function_of_one_name_is_refused():
    family = [FUNCTIONS["abs"]]
    with pytest.raises(ValueError, match="abs"):
        registry_of(family, family)
