"""What the first page says waits for somebody: only what that person works on."""

import pytest
from django.utils import timezone

from audit.models import Approval
from tests.cases.matters import drift, payout
from tests.factories.audit import user

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


def pending():
    Approval.objects.create(
        object_type="rule_set_version",
        object_id="1",
        content_hash="0" * 64,
        maker=user(),
        requested_at=timezone.now(),
        evidence={},
    )


@pytest.mark.parametrize(("role", "is_told"), [("auditor", True), ("checker", False)])
def test_who_sees_requests_and_may_not_decide_reads_that_they_wait_for_a_checker(as_role, role, is_told):
    pending()
    client, _person = as_role(role)
    page = client.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert ("1 request waits for a checker" in page) == is_told
    assert ("Nothing waits for you." in page) == is_told
    assert ("1 request to check" in page) != is_told
