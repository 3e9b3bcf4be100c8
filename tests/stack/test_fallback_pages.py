"""Where no view answers, a person reads a page in their language with a way back; a program reads JSON."""

import pytest
from django.test import Client

from tests.factories.audit import user

PAGES = {
    "/admin/audit/approval/": (403, "You may not do this", "您无权执行此操作"),
    "/nowhere": (404, "There is no such page", "没有此页面"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_person_reads_what_happened_and_finds_back(client: Client, address: str) -> None:
    client.force_login(user(is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    status, english, chinese = PAGES[address]
    for language, words in (("en", english), ("zh-hans", chinese)):
        answer = client.get(address, headers={"accept-language": language})
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert 'href="/admin/"' in answer.content.decode()


@pytest.mark.django_db
def test_an_address_of_forms_says_that_nothing_happened_and_leads_back(client: Client) -> None:
    client.force_login(user(is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    before = {"referer": "http://testserver/admin/monitoring/warningcase/?state=OPEN"}
    answers = [
        client.get(address, headers=before) for address in ("/admin/logout/", "/admin/monitoring/warningcase/next/")
    ]
    assert [answer.status_code for answer in answers] == [405, 403]
    assert answers[0]["Allow"] == "POST, OPTIONS"
    for answer in answers:
        page = answer.content.decode()
        assert "Nothing was changed" in page and 'id="content"' in page
        assert 'href="/admin/monitoring/warningcase/?state=OPEN"' in page
    elsewhere = client.get("/admin/logout/", headers={"referer": "http://elsewhere.example/admin/"}).content.decode()
    assert "elsewhere.example" not in elsewhere


@pytest.mark.django_db
def test_a_form_of_another_session_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "maria"})
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


def test_a_program_reads_a_problem_document(client: Client) -> None:
    assert client.get("/api/nowhere").headers["content-type"].startswith("application/problem+json")


def test_the_bare_address_leads_to_the_start_page(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["location"]) == (302, "/admin/")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_the_admin_refuses_what_no_browser_sends_before_it_asks_who_sends_it(client: Client, method: str) -> None:
    answer = getattr(client, method)("/admin/audit/approval/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")
