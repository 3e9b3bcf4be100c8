"""A post-loan policy with a rule for each level."""

import pytest

from tests.cases.factory import ladder_live


@pytest.fixture
def ladder(db):
    ladder_live()
