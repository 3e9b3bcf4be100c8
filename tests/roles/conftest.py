"""Decisions over HTTP with a model of each purpose; people with roles."""

from tests.admin.conftest import as_role
from tests.factories.api_fixtures import forget

__all__ = ["as_role", "forget"]
