"""People of each role in the admin."""

from tests.admin.conftest import as_role

__all__ = ["as_role"]
