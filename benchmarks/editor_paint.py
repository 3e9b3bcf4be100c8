"""`editor_paint`: the rules of a draft of 100 in a browser, against the page for signing in on the same server.

Where no chromium is installed it says so and measures nothing.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any

import django

from benchmarks.decision_http import prepare, server
from benchmarks.harness import Row

CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
LOADS, RULES = 6, 100
WORDS = "first paint of the page for signing in, same browser and server"
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def editor_paint() -> list[Row]:
    """Milliseconds from navigation to the first contentful paint, and to the grid with its rules; medians of LOADS."""
    browser = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if browser is None:
        print("editor_paint: NO BROWSER, install chromium to measure it")
        return []
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.http_settings")
    django.setup()
    prepare()
    address, session = _draft()
    with server() as (port, _worker), _page(browser, f"http://127.0.0.1:{port}") as page:
        bare = _times(page, "/admin/login/", "input[name=username]")
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": f"http://127.0.0.1:{port}"}])
        ours = _times(page, address, "#re-rule-0")
    (bare_paint, _), (paint, ready) = bare, ours
    return [_row("editor_paint", paint, bare_paint), _row("editor_ready", ready, bare_paint)]


def _row(name: str, value: float, reference: float) -> Row:
    return Row(name, round(value, 1), "ms", WORDS, round(value / reference, 3), round(reference, 1))


def _draft() -> tuple[str, str]:
    """The address of a draft of RULES rules, and the session of somebody who may edit it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from riskengine.demo.people import staff_ensure
    from rules.models import RuleSet
    from rules.services.versions.activations import activation_at
    from rules.services.versions.life import version_draft, version_edit

    maker, at = staff_ensure()["maker"], datetime.now(UTC)
    rule_set = RuleSet.objects.get(code="instalment-pre-loan")
    live = activation_at(rule_set=rule_set, at=at)
    assert live is not None
    draft = version_draft(rule_set=rule_set, author=maker, at=at, based_on=live.version)
    document = draft.document
    more = [
        {**rule, "code": f"M{turn}_{rule['code']}"[:40], "when": f"({rule['when']}) and amount_minor > {turn}"}
        for turn in range(1, RULES)
        for rule in live.version.document["rules"]
    ]
    document["rules"] = [*document["rules"], *more][:RULES]
    draft = version_edit(version=draft, document=document, editor=maker, at=at, expected_hash=draft.content_hash)
    session = SessionStore()
    session[SESSION_KEY] = str(maker.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = maker.get_session_auth_hash()
    session.create()
    return f"/admin/rules/rulesetversion/{draft.pk}/change/?tab=rules", str(session.session_key)


@contextmanager
def _page(browser: str, address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        yield running.new_context(viewport={"width": 1280, "height": 900}, base_url=address).new_page()
        running.close()


def _times(page: Any, address: str, awaited: str) -> tuple[float, float]:
    """Medians of (first contentful paint, `awaited` on the screen), the first load apart: it fills the cache."""
    paints, readies = [], []
    for _ in range(LOADS + 1):
        page.goto(address, wait_until="commit")
        page.locator(awaited).wait_for()
        readies.append(page.evaluate("performance.now()"))
        page.wait_for_load_state()
        paints.append(page.evaluate(PAINTED))
    return median(paints[1:]), median(readies[1:])
