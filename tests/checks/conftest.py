"""A lender with a small live policy, for what reads recorded decisions."""

from tests.factories.api_fixtures import forget, lender, small_policy

__all__ = ["forget", "lender", "small_policy"]
