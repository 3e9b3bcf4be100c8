"""The demo, and its staff at their screens."""

import json

import pytest
from django.utils import timezone

from riskengine.demo.load import demo_load
from tests.factories.decisions import forget


@pytest.fixture
def demo(transactional_db, tmp_path):
    """The demo loaded; its credentials."""
    forget()
    path = tmp_path / "demo.json"
    for _step in demo_load(credentials=path, at=timezone.now()):
        pass
    return json.loads(path.read_text())


@pytest.fixture
def sign_in(demo, live_server, browser):
    """page = sign_in("maker"): a page of 1280 by 900 in English, signed in as that person of the demo."""
    contexts = []

    def sign(name):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.password = demo["users"][name]["password"]
        page.goto("/admin/login/?next=/admin/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", page.password)
        page.keyboard.press("Enter")
        page.locator(".rk-sidebar").wait_for()
        return page

    yield sign
    for context in contexts:
        context.close()
