"""A modeller asks for a training on a page, watches it without a script, and others only look."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from scoring.models import TrainingJob
from scoring.services.training.jobs import MOST_UPLOAD
from tests.admin.conftest import member
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
