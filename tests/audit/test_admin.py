"""The pages of accounts, keys, approvals, log and outbox: by permission, through services, otherwise read-only."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from audit.models import ApiClient, ApiKey, Approval, AuditEntry, Checkpoint, OutboxMessage, User
from audit.services.api_keys import api_key_issue, secret_hash
from audit.services.approvals import approval_request
from audit.services.checkpoints import checkpoint_sign
from audit.services.outbox import message_add
from tests.factories.audit import AT, api_client, entry, user

pytestmark = pytest.mark.django_db
PAGES = [ApiClient, ApiKey, Approval, AuditEntry, Checkpoint, OutboxMessage, User]
RECORDS = [Approval, AuditEntry, Checkpoint, OutboxMessage, Group]
ADMINISTRATOR = (
    *("audit.view_user", "audit.add_user", "audit.change_user"),
    *("audit.view_apiclient", "audit.add_apiclient", "audit.change_apiclient"),
    *("audit.view_apikey", "audit.add_apikey", "audit.change_apikey"),
    *("audit.view_outboxmessage", "audit.change_outboxmessage"),
)
PASSWORD = "Quiet-Harbour-41-lamps"


@pytest.fixture(autouse=True)
def plain_static(settings, var_dir):
    settings.IS_OTP_REQUIRED = False


def _url(model, page="changelist", *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def _login(client, *permissions, **fields):
    person = user(permissions=permissions, is_staff=True, **fields)
    client.force_login(person)
    return person


@pytest.fixture
def rows():
    maker = user()
    approval_request(object_type="thing", object_id="1", content_hash="a" * 64, maker=maker, at=AT)
    entry()
    checkpoint_sign(AT)
    entry()
    message_add(topic="note", key="k", payload={"id": 1}, at=AT)
    api_key_issue(client=api_client(), scopes=["decide"], at=AT)
    Group.objects.create(name="maker")


@pytest.mark.parametrize("model", [*PAGES, Group])
def test_lists_and_details_open_for_whoever_may_view_and_for_nobody_else(client, rows, model):
    name = f"{model._meta.app_label}.view_{model._meta.model_name}"
    pages = [_url(model), _url(model, "change", model.objects.order_by("pk").first().pk)]
    _login(client)
    assert [client.get(page).status_code for page in pages] == [403, 403]
    _login(client, name)
    assert [client.get(page).status_code for page in pages] == [200, 200]
    assert client.get(_url(model) + "?q=1").status_code == 200 or model is Group


@pytest.mark.parametrize("model", RECORDS)
def test_records_are_changed_by_nobody(client, rows, model):
    _login(client, is_superuser=True)
    pk = model.objects.order_by("pk").first().pk
    assert client.post(_url(model, "add"), {}).status_code == 403
    assert client.post(_url(model, "delete", pk), {"post": "yes"}).status_code == 403
    assert client.post(_url(model, "change", pk), {}).status_code in (302, 403)
    assert not admin.site._registry[model].has_change_permission(None)


@pytest.mark.parametrize("model", PAGES)
def test_nothing_is_deleted_here(client, rows, model):
    _login(client, is_superuser=True)
    actions = client.get(_url(model)).content.decode()
    assert "delete_selected" not in actions


def _user_form(**fields):
    form = {"username": "li.na", "person_id": "E-17", "first_name": "", "last_name": "", "email": "", "is_active": "on"}
    return form | {"new_password": PASSWORD} | fields


def test_an_administrator_makes_an_account_through_the_service(client):
    editor, role = _login(client, *ADMINISTRATOR), Group.objects.create(name="maker")
    answer = client.post(_url(User, "add"), _user_form(groups=[role.pk]))
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made = User.objects.get(username="li.na")
    assert made.check_password(PASSWORD)
    assert (list(made.groups.all()), made.is_superuser) == ([role], False)
    assert AuditEntry.objects.get(kind="user.created").actor == f"user:{editor.pk}"


def test_an_administrator_cannot_make_superusers_or_single_permissions(client):
    _login(client, *ADMINISTRATOR)
    permission = Permission.objects.get(codename="check_approval")
    client.post(_url(User, "add"), _user_form(is_superuser="on", user_permissions=[permission.pk]))
    made = User.objects.get(username="li.na")
    assert (made.is_superuser, made.user_permissions.count()) == (False, 0)


@pytest.mark.parametrize("fields", [{"person_id": "e-17"}, {"new_password": "password1234"}])
def test_a_second_account_or_a_weak_password_comes_back_with_the_form(client, fields):
    user(person_id="E-17")
    _login(client, *ADMINISTRATOR)
    answer = client.post(_url(User, "add"), _user_form(**{"person_id": "E-99"} | fields))
    assert answer.status_code == 200
    assert not User.objects.filter(username="li.na").exists()


def test_the_form_refuses_what_the_service_refuses_and_says_why(client):
    user(person_id="E-17")
    _login(client, *ADMINISTRATOR)
    roles = [Group.objects.create(name=name).pk for name in ("maker", "checker")]
    page = client.post(_url(User, "add"), _user_form(person_id="e-17", groups=roles)).content.decode()
    assert "One account cannot be both maker and checker" in page
    assert "This person has an account already" in page
    assert "user_one_account_per_person" not in page
    chinese = client.post(_url(User, "add"), _user_form(groups=roles), headers={"accept-language": "zh-hans"})
    assert "同一账号不能同时担任" in chinese.content.decode()
    assert not User.objects.filter(username="li.na").exists()


def test_roles_and_passwords_of_others_are_changed_on_the_record_and_the_person_stays(client):
    editor, role, other = _login(client, *ADMINISTRATOR), Group.objects.create(name="checker"), user(person_id="E-5")
    client.post(_url(User, "change", other.pk), _user_form(person_id="E-6", groups=[role.pk]))
    other.refresh_from_db()
    assert (other.person_id, list(other.groups.all())) == ("E-5", [role])
    assert other.check_password(PASSWORD)
    kinds = AuditEntry.objects.filter(actor=f"user:{editor.pk}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["user.changed", "user.password_set"]


def test_nobody_gives_themselves_a_role(client):
    editor, role = _login(client, *ADMINISTRATOR), Group.objects.create(name="checker")
    answer = client.post(_url(User, "change", editor.pk), _user_form(groups=[role.pk], new_password=""))
    assert "Another administrator changes your roles." in answer.content.decode()
    assert not editor.groups.exists()


def test_a_client_is_added_and_switched_off_through_the_service(client):
    _login(client, *ADMINISTRATOR)
    assert client.post(_url(ApiClient, "add"), {"code": "lender", "name": "Lender"}).status_code == 302
    made = ApiClient.objects.get()
    client.post(_url(ApiClient, "change", made.pk), {"code": "other", "name": "Lender Ltd"})
    made.refresh_from_db()
    assert (made.code, made.name, made.is_active) == ("lender", "Lender Ltd", False)
    assert AuditEntry.objects.filter(object_type="api_client").count() == 2


def _token_of(answer) -> str:
    return re.search(r'id="api-key"[^>]*>([^<]+)<', answer.content.decode())[1]


def test_a_key_is_shown_once_and_works(client):
    _login(client, *ADMINISTRATOR)
    form = {"client": api_client().pk, "scopes": ["decide", "read"], "rate_limit_per_second": "5"}
    answer = client.post(_url(ApiKey, "add"), form)
    assert answer.status_code == 200, answer
    prefix, secret = _token_of(answer).split(".")
    key = ApiKey.objects.get(prefix=prefix)
    assert bytes(key.secret_hash) == secret_hash(secret)
    assert (key.scopes, key.rate_limit_per_second) == (["decide", "read"], 5)
    assert "no-store" in answer["Cache-Control"]
    for page in (_url(ApiKey), _url(ApiKey, "change", key.pk)):
        assert secret not in client.get(page).content.decode()


def test_keys_are_rotated_and_revoked_by_whoever_may(client):
    key, _token = api_key_issue(client=api_client(), scopes=["decide"], at=AT)
    chosen = {"_selected_action": [key.pk]}
    _login(client, "audit.view_apikey")
    client.post(_url(ApiKey), chosen | {"action": "revoke"})
    assert ApiKey.objects.get().revoked_at is None
    _login(client, *ADMINISTRATOR)
    answer = client.post(_url(ApiKey), chosen | {"action": "rotate"})
    assert ApiKey.objects.filter(prefix=_token_of(answer).split(".")[0]).exists()
    client.post(_url(ApiKey), chosen | {"action": "revoke"})
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert client.post(_url(ApiKey, "change", key.pk), {"scopes": ["as_of"]}).status_code == 403


def test_the_log_says_which_entries_are_signed_and_verifies_on_demand(client, rows):
    _login(client, "audit.view_auditentry", "audit.view_checkpoint")
    page = client.get(_url(AuditEntry)).content.decode()
    assert "signed" in page
    assert "within a minute" in page
    answer = client.get(reverse("admin:audit_checkpoint_verify_now"), follow=True)
    assert "Sound: 2 entries under 1 checkpoints" in answer.content.decode()
    _login(client)
    assert client.get(reverse("admin:audit_checkpoint_verify_now")).status_code == 403


def test_only_parked_messages_are_tried_again_and_only_by_whoever_may(client):
    parked = message_add(topic="note", key="k", payload={}, at=AT)
    waiting = message_add(topic="note", key="k", payload={}, at=AT)
    OutboxMessage.objects.filter(pk=parked.pk).update(parked_at=AT, attempts=5)
    chosen = {"_selected_action": [parked.pk, waiting.pk], "action": "redeliver"}
    _login(client, "audit.view_outboxmessage")
    client.post(_url(OutboxMessage), chosen)
    assert OutboxMessage.objects.get(pk=parked.pk).parked_at == AT
    _login(client, *ADMINISTRATOR)
    client.post(_url(OutboxMessage), chosen)
    assert OutboxMessage.objects.get(pk=parked.pk).parked_at is None
    assert AuditEntry.objects.filter(kind="outbox.redelivered").count() == 1
    assert client.get(_url(OutboxMessage) + "?state=waiting").status_code == 200
