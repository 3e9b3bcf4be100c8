"""Pages to look at: whoever may view sees, nobody adds, changes or deletes here."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from unfold.admin import TabularInline

from audit.admin.base import RecordAdmin


class ReadOnlyAdmin(RecordAdmin):
    """A record that others keep."""

    list_max_show_all = 200


class ReadOnlyInline(TabularInline):
    """Rows of a record, shown with it."""

    extra = 0
    can_delete = False
    hide_title = True
    template_before = "lending/admin/inline_empty.html"
    empty_words: str | Promise = ""
    """What will stand here and how it comes, told while there is nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
