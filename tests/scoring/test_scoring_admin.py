"""A compliance officer reads models and the catalogue; nobody edits them there."""

import pytest
from django.urls import reverse
from django.utils import translation

from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate, catalogue_document, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    permissions = ("scoring.view_modelpackage", "scoring.view_catalogueversion")
    person = user(is_staff=True, permissions=permissions)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def version():
    version = catalogue_register(document=catalogue_document(late={"zh": "逾期月数"}), at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    return catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)


@pytest.fixture
def model(version):
    return candidate(product())


def _page(reader, name, *arguments):
    answer = reader.get(reverse(f"admin:scoring_{name}", args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_model_page_says_what_the_pd_means_and_how_good_it_is(reader, model):
    page = _page(reader, "modelpackage_change", model.pk)
    for words in ("What it predicts", "Horizon of the PD", "Bad means", "0.7500", "the late", "<svg", "Limits of use"):
        assert words in page
    assert "made up" in _page(reader, "modelpackage_changelist")


def test_the_model_page_shows_content_in_chinese_to_a_chinese_reader(reader, model):
    with translation.override("zh-hans"):
        reader.cookies["django_language"] = "zh-hans"
        page = _page(reader, "modelpackage_change", model.pk)
    assert "逾期月数" in page
    assert "虚构" in page


def test_the_catalogue_page_shows_every_variable_with_its_policy(reader, version):
    page = _page(reader, "catalogueversion_change", version.pk)
    for words in ("the income", "higher is safer", "a person decides", "travel travel", "INCOME", "收入"):
        assert words in page
    assert "1" in _page(reader, "catalogueversion_changelist")


@pytest.mark.parametrize("name", ["modelpackage", "catalogueversion"])
def test_nothing_can_be_added_changed_or_deleted(reader, model, version, name):
    row = model if name == "modelpackage" else version
    assert reader.get(reverse(f"admin:scoring_{name}_add")).status_code == 403
    assert reader.get(reverse(f"admin:scoring_{name}_delete", args=[row.pk])).status_code == 403
    assert reader.post(reverse(f"admin:scoring_{name}_change", args=[row.pk]), {"name": "x"}).status_code == 403


def test_who_may_not_view_sees_nothing(client, model):
    client.force_login(user(is_staff=True), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("admin:scoring_modelpackage_change", args=[model.pk])).status_code == 403


def test_a_model_that_is_not_there_is_no_error(reader):
    assert reader.get(reverse("admin:scoring_modelpackage_change", args=[999_999])).status_code == 302
