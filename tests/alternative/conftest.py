"""Fixtures of the tests of alternative data."""

from tests.factories.api_fixtures import forget, lender, small_policy  # noqa: F401
