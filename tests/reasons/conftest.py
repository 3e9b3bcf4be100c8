"""Nothing is remembered from one test to the next."""

from tests.factories.api_fixtures import forget

__all__ = ["forget"]
