"""Workbooks on the pages: downloaded from any version, compared and saved into a draft, nothing saved before."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from openpyxl import load_workbook

from rules.models import RuleSetVersion
from tests.admin.conftest import BASE

pytestmark = pytest.mark.django_db


def changed(content, cell, value):
    book = load_workbook(BytesIO(content))
    book["Parameters"][cell] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def send(client, draft, content):
    file = SimpleUploadedFile("draft.xlsx", content)
    return client.post(f"{BASE}/{draft.pk}/excel/import/", {"file": file})


def test_any_version_is_downloaded(live, draft):
    client, _draft = draft
    answer = client.get(f"{BASE}/{live.pk}/excel/")
    assert answer.status_code == 200 and answer["Content-Disposition"].endswith('.xlsx"')
    assert load_workbook(BytesIO(answer.content))["Parameters"]["A2"].value == live.document["parameters"][0]["name"]


def test_a_changed_threshold_is_shown_and_saved_only_when_confirmed(draft):
    client, version = draft
    content = changed(client.get(f"{BASE}/{version.pk}/excel/").content, "D2", 321000)
    page = send(client, version, content)
    text = page.content.decode()
    assert "Parameters!D2" in text and "321000" in text
    assert RuleSetVersion.objects.get(pk=version.pk).content_hash == version.content_hash
    form = {"content": page.context["content"], "expected_hash": version.content_hash, "step": "save"}
    assert client.post(f"{BASE}/{version.pk}/excel/import/", form).status_code == 302
    assert RuleSetVersion.objects.get(pk=version.pk).document["parameters"][0]["value"] == 321000


def test_a_draft_somebody_else_saved_is_not_overwritten(draft):
    client, version = draft
    content = changed(client.get(f"{BASE}/{version.pk}/excel/").content, "D2", 321000)
    page = send(client, version, content)
    form = {"content": page.context["content"], "expected_hash": "0" * 64, "step": "save"}
    answer = client.post(f"{BASE}/{version.pk}/excel/import/", form, follow=True)
    assert "Somebody saved this version" in answer.content.decode()
    assert RuleSetVersion.objects.get(pk=version.pk).content_hash == version.content_hash


def test_problems_stand_with_their_cell_in_the_readers_language(draft):
    client, version = draft
    client.cookies["django_language"] = "zh-hans"
    content = changed(client.get(f"{BASE}/{version.pk}/excel/").content, "D2", "=1+1")
    text = send(client, version, content).content.decode()
    assert "Parameters!D2" in text and "不读取公式" in text and 'id="excel-changes"' not in text


def test_what_the_checks_would_find_is_told_before_saving(draft):
    client, version = draft
    content = changed(client.get(f"{BASE}/{version.pk}/excel/").content, "D2", 10**9)
    page = send(client, version, content)
    assert any(problem["is_warning"] and problem["place"] == "Parameters!D2" for problem in page.context["problems"])


def test_a_label_cannot_write_into_the_page(draft):
    client, version = draft
    content = changed(client.get(f"{BASE}/{version.pk}/excel/").content, "B2", "<script>alert(1)</script>")
    text = send(client, version, content).content.decode()
    assert escape("<script>alert(1)</script>") in text and "<script>alert(1)" not in text


def test_a_frozen_version_takes_no_workbook(live, draft):
    client, _draft = draft
    assert client.get(f"{BASE}/{live.pk}/excel/import/").status_code == 403
