"""A live policy that refers, reviewers with authorities, and a lender."""

from tests.factories.api_fixtures import committing_lender, forget, lender, small_policy
from tests.factories.referrals import offers_live, referrer

__all__ = ["committing_lender", "forget", "lender", "offers_live", "referrer", "small_policy"]
