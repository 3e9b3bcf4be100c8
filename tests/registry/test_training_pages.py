"""A modeller asks for a training on a page, watches it without a script, and others only look."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from riskengine.demo.bad_definitions import bad_definition_ensure
from scoring.models import TrainingJob
from scoring.services.training.jobs import MOST_UPLOAD
from tests.admin.conftest import member
from tests.factories.audit import user
from tests.registry.test_training_jobs import asked, data_folder

__all__ = ["data_folder"]
pytestmark = pytest.mark.django_db
BASE = "/admin/scoring/trainingjob"
TEXTS = ("pd_horizon", "bad_definition", "sample", "limit", "exit_rule")
FORM = {
    **{f"{name}_{language}": f"{name} {language}" for name in TEXTS for language in ("en", "zh")},
    "pd_horizon_months": "12",
    "owner": "Retail risk",
    "next_validation_on": "2027-06-30",
    "name": "from the page",
    "file": "loans.csv",
    "target": "bad",
    "kind": "scorecard",
    "seed": "3",
    "folds": "2",
    "purpose": "MAIN",
    "monotone": "catalogue",
    "drop": "noise, savings",
    "waivers": "late=It is known before.",
}


def ask(client, **changes):
    return client.post(f"{BASE}/ask/?product=instalment", FORM | changes)


def test_a_modeller_asks_and_lands_on_a_page_that_looks_again_by_itself(lent, as_role):
    client, modeller = as_role("modeller")
    assert "instalment" in client.get(f"{BASE}/ask/").content.decode()
    assert "loans.csv" in client.get(f"{BASE}/ask/?product=instalment").content.decode()
    page = ask(client)
    job = TrainingJob.objects.get()
    assert page["Location"] == f"{BASE}/{job.pk}/change/"
    assert (job.asked_by, job.drop, job.waivers) == (modeller, ["noise", "savings"], {"late": "It is known before."})
    assert job.statement["exit_rule"] == {"en": "exit_rule en", "zh": "exit_rule zh"}
    shown = client.get(page["Location"]).content.decode()
    assert 'http-equiv="refresh"' in shown
    assert "Waiting" in shown
    client.post(f"{BASE}/{job.pk}/cancel/")
    shown = client.get(page["Location"]).content.decode()
    assert 'http-equiv="refresh"' not in shown
    assert "Cancelled" in shown


def test_a_file_is_uploaded_by_who_may_and_within_its_limit(lent, as_role):
    client, _modeller = as_role("modeller")
    large = SimpleUploadedFile("mine.csv", b"bad,late\n" + b"1,2\n" * 1_000_000)
    assert ask(client, file="", upload=large).status_code == 302
    job = TrainingJob.objects.get()
    assert (job.file_name, len(job.upload)) == ("mine.csv", 4_000_009)
    too_large = SimpleUploadedFile("mine.csv", bytes(MOST_UPLOAD + 100_000))
    page = ask(client, file="", upload=too_large)
    assert "Choose a file or upload one" in page.content.decode()
    assert TrainingJob.objects.count() == 1


def test_a_form_from_elsewhere_is_refused_though_the_page_reads_uploads_itself(lent):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("modeller"), backend="django.contrib.auth.backends.ModelBackend")
    assert ask(client).status_code == 403
    assert not TrainingJob.objects.exists()


@pytest.mark.parametrize("role", ["maker", "checker", "auditor"])
def test_others_see_trainings_and_ask_for_none(lent, as_role, role):
    job = asked(lent)
    client, _person = as_role(role)
    assert job.name in client.get(f"{BASE}/").content.decode()
    assert client.get(f"{BASE}/{job.pk}/change/").status_code == 200
    assert ask(client).status_code == client.post(f"{BASE}/{job.pk}/cancel/").status_code == 403


def test_a_failed_training_says_why_and_a_wrong_form_what_is_wrong(lent, as_role):
    job = asked(lent)
    ended = {"state": "FAILED", "ended_at": timezone.now(), "error_code": "x"}
    TrainingJob.objects.filter(pk=job.pk).update(**ended, error_text="The target must have two values.")
    client, _modeller = as_role("modeller")
    assert "The target must have two values." in client.get(f"{BASE}/{job.pk}/change/").content.decode()
    page = ask(client, limit_zh="one\ntwo", waivers="no reason", file="").content.decode()
    for words in ("As many lines as in English.", "Each line is COLUMN=REASON.", "Choose a file or upload one"):
        assert words in page


def test_what_the_command_offers_is_offered_here_and_kept_with_the_job(lent, as_role):
    client, _modeller = as_role("modeller")
    page = client.get(f"{BASE}/ask/?product=instalment").content.decode()
    assert "None is in force" in page
    chosen = {"purpose": "THIN_FILE", "where": "purpose = car|travel", "date_column": "applied", "monotone": "auto"}
    ask(client, **chosen, is_compared="on", has_own_names="on")
    job = TrainingJob.objects.get()
    assert {name: getattr(job, name) for name in chosen} == chosen
    assert (job.is_compared, job.has_own_names, job.statement["definition"]) == (True, True, None)
    assert "Customers without credit history" in client.get(f"{BASE}/{job.pk}/change/").content.decode()
    refused = ask(client, monotone="/etc/passwd").content.decode()
    assert "/etc/passwd is not one of the available choices" in refused
    assert TrainingJob.objects.count() == 1


def test_a_target_that_follows_the_governed_definition_needs_no_words_of_its_own(lent, as_role):
    client, _modeller = as_role("modeller")
    empty = dict.fromkeys(("bad_definition_en", "bad_definition_zh", "pd_horizon_en", "pd_horizon_zh"), "")
    refused = ask(client, **empty, is_by_definition="on")
    assert not TrainingJob.objects.exists()  # none is in force, so the box says nothing
    assert "This field is required." in refused.content.decode()
    bad_definition_ensure(product=lent, maker=user(), checker=user(is_checker=True), at=timezone.now())
    assert "or let the target follow the definition" in ask(client, **empty).content.decode()
    assert "In force, number 1" in client.get(f"{BASE}/ask/?product=instalment").content.decode()
    ask(client, **empty, is_by_definition="on")
    statement = TrainingJob.objects.get().statement
    assert statement["definition"]["number"] == 1
    assert statement["bad_definition"]["en"]
    assert statement["pd_horizon_months"] == statement["definition"]["horizon_months"]


def test_the_comparison_is_drawn_with_its_intervals_and_the_better_named_first(lent, as_role):
    job = asked(lent)
    one = {"auc": 0.75, "ks": 0.4, "ece": 0.01, "brier": 0.15}
    pairs = [
        {"first": "xgboost", "second": "scorecard", "difference": -0.02, "low": -0.03, "high": -0.01},
        {"first": "xgboost", "second": "mlp", "difference": 0.001, "low": -0.004, "high": 0.006},
    ]
    compare = {
        "models": {"xgboost": one, "scorecard": one | {"auc": 0.73}, "mlp": one | {"auc": 0.751}},
        "pairs": pairs,
    }
    period = {"train_until": "2024-06-30", "test_from": "2024-07-01", "test_until": "2024-12-31", "n_test": 321,
              "bad_rate": 0.2, "auc": 0.7, "ks": 0.3, "ece": 0.02}  # fmt: skip
    figures = {"model": "xgboost", "auc": 0.75, "compare": compare, "out_of_time": {"periods": [period]}}
    TrainingJob.objects.filter(pk=job.pk).update(figures=figures)
    client, _person = as_role("auditor")
    page = client.get(f"{BASE}/{job.pk}/change/").content.decode()
    for words in ("+0.0200 (+0.0100 – +0.0300)", "not told apart", "ranks better", "2024-07-01 – 2024-12-31", "321"):
        assert words in page
    assert page.count("<circle") == 2
