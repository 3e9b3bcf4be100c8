"""Shared by all tests: the database they need, a browser, and the large data sets."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import riskengine.urls  # noqa: F401  # the admin's pages register words and addresses that other parts read
from tests.trust.soak_file import pytest_runtest_logreport  # noqa: F401  # a hook: writes var/soak.json

CHROMIUM = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BEGUN_FIRST = (
    "tests/data/test_demo.py",
    "tests/guide/",
    "tests/stack/test_launcher.py",
    "tests/stack/test_readme.py",
    "tests/trust/",
)
"""Files of minutes: one of them begun last would leave the other worker idle. The rest keep their order."""
# No test is timed: the first example may load a library, and the machine may be busy.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

SKIPPED_BROWSER = "NO BROWSER: install chromium to run this test"
SKIPPED_DATA = "NO LARGE DATA: set RISKENGINE_DATA_DIR to its folder to run this test"

# What is imported and collected stays to the end. Python's collector would look through all of it every few moments,
# for a quarter of the time; so it waits until then, and leaves that alone afterwards.
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, which needs pytest's --no-loadscope-reorder beside -n."""
    items.sort(key=lambda item: not item.nodeid.startswith(BEGUN_FIRST))


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what this machine could not test."""
    reasons = [str(report.longrepr[-1]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr]
    for reason in (SKIPPED_BROWSER, SKIPPED_DATA):
        if count := sum(reason in text for text in reasons):
            terminalreporter.write_line(f"WARNING: {count} tests were skipped. {reason}.", yellow=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def fast_passwords() -> Iterator[None]:
    """A hash that is slow on purpose takes a third of a second for each password, and tests know theirs."""
    fast = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[fast, *settings.PASSWORD_HASHERS]):
        yield


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the large data sets that do not ship with the project."""
    folder = os.environ.get("RISKENGINE_DATA_DIR", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip(SKIPPED_DATA)
    return Path(folder)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed browser; no test downloads one."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return found
    pytest.skip(SKIPPED_BROWSER)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[object]:
    """A headless chromium, driven by playwright; mark its tests `browser` and use `page` for a fresh profile."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would refuse every query made beside one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield running
        running.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser) -> Iterator[object]:  # a playwright Browser; the package is needed only where one is used
    """A page without cookies, in English, 1280 by 900."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()
