"""A failed page looks like the product, says whom to tell and what the log calls it; nothing of the error itself."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from riskengine import urls
from riskengine.logs import JsonFormatter

SECRET = "national id 110101199003078888"
REFERENCE = re.compile(r"<code>([0-9a-f]{8})</code>")


def fails(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(SECRET)


urlpatterns = [path("admin/fails/", fails), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

# status, English and Chinese words, and how to come there; none of them may ask the database
PAGES = {
    "500": (500, "Something failed on our side", "我们这边出错了", {"path": "/admin/fails/"}),
    "404": (404, "There is no such page", "没有此页面", {"path": "/nowhere"}),
    "400": (400, "The request cannot be read", "无法读取该请求", {"path": "/admin/login/?next=%00"}),
    "host": (
        400,
        "The request cannot be read",
        "无法读取该请求",
        {"path": "/admin/login/", "HTTP_HOST": "elsewhere.invalid"},
    ),
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the product's log says of requests, as it is written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("django")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def page_of(client: Client, language: str, **request: str) -> tuple[int, str]:
    answer = client.get(**request, headers={"accept-language": language})
    return answer.status_code, answer.content.decode()


@override_settings(ROOT_URLCONF=__name__, DEBUG=False)
@pytest.mark.parametrize("name", PAGES)
def test_a_failure_is_a_page_with_a_reference_that_the_log_holds_and_needs_no_database(
    name: str, log: io.StringIO
) -> None:
    status, english, chinese, request = PAGES[name]
    client = Client(raise_request_exception=False)
    for language, words in (("en", english), ("zh-hans", chinese)):
        given, page = page_of(client, language, **request)
        assert (given, words in page) == (status, True)
        assert f'<html lang="{language}"' in page and 'href="/admin/"' in page
        assert "RuntimeError" not in page and SECRET not in page and "Traceback" not in page
        reference = REFERENCE.search(page)
        assert reference and json.loads(log.getvalue().splitlines()[-1])["reference"] == reference[1]
    assert SECRET not in log.getvalue()


@override_settings(ROOT_URLCONF=__name__)
def test_each_failure_has_a_reference_of_its_own_and_one_that_went_well_none(log: io.StringIO) -> None:
    client = Client(raise_request_exception=False)
    pages = [page_of(client, "en", path="/admin/fails/")[1] for _ in range(2)]
    assert len({REFERENCE.search(page)[1] for page in pages}) == 2  # type: ignore[index]
    logging.getLogger("django.request").error("%s", "of nothing", extra={"request": HttpRequest()})
    assert "reference" not in json.loads(log.getvalue().splitlines()[-1])


def test_a_form_of_another_session_has_a_reference_and_leads_back(log: io.StringIO) -> None:
    client = Client(enforce_csrf_checks=True)
    sent = {"username": "maria"}
    answer = client.post("/admin/login/", sent, headers={"referer": "http://testserver/admin/?next=1"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "The form was not accepted" in page
    assert REFERENCE.search(page) and 'href="/admin/?next=1"' in page
    assert "maria" not in page and "CSRF" not in page


def test_the_icon_that_browsers_ask_for_is_there(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 301 and answer["location"] == "/static/riskengine/favicon.svg"
    assert finders.find(answer["location"].removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))
