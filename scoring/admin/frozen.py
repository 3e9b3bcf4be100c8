"""Frozen things: whoever may view them sees a page of their own, nobody adds, changes or deletes here."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from audit.admin.base import RecordAdmin


class FrozenAdmin(RecordAdmin):
    """A list, and for each row a page of cards and tables instead of fields."""

    change_form_before_template: str | None = "scoring/admin/cards.html"  # type: ignore[assignment]

    def page_cards(self, row: Any) -> list[dict[str, Any]]:
        """The page: cards with a title and `facts` (label, text), a `table` (headers, rows), a `chart` or `lines`."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        # Without the permission the view below refuses; nothing of the row is shown before.
        is_shown = row is not None and self.has_view_permission(request, row)
        extra = {**(extra_context or {}), "cards": self.page_cards(row) if is_shown else []}
        return super().change_view(request, object_id, form_url, extra)


def is_chinese() -> bool:
    """Whether the reader's language is Chinese."""
    return (get_language() or "").startswith("zh")


def in_language(en: str, zh: str) -> str:
    """The text of content that carries both languages, in the reader's."""
    return zh if is_chinese() and zh else en
