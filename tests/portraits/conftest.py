"""A lender and staff for portraits that come from decisions and are looked at."""

from tests.factories.api_fixtures import forget, small_policy

__all__ = ["forget", "small_policy"]
