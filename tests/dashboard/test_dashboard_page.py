"""The first page of the admin: the portfolio in pictures, numbers that open their loans, files, and who may see it."""

import pytest
from django.urls import reverse

from lending.models import Region
from monitoring.admin.dashboard.pages import ALL_CARDS
from monitoring.models import PortfolioFigure
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.monitoring import loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
LOANS = "/admin/monitoring/portfoliofigure/loans/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


@pytest.fixture
def reviewer(client):
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["reviewer"])
    client.force_login(found)
    return client


@pytest.fixture
def run():
    post_loan_goes_live()
    loans(months(4, 1), months(2, 0), months(0, 0))
    return reviewed()


def test_before_the_first_review_the_page_says_what_will_fill_it(reviewer):
    page = reviewer.get("/admin/").content.decode()
    assert "The portfolio is counted after its first review" in page


def test_every_picture_is_there_and_every_number_of_loans_opens_them(reviewer, run):
    page = reviewer.get("/admin/").content.decode()
    for name in ALL_CARDS:
        assert f'id="card-{name}"' in page
    rows = reviewer.get(LOANS, {"runs": run.pk, "level": "RED"})
    assert rows.status_code == 200
    assert rows.content.decode().count('/change/">') == 2  # the loan and its customer


def test_a_filter_stays_in_the_addresses_of_files_and_loans(reviewer, run):
    page = reviewer.get("/admin/", {"product": "card"}).content.decode()
    assert "warnings.csv?product=card" in page
    assert "warning_level=RED&amp;warning_age=0-6&amp;product=card" in page


@pytest.mark.parametrize("name", ALL_CARDS)
def test_every_picture_comes_as_a_file_too(reviewer, run, name):
    answer = reviewer.get(reverse("admin:monitoring_portfoliofigure_csv", args=[name]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/csv")
    assert answer.content.decode("utf-8-sig").splitlines()[0]


def test_no_file_begins_a_formula(reviewer, run):
    Region.objects.create(code="r1", name_en="=cmd()", name_zh="=cmd()")
    PortfolioFigure.objects.update(region=Region.objects.get())
    answer = reviewer.get(reverse("admin:monitoring_portfoliofigure_csv", args=["map"]))
    assert "'=cmd()" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("loans/", {}),
        ("loans/", {"runs": "999999"}),
        ("loans/", {"runs": "x,,²"}),
        ("applications/", {"show": "approved"}),
        ("applications/", {"show": "no-such", "month": "2005-09"}),
        ("no-such.csv", {}),
    ],
)
def test_what_is_no_figure_is_not_found(reviewer, run, path, given):
    address = "/admin/monitoring/portfoliofigure/" + path
    assert reviewer.get(address, given).status_code == 404


@pytest.mark.parametrize("after", ["0", "-1", "x", "9" * 30, "2-", "²-²", "2-9"])
def test_any_place_of_a_list_is_answered(reviewer, run, after):
    for asked in ({"warning_level": "X", "after": after}, {"of": "no-such", "after": after}):
        assert reviewer.get(LOANS, {"runs": run.pk, **asked}).status_code == 200


def test_who_may_not_see_the_portfolio_gets_neither_page_nor_file(client, run):
    found = user(is_staff=True)
    found.groups.add(roles_ensure()["administrator"])
    client.force_login(found)
    assert 'id="card-products"' not in client.get("/admin/").content.decode()
    for name, arguments in (("rows", []), ("applications", []), ("csv", ["map"])):
        assert client.get(reverse(f"admin:monitoring_portfoliofigure_{name}", args=arguments)).status_code == 403
