"""A loan that nobody approved is recorded, watched and said loudly; what was approved is not exceeded in silence."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from lending.models import Loan
from rules.services import loan_reports
from tests.book.test_link_to_pre_loan import _disbursement, forget, reporter, small_policy
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender

__all__ = ["forget", "reporter", "small_policy"]
pytestmark = pytest.mark.django_db
ASKED = make.VARIABLES["amount_minor"]


def told(reporter: Lender, decision: str, number: str, amount: int) -> Any:
    body = _disbursement(decision, external_id=number, amount_minor=amount, instalments=[])
    return reporter.post(body, None, path="/api/v1/loans")


def flags() -> list[tuple[str, list[str]]]:
    entries = AuditEntry.objects.filter(kind="loan.paid_out_without_approval").order_by("pk")
    return [(entry.object_id, entry.payload["reasons"]) for entry in entries]


def codes(answer: Any) -> list[str]:
    return [warning["code"] for warning in answer.json().get("warnings", [])]


def test_what_was_asked_for_bounds_the_loan_where_nothing_was_offered(reporter: Lender) -> None:
    decision = reporter.post(make.body()).json()
    assert decision.get("offer") is None
    fits, more = told(reporter, decision["id"], "T-1", ASKED), told(reporter, decision["id"], "T-2", 1)
    assert (fits.status_code, codes(fits)) == (201, [])
    assert (more.status_code, codes(more)) == (201, ["amount_above_approved"])
    loan = Loan.objects.get(external_id="T-2")
    assert flags() == [(str(loan.pk), ["amount_above_approved"])]


def test_a_unit_more_than_was_approved_is_flagged_once(reporter: Lender) -> None:
    decision = reporter.post(make.body()).json()["id"]
    answers = [told(reporter, decision, "T-1", ASKED + 1) for _ in range(2)]
    assert [(answer.status_code, codes(answer)) for answer in answers] == [
        (201, ["amount_above_approved"]),
        (200, ["amount_above_approved"]),
    ]
    assert len(flags()) == 1


def test_the_twin_that_compares_nothing_flags_nothing(reporter: Lender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loan_reports, "payout_problems", lambda *_, **__: [])
    told(reporter, reporter.post(make.body()).json()["id"], "T-1", ASKED * 1_000)
    assert flags() == []


def test_an_offer_bounds_the_loan_and_tranches_count_together(
    reporter: Lender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loan_reports, "approved_minor", lambda *_: 320_000)  # as an offer would say
    decision = reporter.post(make.body()).json()["id"]
    answers = [codes(told(reporter, decision, f"T-{number}", 160_000)) for number in range(3)]
    assert answers == [[], [], ["amount_above_approved"]]


@pytest.mark.parametrize("outcome", ["DECLINE", "REFER"])
def test_a_loan_on_no_approval_is_recorded_and_flagged(reporter: Lender, outcome: str) -> None:
    variables = {"DECLINE": {"amount_minor": 900_000}, "REFER": {"purpose": None}}[outcome]
    decision = reporter.post(make.body(variables={**make.VARIABLES, **variables})).json()
    assert decision["outcome"] == outcome
    answer = told(reporter, decision["id"], "T-1", 1_000)
    assert (answer.status_code, codes(answer)) == (201, ["decision_not_approved"])
    assert [reasons for _loan, reasons in flags()] == [["decision_not_approved"]]
    assert Loan.objects.get().opened_on < timezone.now().date() - timedelta(days=1)


def test_a_batch_names_which_of_its_loans_were_not_approved(reporter: Lender) -> None:
    decision = reporter.post(make.body()).json()["id"]
    batch = [
        _disbursement(decision, external_id=number, amount_minor=amount, instalments=[])
        for number, amount in (("T-1", ASKED), ("T-2", 5))
    ]
    answer = reporter.post(batch, None, path="/api/v1/loans").json()
    assert [len(item.get("warnings", [])) for item in answer["items"]] == [0, 1]


def test_the_log_holds_no_personal_data_of_it(reporter: Lender) -> None:
    told(reporter, reporter.post(make.body()).json()["id"], "T-1", ASKED * 2)
    (entry,) = AuditEntry.objects.filter(kind="loan.paid_out_without_approval")
    assert set(entry.payload) == {"decision", "outcome", "reasons", "amount_minor"}
