"""A part of an import is read by one catalogue, asked for once."""

from typing import Any

import pytest

from lending.services.book_imports.variable_side import UnknownVariable, variable_value, variables_pinned

pytestmark = pytest.mark.django_db


def ask() -> None:
    for name in ("one", "two", "three"):
        with pytest.raises(UnknownVariable):
            variable_value(name, "1")


def test_rows_of_a_part_ask_once_and_without_that_each_would(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1), variables_pinned():
        ask()
    with django_assert_num_queries(3):
        ask()
