"""The way to approval on the pages: submit, approve with the password, reject, and nobody their own."""

import pytest
from django.contrib import admin

from audit.models import Approval
from rules.models import RuleSet, RuleSetActivation, RuleSetVersion
from tests.admin.conftest import BASE, PASSWORD, changed_draft, draft_of, member, submitted
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


def approval_form(version, password=PASSWORD, **changes):
    return {"password": password, "content_hash": version.content_hash, "comment": "", "decision": "approve"} | changes


def is_live(version):
    return RuleSetActivation.objects.filter(version=version).exists()


def texts(response):
    return [str(message) for message in response.context["messages"]] if response.context else []


def test_a_maker_sends_a_change_for_approval(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    data = {"note": "Why", "effective_from": "2099-01-01T08:00", "expected_hash": draft.content_hash}
    client.post(f"{BASE}/{draft.pk}/submit/", data)
    approval = Approval.objects.get(object_type="rule_set_version", object_id=str(draft.pk))
    assert (approval.state, approval.request_comment) == ("PENDING", "Why")
    assert approval.effective_from.isoformat() == "2099-01-01T08:00:00+00:00"


def test_a_start_in_the_past_is_refused_beside_its_field_and_nothing_is_submitted(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    data = {"note": "Why", "effective_from": "2020-01-01T08:00", "expected_hash": draft.content_hash}
    response = client.post(f"{BASE}/{draft.pk}/submit/", data)
    assert "This time has passed" in response.content.decode()
    assert RuleSetVersion.objects.get(pk=draft.pk).state == "DRAFT"
    assert not Approval.objects.filter(object_type="rule_set_version", object_id=str(draft.pk)).exists()


def test_a_checker_discards_no_draft_and_its_maker_does(live, as_role):
    draft = draft_of(live, member("maker"))
    client, _checker = as_role("checker")
    assert client.post(f"{BASE}/{draft.pk}/retire/").status_code == 403
    client, _maker = as_role("maker")
    client.post(f"{BASE}/{draft.pk}/retire/")
    assert RuleSetVersion.objects.get(pk=draft.pk).state == "RETIRED"


def test_a_page_that_is_out_of_date_is_not_submitted(live, as_role):
    client, maker = as_role("maker")
    draft = changed_draft(client, live, maker)
    response = client.post(
        f"{BASE}/{draft.pk}/submit/", {"note": "Why", "expected_hash": live.content_hash}, follow=True
    )
    assert any("Somebody saved this version after you opened it" in text for text in texts(response))
    assert RuleSetVersion.objects.get(pk=draft.pk).state == "DRAFT"


def test_a_checker_approves_with_the_password(live, as_role):
    version = submitted(live, member("maker"))
    client, _checker = as_role("checker")
    page = client.get(f"{BASE}/{version.pk}/approve/").content.decode()
    assert "500,000 → 400,000" in page
    client.post(f"{BASE}/{version.pk}/approve/", approval_form(version))
    assert is_live(version)


def test_a_wrong_password_approves_nothing_and_is_counted(live, as_role):
    version = submitted(live, member("maker"))
    client, _checker = as_role("checker")
    for _try in range(6):
        client.post(f"{BASE}/{version.pk}/approve/", approval_form(version, password="wrong"))
    client.post(f"{BASE}/{version.pk}/approve/", approval_form(version))
    assert not is_live(version)


def test_a_stale_page_approves_nothing(live, as_role):
    version = submitted(live, member("maker"))
    client, _checker = as_role("checker")
    client.post(f"{BASE}/{version.pk}/approve/", approval_form(version, content_hash=live.content_hash))
    assert not is_live(version)


def test_rejecting_needs_a_comment(live, as_role):
    version = submitted(live, member("maker"))
    client, _checker = as_role("checker")
    client.post(f"{BASE}/{version.pk}/approve/", approval_form(version, decision="reject"))
    assert RuleSetVersion.objects.get(pk=version.pk).state == "SUBMITTED"
    client.post(f"{BASE}/{version.pk}/approve/", approval_form(version, decision="reject", comment="Too low"))
    assert RuleSetVersion.objects.get(pk=version.pk).state == "REJECTED"


@pytest.mark.parametrize("path", ["approve/", "reject/"])
def test_who_wrote_it_gets_no_form_to_approve_it(live, client, path):
    author = user(is_staff=True, is_superuser=True)
    author.set_password(PASSWORD)
    author.save()
    version = submitted(live, author)
    client.force_login(author, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"{BASE}/{version.pk}/{path}").status_code == 403
    assert client.post(f"{BASE}/{version.pk}/{path}", approval_form(version)).status_code == 403
    assert not is_live(version)
    page = client.get(f"{BASE}/{version.pk}/change/").content.decode()
    assert "somebody else must approve it" in page


def test_no_list_offers_to_delete_or_approve(live, rf):
    request = rf.get("/")
    request.user = user(is_staff=True, is_superuser=True)
    for model in (RuleSet, RuleSetVersion, Approval):
        model_admin = admin.site._registry[model]
        assert set(model_admin.get_actions(request)) == set()
        assert not model_admin.has_delete_permission(request)
    assert not admin.site._registry[RuleSetVersion].has_add_permission(request)
    assert not admin.site._registry[Approval].has_change_permission(request)
