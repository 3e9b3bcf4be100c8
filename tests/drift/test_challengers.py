"""Challengers are scored beside the champion on the decisions of a period, and decide nothing."""

import copy
from datetime import date

import pytest
from django.urls import reverse

from audit.admin.error_words import known_words
from monitoring.services import drift_challengers
from monitoring.services.drift_cases import decisions_between
from monitoring.services.drift_reports import drift_report
from riskengine.roles import roles_ensure
from scoring.models import CatalogueVersion, ModelPackage
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.models import life
from tests.drift.synthetic import DAY, NOW, Synthetic
from tests.factories.audit import user
from tests.factories.scoring import candidate

pytestmark = pytest.mark.django_db
MATURED, OCTOBER, LATER = date(2026, 2, 10), date(2026, 10, 15), date(2026, 10, 20)


@pytest.fixture
def lent():
    found = Synthetic()
    table = found.decide(MATURED, 300, seed=5)
    found.pay_out(table, MATURED, bads=table["bad"].to_list())
    found.decide(OCTOBER, 200, seed=3)
    return found


def challenger(lent, seed=8):
    model = candidate(lent.product, seed=seed)
    life.model_submit(model=model, maker=user(), at=NOW, role=ModelPackage.State.CHALLENGER)
    life.model_approve(
        model=model,
        checker=user(is_checker=True),
        content_hash=model.content_hash,
        role=ModelPackage.State.CHALLENGER,
        at=NOW,
    )
    return model


def test_without_challengers_nothing_is_said(lent):
    assert drift_report(product=lent.product, as_of=DAY, at=NOW).challengers == []


def test_a_challenger_stands_beside_the_champion_on_the_same_decisions_and_outcomes(lent):
    model = challenger(lent)
    (one,) = drift_report(product=lent.product, as_of=DAY, at=NOW).challengers
    assert (one["model"], one["decisions"]) == (model.content_hash, 200)
    assert 0 < one["moved"] < 0.5
    assert one["paired"]["n"] == 300
    assert one["paired"]["low"] <= one["paired"]["difference"] <= one["paired"]["high"]


def test_the_champions_own_bytes_as_challenger_differ_by_nothing(lent, monkeypatch):
    challenger(lent)
    monkeypatch.setattr("monitoring.services.drift_challengers.model_load", lambda _row: life.model_load(lent.model))
    (one,) = drift_report(product=lent.product, as_of=DAY, at=NOW).challengers
    assert one["moved"] < 1e-6 and abs(one["paired"]["difference"]) < 1e-9


def test_the_page_shows_them(lent, client, settings):
    settings.IS_OTP_REQUIRED = False
    person = user(is_staff=True)
    person.groups.add(roles_ensure()["reviewer"])
    client.force_login(person)
    challenger(lent)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    page = client.get(reverse("admin:monitoring_driftreport_change", args=[report.pk])).content.decode()
    assert "Challengers beside the champion" in page and "made up" in page


def thin(lent, where="purpose = car|travel"):
    """A challenger for thin files, trained on such rows only."""
    stated = {"purpose": "THIN_FILE", "training_data": {**lent.model.card["training_data"], "where": where}}
    model = candidate(lent.product, seed=8, **stated)
    model.refresh_from_db()  # the purpose is the card's, worked out by the database
    life.model_submit(model=model, maker=user(), at=NOW, role=ModelPackage.State.CHALLENGER)
    life.model_approve(
        model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=NOW,
        role=ModelPackage.State.CHALLENGER,
    )  # fmt: skip
    return model


def test_one_for_thin_files_stands_beside_the_champion_on_thin_files_alone(lent):
    model = thin(lent)
    (one,) = drift_report(product=lent.product, as_of=DAY, at=NOW).challengers
    assert (one["model"], one["where"]) == (model.content_hash, "purpose = car|travel")
    assert 0 < one["decisions"] < 200 and 0 < one["paired"]["n"] < 300


def test_where_no_decision_was_of_such_a_one_it_says_none(lent):
    thin(lent, "purpose = boat")
    (one,) = drift_report(product=lent.product, as_of=DAY, at=NOW).challengers
    assert one["decisions"] == 0 and "moved" not in one and "error_code" not in one


def alternative_becomes(name):
    """A live catalogue in which a variable is alternative data."""
    document = copy.deepcopy(CatalogueVersion.objects.get(is_live=True).document)
    (found,) = [one for one in document["variables"] if one["name"] == name]
    found |= {"is_alternative": True, "consent_scope": "social_data", "missing": "skip"}
    version = catalogue_register(document=document, at=NOW)
    catalogue_submit(version=version, maker=user(), at=NOW)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=NOW)


def test_decisions_that_did_not_read_what_it_reads_are_told_apart_within_a_period(lent, monkeypatch):
    challenger(lent)
    alternative_becomes("savings")
    assert "unread" not in beside(lent)  # decided while it was on record
    lent.catalogue_hash = CatalogueVersion.objects.get(is_live=True).content_hash
    lent.decide(LATER, 50, seed=9)
    with monkeypatch.context() as off:  # the twin: it is scored on what was never opened
        off.setattr(drift_challengers, "_recorded", lambda _model, frame: frame)
        assert beside(lent)["decisions"] == 250
    one = beside(lent)
    assert (one["decisions"], one["unread"], "moved" in one) == (200, 50, True)
    none = beside(lent, since=LATER)
    assert (none["error_code"], none["decisions"], none["unread"]) == ("reads_unrecorded", 0, 50)
    assert "moved" not in none and known_words(none["error_code"])


def test_the_page_says_how_many_were_left_out(lent, client, settings):
    settings.IS_OTP_REQUIRED = False
    person = user(is_staff=True)
    person.groups.add(roles_ensure()["reviewer"])
    client.force_login(person)
    challenger(lent)
    alternative_becomes("savings")
    lent.catalogue_hash = CatalogueVersion.objects.get(is_live=True).content_hash
    lent.decide(LATER, 50, seed=9)
    report = drift_report(product=lent.product, as_of=DAY, at=NOW)
    page = client.get(reverse("admin:monitoring_driftreport_change", args=[report.pk])).content.decode()
    assert "50 left out: they did not read what this model reads" in page


def beside(lent, since=OCTOBER):
    decisions = decisions_between(lent.product, since, LATER)
    (one,) = drift_challengers.challengers_beside(lent.product, decisions, decisions.clear())
    return one
