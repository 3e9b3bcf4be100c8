"""Role × address × method, against the table in access.csv: no row fails, and so does any other answer."""

import os
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import RequestFactory, override_settings
from django.urls import path

from riskengine import urls
from riskengine.roles import ROLES, role_permissions
from tests.trust import matrix
from tests.trust.addresses import addresses
from tests.trust.world import STAFF, World, world_make

pytestmark = pytest.mark.django_db
CLOCK = "django_celery_beat"
SAFE = ("head", "put", "patch", "delete", "options")
# The one who may most, the one who may nothing, and a key; at full size everybody.
OTHER_METHODS = matrix.COLUMNS if os.environ.get("RISKENGINE_SOAK") else ("anonymous", "superuser", "decide")
PARTNERS = {"reviewauthority", "healthkey", "healthrecipient"}
"""An administrator's own: who may decide how much (a checker approves it), who may be shown codes, what signs them."""
TABLE = matrix.table_read()
ADDRESSES = addresses()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """Made once: every request of these tests is undone."""
    given = {
        "VAR_DIR": tmp_path_factory.mktemp("var"),
        "IS_OTP_REQUIRED": False,
        "HOLDER_CHANNEL": "tests.health.mailbox.Mailbox",
    }
    with django_db_blocker.unblock(), override_settings(**given), transaction.atomic():
        yield world_make()
        transaction.set_rollback(True)


def test_every_address_and_every_action_has_a_row_and_every_row_an_address():
    known = {address.name for address in ADDRESSES} | {f"{stem}!{name}" for stem, name in matrix.list_actions()}
    assert known == set(TABLE)


@pytest.mark.parametrize("column", matrix.COLUMNS)
def test_a_role_or_key_gets_what_the_table_says_and_nothing_else(world, column):
    methods = ("get", "post")
    found = {
        address.name: matrix.shown(*(matrix.asked_once(world, address, column, method)[0] for method in methods))
        for address in ADDRESSES
    }
    expected = {name: TABLE[name][column] if name in TABLE else "no row" for name in found}
    unexpected = {name: (shown, expected[name]) for name, shown in found.items() if shown != expected[name]}
    assert unexpected == {}, "address: (found, expected)"


@pytest.mark.parametrize("column", STAFF[1:])
def test_a_list_offers_a_role_the_actions_of_the_table_and_no_other(world, column):
    found = {f"{stem}!{name}": matrix.may_act(world, stem, name, column) for stem, name in matrix.list_actions()}
    assert {name for name, may in found.items() if may} == {name for name in found if TABLE[name][column] == "yes"}


@pytest.mark.parametrize("column", OTHER_METHODS)
def test_other_methods_change_nothing_and_open_nothing(world, column):
    """HEAD is GET; the rest the admin refuses, and elsewhere they reach nothing that GET and POST do not."""
    for address in ADDRESSES:
        get, post = _both(TABLE[address.name][column])
        for method in SAFE:
            word, written = matrix.asked_of(world, address, column, method)
            assert written == [], (address.name, method, written)
            if method == "head":
                # Signed in already, Django's sign-in page moves on for GET alone.
                assert word in (get, "bars") or address.name == "admin:login", (address.name, method, word)
            elif address.route.startswith("/admin/"):
                assert word == "bars", (address.name, method, word)
            elif method != "options":  # which only lists methods
                assert word not in ("yes", "moved") or "yes" in (get, post) or "moved" in (get, post), address.name


@pytest.mark.parametrize("column", ["auditor", "administrator"])
def test_reading_writes_nothing_and_neither_does_an_auditors_post(world, column):
    methods = ("get", "post") if column == "auditor" else ("get",)
    for address in ADDRESSES:
        for method in methods:
            assert matrix.asked_once(world, address, column, method)[1] == [], (address.name, method)


def test_without_the_second_factor_staff_get_what_strangers_get(world, settings):
    settings.IS_OTP_REQUIRED = True
    for address in ADDRESSES:
        # Signed in however far, nobody of the staff opens a holder's link in their own browser.
        if address.name not in ("admin:login", "admin:logout", "health-holder-open"):
            assert matrix.observed(world, address, "superuser") == TABLE[address.name]["anonymous"], address.name


def test_no_inline_of_the_admin_writes(world):
    """Those on the clock of beat aside, which follow the page they are on."""
    for model, page in admin.site._registry.items():
        for role in STAFF[1:]:
            request = RequestFactory().get("/")
            request.user = world.people[role]
            if not page.has_view_permission(request) or model._meta.app_label == CLOCK:
                continue
            for inline in page.get_inline_instances(request):
                may = [getattr(inline, f"has_{verb}_permission")(request, None) for verb in ("add", "change", "delete")]
                assert not any(may), (model, inline, role)


def test_the_table_itself_says_what_we_promise():
    """Read by rule, not by row: an auditor changes nothing, an administrator has no hand in policy."""
    policy = [
        name
        for name in TABLE
        if name.startswith(("admin:rules_", "admin:scoring_", "admin:monitoring_", "rules_"))
        and not any(one in name for one in PARTNERS)
    ]
    assert policy
    assert {TABLE[name]["administrator"] for name in policy} == {"no"}
    for name, row in TABLE.items():
        if "!" in name:
            assert row["auditor"] == "no", name
        if name.endswith(("_add", "_delete")):
            assert row["auditor"] in ("no", "moved/no"), name  # moved: an address without a page leads to one
    assert {row["anonymous"] for name, row in TABLE.items() if name.startswith("admin:")} <= {
        "login", "yes", "moved/yes"
    }  # fmt: skip
    deletes = [name for name in TABLE if name.endswith(("_delete", "!delete_selected"))]
    ours = ("audit_", "auth_", "lending_", "scoring_", "rules_", "monitoring_")
    for name in deletes:
        if name.removeprefix("admin:").startswith(ours):
            assert {TABLE[name][role] for role in STAFF[1:]} == {"no"}, name


def test_no_role_grants_what_another_must_approve(world):
    """By permissions too: whoever writes policy, models or users does not check, and an auditor only views."""
    held = {role: {f"{p.content_type.app_label}.{p.codename}" for p in role_permissions(ROLES[role])} for role in ROLES}
    writes = {role: {name for name in names if ".view_" not in name} for role, names in held.items()}
    assert writes["auditor"] == set()
    assert writes["checker"] == {"audit.check_approval"}
    assert not [role for role, names in held.items() if "audit.check_approval" in names and role != "checker"]
    theirs = [name for name in held["administrator"] if name.startswith(("rules.", "scoring.", "monitoring."))]
    assert {name.rpartition("_")[2] for name in theirs} == PARTNERS


def test_an_address_somebody_adds_is_noticed(monkeypatch):
    """The twin: the resolver is read, not remembered."""
    added = [*urls.urlpatterns, path("api/v1/secrets", lambda request: None, name="secrets")]
    monkeypatch.setattr(urls, "urlpatterns", added)
    from django.urls import clear_url_caches, get_resolver

    clear_url_caches()
    get_resolver().__dict__.pop("url_patterns", None)
    assert {address.name for address in addresses()} - set(TABLE) == {"secrets"}
    monkeypatch.undo()
    clear_url_caches()


def test_a_door_left_open_is_noticed(world, monkeypatch):
    """The twin: a page that forgets its permission gives another word than the table."""
    from lending.models import Product

    page = type(admin.site._registry[Product])
    monkeypatch.setattr(page, "has_add_permission", lambda *_: True)
    address = next(address for address in ADDRESSES if address.name == "admin:lending_product_add")
    assert matrix.observed(world, address, "reviewer") == "yes"
    assert TABLE[address.name]["reviewer"] == "no"


def _both(cell: str) -> tuple[str, str]:
    get, _, post = cell.partition("/")
    return get, post or get
