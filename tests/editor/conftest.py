"""The same people and policy as the other pages of the admin have, and the editor's endpoints as they are called."""

import json

import pytest

from tests.admin.conftest import BASE, as_role, draft_of, live, walk_in

__all__ = ["as_role", "live", "walk_in"]


def call(client, draft, route, body):
    """The answer of POST <route>/ of a draft: (status, JSON)."""
    answer = client.post(f"{BASE}/{draft.pk}/{route}/", json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.fixture
def draft(live, as_role):
    """(client, draft): a draft of the live policy, its author signed in."""
    client, maker = as_role("maker")
    return client, draft_of(live, maker)
