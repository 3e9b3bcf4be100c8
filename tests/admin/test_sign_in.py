"""Who signs in at the bare address of the form stands on the first page."""

import pytest
from django.urls import reverse

from riskengine.roles import roles_ensure
from tests.factories.audit import user


@pytest.mark.django_db
def test_signing_in_without_a_wish_leads_to_the_first_page(client, settings):
    settings.IS_OTP_REQUIRED = False
    person = user(is_staff=True)
    person.set_password("a long enough one")
    person.save()
    person.groups.add(roles_ensure()["reviewer"])
    answer = client.post(reverse("admin:login"), {"username": person.username, "password": "a long enough one"})
    assert answer.url == reverse("admin:index")
