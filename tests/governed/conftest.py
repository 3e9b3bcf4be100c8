"""People with roles, as in tests of the admin."""

import pytest

from tests.admin.conftest import as_role, walk_in

__all__ = ["as_role", "walk_in"]


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Passwords are typed often here, and how they are kept is tested elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
