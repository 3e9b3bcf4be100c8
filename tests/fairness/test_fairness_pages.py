"""The fairness card: empty, measured, flagged, justified; the same on models and versions."""

import pytest
from django.utils import timezone

from tests.factories.scoring import candidate, product
from tests.fairness.worlds import catalogue_live_with_sex, measured, necessity_live, policy_live

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(as_role):
    def read(model):
        client, _ = as_role("checker")
        return client.get(f"/admin/scoring/modelpackage/{model.pk}/approval/").content.decode()

    return read


@pytest.fixture
def lent(db):
    catalogue_live_with_sex()
    return product()


def test_nothing_measured_is_said(lent, card):
    page = card(candidate(lent))
    assert "no fairness policy" in page
    assert "Nothing was measured" in page


def test_a_policy_that_asks_for_more_is_said(lent, card):
    policy_live()
    assert "Not measured by: the sex" in card(candidate(lent))


def test_a_flag_shows_groups_whiskers_and_what_stops(lent, card):
    policy_live()
    page = card(candidate(lent, fairness=measured(women_approved=30)))
    for words in ("Stops an approval: the sex", "flagged", "0.50", "<circle", "accepted cases only", "100 people"):
        assert words in page


def test_a_necessity_is_shown_with_its_end(lent, card):
    policy_live()
    model = candidate(lent, fairness=measured(women_approved=30))
    necessity_live(model.content_hash, expires_on=timezone.now().date())
    page = card(model)
    assert "Necessity recorded by compliance" in page
    assert "AUC -0.020" in page
    assert "Stops an approval" not in page


def test_the_card_is_read_in_chinese(lent, as_role):
    policy_live()
    model = candidate(lent, fairness=measured(women_approved=30))
    client, _ = as_role("checker")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(f"/admin/scoring/modelpackage/{model.pk}/approval/").content.decode()
    assert "变量sex" in page
    assert "只有已通过的申请才有还款结果" in page
