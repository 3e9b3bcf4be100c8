"""Worlds of the tests of health codes."""

import pytest

from tests.health import world


@pytest.fixture
def policies(db: None) -> None:
    """Both policies in force."""
    world.policies_live()


@pytest.fixture
def shown_to(policies: None):
    """A recipient with its access code, and a key that signs."""
    world.signing()
    return world.recipient()
