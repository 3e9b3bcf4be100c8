"""The five questions on the first page: each a click away, and only for who may open what it leads to."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from riskengine.roles import ROLES, roles_ensure
from tests.factories.audit import user
from tests.governed.kinds import approved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


def first_page(client, role):
    person = user(is_staff=True)
    person.groups.add(roles_ensure()[role])
    client.force_login(person)
    return client.get("/admin/").content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_every_link_opens_for_whoever_is_shown_it(client, role):
    steps = re.search(r'<nav class="rk-steps".*?</nav>', first_page(client, role), re.DOTALL).group()
    links = re.findall(r'(?:href|action)="([^"]+)"', steps)
    assert links or role == "administrator"
    assert [client.get(link.replace("&amp;", "&")).status_code for link in links] == [200] * len(links)


def test_a_setting_that_lapses_is_announced_to_who_may_see_settings(client):
    now = timezone.now()
    approved(cups=4, at=now, valid_from=now.date(), valid_until=now.date() + timedelta(days=3))
    assert "lapses on" in first_page(client, "maker")
    assert "lapses on" not in first_page(client, "administrator")
