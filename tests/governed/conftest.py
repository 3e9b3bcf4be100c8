"""People with roles, as in tests of the admin."""

from tests.admin.conftest import as_role, walk_in

__all__ = ["as_role", "walk_in"]
