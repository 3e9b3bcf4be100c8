"""What the first page says waits for somebody: only what that person works on."""

import pytest

from tests.cases.matters import drift, payout

pytestmark = pytest.mark.django_db
FREE = {1: "1 free case<", 2: "2 free cases<"}


def shown(client):
    page = client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    return [count for count, words in FREE.items() if words in page]


@pytest.mark.parametrize(("role", "told"), [("reviewer", [1]), ("modeller", [2]), ("auditor", [])])
def test_free_cases_are_counted_for_those_who_may_take_them(as_role, role, told):
    payout()
    drift()
    drift(key="drift/SCORES/card/POST_LOAN/abc")
    client, _person = as_role(role)
    assert shown(client) == told


def test_a_reviewer_reads_nothing_of_drift_alone(as_role):
    drift()
    client, _person = as_role("reviewer")
    assert shown(client) == []
