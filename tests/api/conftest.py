"""Decisions over HTTP."""

from tests.factories.api_fixtures import committing_lender, forget, lender, small_policy

__all__ = ["committing_lender", "forget", "lender", "small_policy"]
