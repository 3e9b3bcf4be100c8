"""The approvals page as a checker's desk, and the audit log in words."""

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from audit.services.approvals import approval_request
from tests.admin.conftest import submitted
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
DESK, LOG = "/admin/audit/approval/", "/admin/audit/auditentry/"


def rows(response, name):
    return [row["object"] for row in response.context[name]]


def test_what_waits_for_me_comes_first_and_leads_to_where_it_is_decided(live, as_role):
    version = submitted(live, user())
    client, checker = as_role("checker")
    approval_request(object_type="model_package", object_id="7", content_hash="a", maker=checker, at=timezone.now())
    page = client.get(DESK)
    assert [row["url"] for row in page.context["for_me"]] == [f"/admin/rules/rulesetversion/{version.pk}/approve/"]
    assert rows(page, "mine") == ["Model 7"]
    assert rows(page, "decided")
    text = page.content.decode()
    assert "Rule set version" in text
    assert "rule_set_version<" not in text


def test_a_maker_sees_own_requests_and_those_of_others_apart(live, as_role):
    client, maker = as_role("maker")
    own = submitted(live, maker)
    approval_request(object_type="model_package", object_id="7", content_hash="a", maker=user(), at=timezone.now())
    page = client.get(DESK)
    assert [row["url"] for row in page.context["mine"]] == [f"/admin/rules/rulesetversion/{own.pk}/change/"]
    assert rows(page, "of_others") == ["Model 7"]
    assert rows(page, "for_me") == []


def test_the_desk_is_filtered_by_type_and_state(live, as_role):
    submitted(live, user())
    client, _checker = as_role("checker")
    page = client.get(DESK, {"type": "catalogue_version"})
    assert (len(rows(page, "for_me")), len(rows(page, "decided"))) == (0, 1)
    page = client.get(DESK, {"state": "PENDING"})
    assert (len(rows(page, "for_me")), len(rows(page, "decided"))) == (1, 0)


def test_the_log_speaks_in_words_and_is_filtered(live, as_role):
    author = user(first_name="Ada", last_name="Chen")
    submitted(live, author)
    client, _auditor = as_role("auditor")
    text = client.get(LOG).content.decode()
    for words in ("Version sent for approval", author.get_full_name(), "Approval asked for", "Rule set version"):
        assert words in text
    assert "rule_set_version.submitted" not in text
    page = client.get(LOG, {"group": "approval", "who": str(author.pk)})
    assert {row["words"] for row in page.context["rows"]} == {"Approval asked for"}
    today = f"{timezone.now():%Y-%m-%d}"
    assert client.get(LOG, {"from": "2099-01-01"}).context["rows"] == []
    assert client.get(LOG, {"from": today, "until": today, "type": "rule_set_version"}).context["rows"]


def test_nonsense_filters_are_left_out(live, as_role):
    client, _auditor = as_role("auditor")
    page = client.get(LOG, {"group": "x", "from": "yesterday", "before": "y", "who": "x"})
    assert page.context["rows"] == []
    assert client.get(LOG, {"group": "x", "until": "31.12."}).context["rows"]


def test_a_long_log_goes_on_on_the_next_page(live, as_role):
    client, _auditor = as_role("auditor")
    for number in range(60):
        approval_request(
            object_type="model_package", object_id=f"{number}", content_hash="a", maker=user(), at=timezone.now()
        )
    first = client.get(LOG)
    older = client.get(f"{LOG}?{first.context['older']}")
    seen = [row["entry"].pk for page in (first, older) for row in page.context["rows"]]
    assert seen == list(AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)[: len(seen)])
    assert len(seen) > 50
