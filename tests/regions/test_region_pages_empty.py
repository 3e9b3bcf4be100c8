"""The pages of products and regions where there is nothing yet."""

import pytest

from riskengine.roles import roles_ensure
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["productmonth/", "regioninfluence/"])
def test_empty_pages_say_so(client, settings, path):
    settings.IS_OTP_REQUIRED = False
    person = user(is_staff=True)
    person.groups.add(roles_ensure()["auditor"])
    client.force_login(person)
    page = client.get(f"/admin/monitoring/{path}", headers={"accept-language": "en"}).content.decode()
    assert "No month of any product has been counted yet" in page
    assert "No policy on products and regions is in force" in page
