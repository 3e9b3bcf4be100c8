"""Pages of lists that may hold millions: counted, and opened, no further than a person reads on."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST: Final = 10_000
"""Rows that are counted and can be paged to; whoever looks for a later one narrows the list."""


class BoundedPaginator(Paginator):
    """`count` is never above MOST, and neither are the pages: the last page of a million rows is a walk over them all.

    `has_more` says that rows were left out.
    """

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    @property
    def has_more(self) -> bool:
        return self._found > MOST

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by().values("pk")[: MOST + 1].count()
        return len(rows)
