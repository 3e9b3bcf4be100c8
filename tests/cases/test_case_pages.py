"""The pages of cases: the queue, one case in both languages, its buttons, the second person, the notice, the report."""

import pytest
from django.urls import reverse

from monitoring.models import EarlyWarning, ProposedMeasure, WarningCase, WarningSnooze
from monitoring.services.cases import measures as service
from monitoring.services.cases.closing import closing_hash
from tests.admin.conftest import PASSWORD
from tests.cases.factory import checker, officer, raised, scheme_live

pytestmark = pytest.mark.django_db
QUEUE = "/admin/monitoring/warningcase/"


@pytest.fixture(autouse=True)
def live(ladder, settings, monkeypatch):
    settings.IS_OTP_REQUIRED = False
    monkeypatch.setattr(service, "_grx", lambda _case, _at: 0.8)
    scheme_live()


@pytest.fixture
def case():
    return raised(4)[0]


@pytest.fixture
def at_work(client, case):
    """An officer who has taken the case."""
    person = officer()
    client.force_login(person)
    client.post(QUEUE + "next/")
    case.refresh_from_db()
    assert case.claimed_by == person
    return person


def page(case):
    return f"{QUEUE}{case.pk}/change/"


def did(client, case, operation, **fields):
    return client.post(f"{QUEUE}{case.pk}/work/", {"operation": operation, **fields}, follow=True).content.decode()


def test_an_empty_queue_says_so(client):
    client.force_login(officer())
    for shown in ("free", "mine", "second", "overdue", "snoozed", "open", "closed"):
        assert "rk-empty" in client.get(QUEUE, {"show": shown}).content.decode()
    assert "the queue is empty" in client.post(QUEUE + "next/", follow=True).content.decode()
    assert "No case has been closed as a false alarm" in client.get(QUEUE + "false-closings/").content.decode()


def test_the_queue_and_the_case_read_in_both_languages(client, case):
    client.force_login(officer())
    assert case.warning.loan.external_id in client.get(QUEUE).content.decode()
    assert "Next case" in client.get(QUEUE).content.decode()
    chinese = client.get(QUEUE, headers={"accept-language": "zh-hans"}).content.decode()
    assert "下一案件" in chinese and "预期损失" in chinese
    shown = client.get(page(case)).content.decode()
    assert "rk-trend" in shown and "first hit" in shown and "Take this case" in shown
    assert "首次命中" in client.get(page(case), headers={"accept-language": "zh-hans"}).content.decode()


@pytest.mark.parametrize(("count", "words"), [(1, "first hit"), (2, "2nd hit, merged"), (12, "12th hit"), (23, "23rd")])
def test_hits_are_told_by_their_number(client, case, count, words):
    EarlyWarning.objects.update(hit_count=count)
    client.force_login(officer())
    assert words in client.get(QUEUE).content.decode()


def test_a_measure_is_accepted_with_its_clause_and_its_notice_printed(client, case, at_work):
    freeze = ProposedMeasure.objects.get(measure="LIMIT_FREEZE")
    assert "GRx 0.80 ≥ DS 0.50: risky" in client.get(page(case)).content.decode()
    assert "name the clause" in did(client, case, "accept", measure=freeze.pk)
    did(client, case, "accept", measure=freeze.pk, clause="§ 8.2")
    freeze.refresh_from_db()
    assert (freeze.state, freeze.clause) == ("ACCEPTED", "§ 8.2")
    letter = reverse("admin:monitoring_proposedmeasure_letter", args=[freeze.pk])
    assert "关于您贷款的通知" in client.get(letter, {"language": "zh"}).content.decode()
    assert "Notice about your loan" in client.get(letter, {"language": "en"}).content.decode()


def test_a_second_person_approves_a_measure_with_their_password(client, case, at_work):
    collection = ProposedMeasure.objects.get(measure="COLLECTION")
    did(client, case, "accept", measure=collection.pk, clause="§ 9")
    address = reverse("admin:monitoring_proposedmeasure_change", args=[collection.pk])
    collection.refresh_from_db()
    word = {"content_hash": service.measure_hash(collection), "decision": "approve", "password": PASSWORD}
    assert client.post(address, word).status_code == 403
    client.force_login(_with_password(checker()))
    client.post(address, {**word, "password": "wrong"})
    assert ProposedMeasure.objects.get(pk=collection.pk).state == "WAITING"
    client.post(address, word)
    assert ProposedMeasure.objects.get(pk=collection.pk).state == "ACCEPTED"


def test_a_severe_false_alarm_is_closed_by_a_checker(client, case, at_work):
    did(client, case, "close", outcome="FALSE_ALARM", note="A mix-up of the bureau")
    case.refresh_from_db()
    assert case.state == "CLOSING"
    word = {"content_hash": closing_hash(case), "decision": "approve", "password": PASSWORD}
    assert client.post(f"{QUEUE}{case.pk}/closing/", word).status_code == 403
    client.force_login(_with_password(checker()))
    assert "Agree and close" in client.get(page(case)).content.decode()
    client.post(f"{QUEUE}{case.pk}/closing/", word)
    case.refresh_from_db()
    assert (case.state, case.closed_by) == ("CLOSED", at_work)


def test_snooze_note_and_opening_again_by_the_buttons(client, case, at_work):
    assert "Choose a later day" in did(client, case, "snooze", until="soon", reason="Salary is late")
    did(client, case, "note", note="Called twice, nobody answered")
    shown = client.get(page(case)).content.decode()
    assert "Called twice, nobody answered" in shown
    did(client, case, "close", outcome="CURED", note="All paid by now")
    assert WarningCase.objects.get().state == "CLOSED"
    did(client, case, "reopen", reason="The payment was taken back")
    assert WarningCase.objects.get().state == "OPEN"
    assert not WarningSnooze.objects.exists()


def test_the_file_of_false_closings_begins_no_formula(client, case):
    (loan,) = {case.warning.loan}
    loan.branch = "=cmd()"
    loan.save()
    person = officer()
    EarlyWarning.objects.update(level="BLUE")
    WarningCase.objects.update(level_rank=1)
    client.force_login(person)
    client.post(QUEUE + "next/")
    did(client, case, "close", outcome="FALSE_ALARM", note="A mix-up of the bureau")
    text = client.get(QUEUE + "false-closings/", {"format": "csv"}).content.decode()
    assert "'=cmd()" in text and ",=cmd()" not in text
    assert "closed as false" in client.get(QUEUE + "false-closings/").content.decode()


def test_who_only_looks_gets_no_button(client, case):
    client.force_login(checker())
    shown = client.get(page(case)).content.decode()
    assert "Take this case" not in shown and "Keep the note" not in shown
    assert client.post(f"{QUEUE}{case.pk}/work/", {"operation": "claim"}).status_code == 403
    assert client.post(QUEUE + "next/").status_code == 403


def _with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person
