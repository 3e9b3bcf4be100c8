"""Drift in the admin and from the command line, on synthetic decisions."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.html import escape

from monitoring.drift_tasks import drift_report_task
from monitoring.models import DriftReport, WarningCase
from monitoring.services.drift_reports import drift_report
from riskengine.roles import roles_ensure
from rules.models import RuleSetVersion
from tests.drift.synthetic import DAY, NOW, Synthetic
from tests.drift.test_drift_reports import OCTOBER, SEPTEMBER, poorer
from tests.factories.audit import user
from tests.factories.scoring import product

pytestmark = pytest.mark.django_db
QUEUE = "/admin/monitoring/warningcase/"
PAGE = "/admin/monitoring/driftreport/product/instalment/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


@pytest.fixture
def seen(client):
    def seen(path, role="reviewer", language="en"):
        person = user(is_staff=True)
        person.groups.add(roles_ensure()[role])
        client.force_login(person)
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == 200, path
        return response.content.decode()

    return seen


@pytest.fixture
def drifted():
    lent = Synthetic()
    lent.decide(SEPTEMBER, 120, seed=2)
    lent.decide(OCTOBER, 300, seed=3, change=poorer, often=0.6)
    return lent, drift_report(product=lent.product, as_of=DAY, at=NOW)


def test_the_page_says_that_there_is_nothing_yet(seen):
    product()
    assert "There is no report yet" in seen(PAGE) and "No drift policy is in force" in seen(PAGE)


def test_the_page_shows_the_index_the_variables_and_the_rules(seen, drifted):
    page = seen(PAGE)
    assert "Drifting" in page and "the income" in page and "OFTEN" in page and page.count("<svg") >= 7
    assert "变量income" in seen(PAGE, language="zh-hans")
    assert PAGE in seen(reverse("admin:scoring_modelpackage_change", args=[drifted[0].model.pk]))


def test_drift_stands_in_the_queue_of_cases_and_is_closed_there_by_a_modeller(seen, client, drifted):
    assert "Drift of scores" in seen(QUEUE, role="modeller") and "评分漂移" in seen(QUEUE, language="zh-hans")
    case = WarningCase.objects.get(topic="SCORES")
    page = reverse("admin:monitoring_warningcase_change", args=[case.pk])
    shown = seen(page, role="modeller")
    assert "Scores are distributed otherwise" in shown and "Drift report" in shown and "Take this case" in shown
    for words in ("Expected loss", "Days past due", "Proposed measures", "Recent events", "Customer"):
        assert f"<dt>{words}" not in shown and f">{words}</h2>" not in shown
    assert "Take this case" not in seen(page, role="reviewer")
    seen(page, role="modeller")
    work = f"{QUEUE}{case.pk}/work/"
    client.post(work, {"operation": "claim"})
    assert "Snooze" in client.get(page).content.decode()
    client.post(work, {"operation": "close", "outcome": "TRUE_TROUBLE", "note": "A new channel since October."})
    case.refresh_from_db()
    assert case.state == "CLAIMED"
    client.post(work, {"operation": "close", "outcome": "RETRAINED", "note": "A new channel since October."})
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("CLOSED", "RETRAINED")


def test_a_closed_case_is_raised_anew_by_the_next_drifting_period(drifted):
    lent, _report = drifted
    person, case = user(is_staff=True), WarningCase.objects.get(topic="SCORES")
    WarningCase.objects.filter(pk=case.pk).update(
        state="CLOSED", outcome="RETRAINED", closed_at=NOW, closed_by=person, claimed_by=person, claimed_at=NOW
    )
    lent.decide(date(2026, 11, 10), 300, seed=7, change=poorer)
    drift_report(product=lent.product, as_of=date(2026, 12, 1), at=NOW)
    assert WarningCase.objects.filter(topic="SCORES", state="OPEN").count() == 1


def test_the_command_writes_the_figures_and_ends_with_1_where_something_drifts(drifted, tmp_path):
    out = tmp_path / "drift.json"
    with pytest.raises(CommandError) as caught:
        call_command("drift_report", product="instalment", as_of=DAY, report=out)
    assert caught.value.returncode == 1
    found = json.loads(out.read_text())
    assert found["state"] == "DRIFTING" and {"PSI", "CSI", "HIT_RATE"} <= {one["measure"] for one in found["figures"]}


def test_the_command_ends_with_2_without_a_policy_or_product(db):
    product()
    for code in ("instalment", "nothing"):
        with pytest.raises(CommandError) as caught:
            call_command("drift_report", product=code, as_of=DAY)
        assert caught.value.returncode == 2


def test_the_task_reports_each_product_once_a_period():
    lent = Synthetic()
    lent.decide(OCTOBER, 80, seed=3)
    for as_of in ("2026-11-02", "2026-11-03"):
        drift_report_task(as_of=as_of)
    assert DriftReport.objects.count() == 1


def test_rules_stand_on_the_page_under_their_labels_with_the_code_small(seen, drifted):
    page = seen(PAGE)
    labels = {rule["code"]: rule["label_en"] for rule in RuleSetVersion.objects.latest("pk").document["rules"]}
    assert f'<span class="rk-label">{escape(labels["OFTEN"])}</span><span class="rk-code rk-small">OFTEN</span>' in page
