"""The same screen as the other pages of the admin have."""

from tests.admin.conftest import as_role, walk_in

__all__ = ["as_role", "walk_in"]
