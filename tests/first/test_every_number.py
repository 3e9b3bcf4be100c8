"""Every number on the first page opens what it counts: as many loans or applications, the same share and money."""

import csv
import io
import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from lending.models import Region
from monitoring.admin.dashboard.pages import ALL_CARDS
from monitoring.models import ProductMonth
from monitoring.services.portfolio import sql
from monitoring.services.portfolio.counting import figures_count
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.first.world import full

pytestmark = pytest.mark.django_db
FILTERS = [{}, {"product": "card"}, {"region": "north"}, {"segment": "watched"}, {"product": "card", "region": "north"}]
COUNTED = ("products", "exposure", "warnings", "health", "defaults", "approvals", "rolls", "vintages", "map", "reviews")
NUMBER = re.compile(r"^[\d,]+$")
SHARE = re.compile(r"^[\d.]+%$")
MONEY = re.compile(r"^[\d,]+\.\d\d [A-Z]{3}$")


@pytest.fixture
def reviewer(client, settings):
    settings.IS_OTP_REQUIRED = False
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["reviewer"])
    client.force_login(found)
    return client


def hrefs(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="([^"]*)"', page)]


def numbers_of(page: str, card: str) -> list[tuple[str, str]]:
    """(text, address) of every cell that is a number, other than 0."""
    section = page.split(f'id="card-{card}"')[1].split("</section>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", section, re.DOTALL)
    found = [(re.sub(r"<[^>]*>", "", cell).strip(), hrefs(cell)) for cell in cells]
    shapes = (NUMBER, SHARE, MONEY)
    counts = [(text, urls) for text, urls in found if any(shape.match(text) for shape in shapes)]
    return [(text, urls[0] if urls else "") for text, urls in counts if text not in ("0", "0.0%")]


def opened(client, url: str) -> dict[str, object]:
    """What a list says of itself, and how many rows its file has."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    page = answer.content.decode()
    file = client.get(f"{url}&format=csv")
    lines = (b"".join(file.streaming_content) if file.streaming else file.content).decode("utf-8-sig")
    return {
        "count": "".join(re.findall(r'id="list-count">([^<]*)<', page)),
        "share": "".join(re.findall(r'id="list-share">([^<]*)<', page)),
        "owed": re.findall(r'class="list-owed">([^<]*)<', page),
        "file": len(list(csv.reader(io.StringIO(lines)))) - 1,
    }


def mismatches(client, given: dict[str, str]) -> list[str]:
    page = client.get("/admin/", given).content.decode()
    wrong = []
    for card in COUNTED:
        for text, url in numbers_of(page, card):
            if not url:
                wrong.append(f"{card}: {text} opens nothing")
                continue
            found = opened(client, url)
            if SHARE.match(text):
                is_same = text == found["share"]
            elif MONEY.match(text):
                is_same = found["owed"] == [text]
            else:
                is_same = text == found["count"] == f"{found['file']:,}"
            if not is_same:
                wrong.append(f"{card}: {text} opens {found} at {url}")
    return wrong


def test_every_number_opens_as_many_as_it_says(reviewer):
    full()
    assert {tuple(given): mismatches(reviewer, given) for given in FILTERS} == {tuple(given): [] for given in FILTERS}
    page = reviewer.get("/admin/").content.decode()
    assert {card for card in COUNTED if numbers_of(page, card)} == set(COUNTED)
    assert set(COUNTED) | {"drift"} == set(ALL_CARDS)


def test_a_number_counted_otherwise_than_its_list_is_seen(reviewer, monkeypatch):
    runs = full()
    wrong = sql.FIGURES.replace("count(*),", "count(*) + 1,", 1)
    monkeypatch.setattr("monitoring.services.portfolio.counting.FIGURES", wrong)
    figures_count(runs[0], runs[0].ended_at)
    assert mismatches(reviewer, {})


def test_pages_of_a_list_show_every_loan_once_and_amounts_of_two_currencies_apart(reviewer, monkeypatch):
    runs = full()
    monkeypatch.setattr("monitoring.admin.dashboard.lists.PER_PAGE", 4)
    asked = {"runs": ",".join(str(run.pk) for run in runs)}
    seen: list[str] = []
    while True:
        page = reviewer.get(reverse("admin:monitoring_portfoliofigure_rows"), asked).content.decode()
        seen += [url for url in hrefs(page) if re.search(r"/loan/\d+/change/", url)]
        more = [url for url in hrefs(page) if "after=" in url]
        if not more:
            break
        asked["after"] = more[0].rsplit("after=", 1)[1]
    assert len(seen) == len(set(seen)) == sum(run.results.count() for run in runs)
    found = opened(reviewer, f"{reverse('admin:monitoring_portfoliofigure_rows')}?runs={asked['runs']}")
    assert [amount.rsplit(" ", 1)[1] for amount in found["owed"]] == ["CNY", "TWD"]


def test_who_may_not_see_decisions_sees_no_applications(client, settings):
    settings.IS_OTP_REQUIRED = False
    found = user(is_staff=True)
    found.user_permissions.add(Permission.objects.get(codename="view_portfoliofigure"))
    client.force_login(found)
    address = reverse("admin:monitoring_portfoliofigure_applications")
    assert client.get(address, {"month": "2005-09", "show": "approved"}).status_code == 403


def test_an_empty_picture_says_why_it_is_and_what_fills_it(reviewer):
    full()
    Region.objects.create(code="west", name_en="West", name_zh="西区")
    ProductMonth.objects.all().delete()
    page = reviewer.get("/admin/", {"region": "west"}).content.decode()
    assert page.count("No loan is counted under these filters.") >= 5
    page = reviewer.get("/admin/").content.decode()
    section = page.split('id="card-approvals"')[1].split("</section>")[0]
    assert "Approvals are counted by complete months" in section and hrefs(section)
    assert "Nothing to show yet" not in page
