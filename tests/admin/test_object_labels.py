"""Approvals call their objects by the names people gave them, and show evidence in words."""

import pytest
from django.urls import reverse

from audit.models import Approval
from audit.object_pages import object_words
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live
from tests.factories.versions import maker, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    """Somebody who may see all."""
    client.force_login(user(is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def version():
    catalogue_goes_live()
    return submitted(maker())


def test_a_version_is_called_by_its_rule_set_and_number_in_both_languages(version, reader):
    list_page = reverse("admin:audit_approval_changelist")
    approval = Approval.objects.get(object_type="rule_set_version", object_id=str(version.pk))
    detail = reverse("admin:audit_approval_change", args=[approval.pk])
    for language, name in (("en", version.rule_set.name_en), ("zh-hans", version.rule_set.name_zh)):
        for page in (list_page, detail):
            text = reader.get(page, headers={"accept-language": language}).content.decode()
            assert f"{name} · " in text
            assert "Rule_set_version" not in text
            assert ">rule_set_version" not in text.replace(" ", "").replace("\n", "")


def test_evidence_is_a_table_and_not_json(version, reader):
    approval = Approval.objects.get(object_type="rule_set_version", object_id=str(version.pk))
    text = reader.get(reverse("admin:audit_approval_change", args=[approval.pk])).content.decode()
    assert "Cases passed" in text
    assert "cases_passed" not in text
    assert "/history/" not in text


@pytest.mark.parametrize("object_type", ["rule_set", "rule_set_version", "catalogue_version", "model_package"])
@pytest.mark.parametrize("object_id", ["99999", "gone"])
def test_what_is_gone_keeps_its_kind_and_number(object_type, object_id):
    assert object_words(object_type, object_id).endswith(f" {object_id}")
