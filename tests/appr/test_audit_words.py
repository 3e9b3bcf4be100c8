"""Whatever the log or an approval may name has words in both languages and a page."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from audit import event_words, object_pages
from audit.event_words import actors_named, event_groups
from scoring.services.models.roles import ROLES_OF
from tests.factories.audit import user

APPS = ("audit", "lending", "scoring", "rules", "monitoring", "riskengine")
WITHOUT_A_PAGE = {"book", "suspected_duplicate"}
"""Outside systems that report are named, and are no objects of ours; duplicates are decided on their import's page."""


def sources():
    for app in APPS:
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "migrations" not in path.parts and "admin" not in path.parts:
                text = path.read_text()
                if "entry_append(" in text or "entry_values(" in text or "approval_request(" in text:
                    name = ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)
                    held = vars(import_module(name)).items()
                    yield path, text, {key: value for key, value in held if isinstance(value, str)}


def types_written():
    """Every `object_type=` and OBJECT_TYPE of modules that write entries or ask for approval."""
    found = set()
    for _path, text, constants in sources():
        for value in re.findall(r"object_type=(\"\w+\"|[A-Z_]+)[,\)]", text):
            found.add(value.strip('"') if value.startswith('"') else constants.get(value, value))
    return found


def types_asked():
    """Types for which some service asks for approval."""
    found = set()
    for path, text, constants in sources():
        if "approval_request(" in text and path.name != "approvals.py":
            asking = set(re.findall(r"(?:_ask\(|approval_request\(\s*object_type=)([A-Z_]+),", text))
            found |= {constants[name] for name in asking}
    return found


def kinds_written():
    """Kinds written out, and those put together of a prefix and the event that `_record` is given."""
    found = set()
    for _path, text, constants in sources():
        found |= set(re.findall(r'kind="([a-z_]+\.[a-z_]+)"', text))
        found |= {constants[name] for name in re.findall(r"kind=([A-Z_]+),", text) if name in constants}
        found |= set(re.findall(r'_record\(\s*"([a-z_]+\.[a-z_]+)"', text))
        for prefix in re.findall(r'kind=f"([^"]+)\.\{(?:kind|event)\}"', text):
            prefix = constants[prefix.strip("{}")] if prefix.startswith("{") else prefix
            found |= {f"{prefix}.{event}" for event in re.findall(r'_record\(\s*"([a-z_]+)"', text)}
            if "_record(asked.lower()" in text:
                found |= {f"{prefix}.{role.lower()}" for roles in ROLES_OF.values() for role in roles}
    return found


def test_the_sources_are_read():
    assert {"rule_set_version", "model_package", "review_run", "emergency_stop"} <= types_written()
    assert {"model.champion", "decision.made", "list_entry.ended", "review.ended"} <= kinds_written()


def test_every_type_has_a_name():
    assert types_written() - object_pages.types_registered() == set()


def test_every_kind_has_words():
    assert kinds_written() - {kind for group in event_groups().values() for kind in group.kinds} == set()


def test_a_type_nobody_named_is_noticed(monkeypatch):
    """The twin."""
    pages = {name: page for name, page in object_pages._PAGES.items() if name != "user"}
    monkeypatch.setattr(object_pages, "_PAGES", pages)
    assert types_written() - object_pages.types_registered() == {"user"}


def test_the_words_are_translated():
    groups = event_words.event_groups().values()
    words = [group.name for group in groups] + [words for group in groups for words in group.kinds.values()]
    words += [*event_words.SYSTEM.values(), *(page.name for page in object_pages._PAGES.values())]
    with translation.override("zh-hans"):
        plain = [str(text) for text in words if not re.search("[\u4e00-\u9fff]", str(text))]
    assert plain == []


def test_every_page_exists():
    assert {name for name, page in object_pages._PAGES.items() if not page.url_name} == WITHOUT_A_PAGE
    for name in object_pages._PAGES.keys() - WITHOUT_A_PAGE:
        page = object_pages._PAGES[name]
        assert any(
            object_pages._address(url, key) for url in (page.url_name, page.decide_url_name or page.url_name)
            for key in ("1", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
        ), name  # fmt: skip


@pytest.mark.django_db
def test_actors_are_named():
    person = user(first_name="Ada", last_name="Chen")
    found = actors_named([f"user:{person.pk}", "client:lender", "system:review", "user:999999"], linked=True)
    assert found[f"user:{person.pk}"] == (person.get_full_name(), reverse("admin:audit_user_change", args=[person.pk]))
    assert found["client:lender"].words == "API client lender"
    assert found["system:review"].words == "System: review of the portfolio"
    assert found["user:999999"].words == "user:999999"
    assert admin.site.is_registered(type(person))
