"""People with roles and pages as in tests of the admin."""

from tests.admin.conftest import as_role, live, walk_in

__all__ = ["as_role", "live", "walk_in"]
