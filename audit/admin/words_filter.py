"""A filter by the values that a column has, each in words instead of its code."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin


def words_filter(words: Callable[[str], str]) -> type[admin.AllValuesFieldListFilter]:
    """A filter of a list whose choices read as `words(code)`: `list_filter = [("category", words_filter(…))]`."""

    class WordsFilter(admin.AllValuesFieldListFilter):
        def choices(self, changelist: Any) -> Iterator[Any]:
            everything, *values = super().choices(changelist)
            yield everything
            for choice in values:
                yield {**choice, "display": words(str(choice["display"]))}

    return WordsFilter
