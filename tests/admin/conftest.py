"""A live policy, people with roles, and pages logged in as them."""

import pytest
from django.conf import settings
from django.utils import timezone

from riskengine.roles import roles_ensure
from rules.models import RuleSetVersion
from rules.services.versions.life import version_draft, version_edit, version_submit
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live, forget, policy_goes_live
from tests.factories.versions import policy

PASSWORD = "a long password for tests 1"
BASE = "/admin/rules/rulesetversion"


def member(role):
    """A member of staff with one role and PASSWORD."""
    person = user(is_staff=True, first_name=role.capitalize())
    person.groups.add(roles_ensure()[role])
    person.set_password(PASSWORD)
    person.save()
    return type(person).objects.get(pk=person.pk)


@pytest.fixture
def live(db):
    """Version 1 of the small policy, live, and the catalogue it reads."""
    forget()
    catalogue_goes_live()
    return RuleSetVersion.objects.get(pk=policy_goes_live(policy()).pk)


@pytest.fixture
def as_role(client):
    """client, person = as_role("maker"): the Django test client logged in as a member of that role."""

    def log_in(role):
        person = member(role)
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client, person

    return log_in


@pytest.fixture
def walk_in(live_server, browser):
    """page, person = walk_in("maker"): a browser page that went through the login form."""
    contexts = []

    def log_in(role, language="en"):
        person = member(role)
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        contexts.append(context)
        context.add_cookies(
            [
                {
                    "name": settings.LANGUAGE_COOKIE_NAME,
                    "value": "zh-hans" if language == "zh" else "en",
                    "url": live_server.url,
                }
            ]
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        page.goto("/admin/login/?next=/admin/")
        page.fill("input[name=username]", person.username)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.locator(".rk-sidebar").wait_for()
        return page, person

    yield log_in
    for context in contexts:
        context.close()


def draft_of(live, author):
    return version_draft(rule_set=live.rule_set, author=author, at=timezone.now(), based_on=live)


def changed_draft(client, live, author, value=4_000_000):
    """A draft with another threshold, saved as its editor saves it."""
    draft = draft_of(live, author)
    draft.document["parameters"][0]["value"] = value
    save(client, draft, draft.document, draft.content_hash)
    return RuleSetVersion.objects.get(pk=draft.pk)


def save(client, draft, document, expected_hash):
    """The answer to what an editor sends to save."""
    body = {"expected_hash": expected_hash, "document": document}
    return client.post(f"{BASE}/{draft.pk}/document/", body, content_type="application/json")


def submitted(live, author):
    draft = draft_of(live, author)
    document = draft.document
    document["parameters"][0]["value"] = 400_000
    draft = version_edit(
        version=draft, document=document, editor=author, at=timezone.now(), expected_hash=draft.content_hash
    )
    version_submit(version=draft, maker=author, at=timezone.now())
    return RuleSetVersion.objects.get(pk=draft.pk)
