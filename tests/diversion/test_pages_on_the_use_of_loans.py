"""The pages: a finding in a sentence, its picture, decisions and what stays sealed."""

import re

import pytest
from django.test import Client

from audit.models import AuditEntry
from monitoring.models import DiversionFinding
from monitoring.services.diversion.decisions import proposal_waiting
from monitoring.services.diversion.findings import diversion_trace
from tests.diversion.diversion_book import NOW, diverted, officer, policy_goes_live
from tests.diversion.waiting_decision import waiting
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
PAGE = "/admin/monitoring/diversionfinding/"
PASSWORD = "correct horse battery"


@pytest.fixture
def finding(settings) -> DiversionFinding:
    settings.IS_OTP_REQUIRED = False
    policy_goes_live()
    found = diversion_trace(loan_id=diverted().pk, at=NOW)
    assert found is not None
    return found


def browser(*permissions: str) -> Client:
    wanted = ("monitoring.view_diversionfinding", *permissions)
    person = user(permissions=wanted, is_staff=True)
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, finding: DiversionFinding) -> str:
    answer = client.get(f"{PAGE}{finding.pk}/change/")
    assert answer.status_code == 200
    return answer.content.decode()


def decided_on_the_page(checker: Client, finding: DiversionFinding) -> DiversionFinding:
    proposal = proposal_waiting(finding)
    assert proposal is not None
    given = {"decision": "approve", "password": PASSWORD, "content_hash": proposal.approval.content_hash}
    checker.post(f"{PAGE}{finding.pk}/change/", given)
    return DiversionFinding.objects.get(follows=finding)


def test_a_finding_is_told_in_a_sentence_and_drawn(finding: DiversionFinding) -> None:
    shown = page(browser(), finding)
    assert "60% of the money (6,000.00 CNY) seems to have gone to Securities; declared: Education." in shown
    assert len(re.findall('class="dv-ribbon', shown)) == 5
    assert "style=" not in shown.partition('<svg class="dv-flow"')[2].partition("</svg>")[0]
    assert "Propose to confirm" not in shown
    assert "中信" not in shown


def test_the_list_shows_the_last_finding_of_each_loan_with_filters(finding: DiversionFinding) -> None:
    client = browser()
    for query in ("", "?which=all", "?state__exact=SUSPECTED"):
        assert finding.loan.external_id in client.get(PAGE + query).content.decode()
    assert finding.loan.external_id not in client.get(f"{PAGE}?state__exact=CONFIRMED").content.decode()


def test_an_officer_confirms_and_lifts_on_the_page(finding: DiversionFinding) -> None:
    client, checker = browser("monitoring.decide_diversion"), browser("audit.check_approval")
    assert "Propose to confirm diversion" in page(client, finding)
    note = "The broker's statement shows it."
    client.post(f"{PAGE}{finding.pk}/change/", {"decision": "confirm", "note": note})
    assert not DiversionFinding.objects.filter(follows=finding).exists()
    assert "somebody else decides" in page(client, finding)
    assert note in page(checker, finding).replace("&#x27;", "'")
    confirmed = decided_on_the_page(checker, finding)
    shown = page(client, confirmed)
    assert "that this is diversion: 60%" in shown
    assert note in shown.replace("&#x27;", "'")
    assert "This is not the last finding" in page(client, finding)
    client.post(f"{PAGE}{confirmed.pk}/change/", {"decision": "unconfirm", "note": "It was their own money."})
    assert decided_on_the_page(checker, confirmed).state == "CONSISTENT"


def test_an_officer_lifts_a_suspicion_alone_and_takes_a_proposal_back(finding: DiversionFinding) -> None:
    client = browser("monitoring.decide_diversion")
    client.post(f"{PAGE}{finding.pk}/change/", {"decision": "confirm", "note": "The broker's statement shows it."})
    assert "Lift the suspicion" not in page(client, finding)
    client.post(f"{PAGE}{finding.pk}/change/", {"decision": "withdraw"})
    client.post(f"{PAGE}{finding.pk}/change/", {"decision": "lift", "note": "It was their own money."})
    assert DiversionFinding.objects.get(follows=finding).state == "CONSISTENT"


def test_a_checker_with_a_wrong_password_or_who_rejects_without_a_word_decides_nothing(
    finding: DiversionFinding,
) -> None:
    request = waiting(finding, officer())
    checker = browser("audit.check_approval")
    for given in ({"decision": "approve", "password": "no"}, {"decision": "reject", "password": PASSWORD}):
        checker.post(f"{PAGE}{finding.pk}/change/", {"content_hash": request.content_hash, **given})
        assert not DiversionFinding.objects.filter(follows=finding).exists()
        assert "Waiting for a second person" in page(checker, finding)


def test_who_may_not_decide_is_refused(finding: DiversionFinding) -> None:
    answer = browser().post(f"{PAGE}{finding.pk}/change/", {"decision": "confirm", "note": "a long enough note"})
    assert answer.status_code == 403
    assert DiversionFinding.objects.count() == 1


def test_the_other_party_is_shown_once_for_a_purpose_with_the_password_and_on_record(
    finding: DiversionFinding,
) -> None:
    client = browser("audit.reveal_personal_data")
    line = finding.path["flows"][-1][0]
    asked = {"line": line, "purpose": "fraud_check", "password": PASSWORD}
    wrong = client.post(f"{PAGE}{finding.pk}/reveal/", asked | {"password": "no"}).content.decode()
    assert "中信" not in wrong
    shown = client.post(f"{PAGE}{finding.pk}/reveal/", asked).content.decode()
    assert "中信证券股份有限公司" in shown
    assert "name: 证券" in shown
    entry = AuditEntry.objects.get(kind="transaction.revealed")
    assert entry.payload["purpose"] == "fraud_check"
    assert "中信" not in page(client, finding)
    assert client.get(f"{PAGE}{finding.pk}/reveal/").status_code == 403


def test_a_line_of_somebody_else_is_not_revealed_here(finding: DiversionFinding) -> None:
    policy_line = {"line": "999999", "purpose": "fraud_check", "password": PASSWORD}
    answer = browser("audit.reveal_personal_data").post(f"{PAGE}{finding.pk}/reveal/", policy_line)
    assert answer.status_code == 404
