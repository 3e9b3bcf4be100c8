"""From a decision to a loan, its review, and the next application of the same person: one road, end to end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from lending.models import CustomerStanding, Loan, RiskEvent
from monitoring.services.reviews import review_run
from rules.models import Decision, RuleSet
from rules.services.bundles.loading import bundles_forget
from rules.services.decisions.reading import decision_record
from rules.services.versions.life import version_approve, version_draft, version_submit
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender, forget, small_policy

__all__ = ["forget", "small_policy"]
pytestmark = pytest.mark.django_db

LATE = {
    "code": "LATE", "label_en": "Late", "label_zh": "逾期", "when": "dpd >= 30",
    "then": {"outcome": "ORANGE", "reason": "EW_TWO_MONTHS_LATE"}, "on_unknown": "ignore",
}  # fmt: skip
REFUSE = {
    "code": "OWN_LATE", "label_en": "Late here", "label_zh": "本机构逾期", "when": "own_dpd >= 30",
    "then": {"outcome": "DECLINE", "reason": "AMOUNT_ABOVE_MAXIMUM"}, "on_unknown": "ignore",
}  # fmt: skip


@pytest.fixture
def reporter(small_policy: None) -> Lender:
    return Lender(scopes=("decide", "read", "report"))


def _disbursement(decision: str, **changes: Any) -> dict[str, Any]:
    opened = timezone.now().date() - timedelta(days=100)
    return {
        "decision_id": decision,
        "external_id": "L-1",
        "amount_minor": 320_000,
        "opened_on": opened.isoformat(),
        "known_at": datetime.combine(opened, datetime.min.time(), UTC).isoformat(),
        "purpose": "education",
        "annual_rate": 0.12,
        "term_months": 2,
        "instalments": [
            {"due_on": (opened + timedelta(days=days)).isoformat(), "principal_minor": 160_000} for days in (30, 60)
        ],
        **changes,
    }


def _post_loan_goes_live() -> None:
    maker, checker = make.staff()
    rule_set = RuleSet.objects.create(
        product=make.product(), stage="POST_LOAN", code="instalment-watch", name_en="Watch", name_zh="贷后"
    )
    document = {**make.policy(rules=[LATE], parameters=None), "stage": "POST_LOAN", "default_outcome": "NONE"}
    at = timezone.now()
    version = version_draft(rule_set=rule_set, author=maker, at=at, document=document)
    version_submit(version=version, maker=maker, at=at)
    version_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)
    bundles_forget()


def test_a_late_loan_is_known_when_its_customer_applies_again(reporter: Lender) -> None:
    asked = make.body()
    approved = reporter.post(asked).json()
    assert approved["outcome"] == "APPROVE"
    paid_out = reporter.post(_disbursement(approved["id"]), None, path="/api/v1/loans")
    assert (paid_out.status_code, paid_out.json()) == (201, {"external_id": "L-1", "state": "new"})
    loan = Loan.objects.get()
    assert (loan.customer, loan.purpose) == (Decision.objects.get().application.customer, "education")
    assert RiskEvent.objects.filter(loan=loan, kind="disbursement").count() == 1

    part = {"loan": {"product": "instalment", "external_id": "L-1"}, "external_id": "P-1", "amount_minor": 160_000}
    paid_on = (loan.opened_on + timedelta(days=30)).isoformat()
    part |= {"paid_on": paid_on, "known_at": f"{paid_on}T12:00:00Z"}
    assert reporter.post(part, None, path="/api/v1/repayments").status_code == 201

    _post_loan_goes_live()
    review_run(product=make.product(), day=date.today() - timedelta(days=1))  # noqa: DTZ011
    standing = CustomerStanding.objects.get(customer=loan.customer)
    assert (standing.warning_level, standing.open_warnings, standing.dpd) == ("ORANGE", 1, 39)

    make.policy_goes_live(make.policy(rules=[REFUSE, *make.SMALL_POLICY["rules"]]))
    bundles_forget()
    again = reporter.post({**asked, "external_id": "A-again"}).json()
    stranger = reporter.post(make.body()).json()
    assert (again["outcome"], stranger["outcome"]) == ("DECLINE", "APPROVE")
    sealed = decision_record(Decision.objects.get(pk=again["id"])).sealed
    assert sealed is not None and sealed.standing is not None
    assert sealed.standing["dpd"] == 39
    assert sealed.standing["warning_level"] == "ORANGE"


def test_a_disbursement_told_twice_is_one_loan(reporter: Lender) -> None:
    told = _disbursement(reporter.post(make.body()).json()["id"])
    answers = [reporter.post(told, None, path="/api/v1/loans").status_code for _ in range(2)]
    changed = reporter.post({**told, "amount_minor": 1}, None, path="/api/v1/loans")
    assert (answers, changed.status_code, Loan.objects.count()) == ([201, 200], 409, 1)


def test_nobody_can_take_the_number_of_the_event_of_a_loan(reporter: Lender) -> None:
    asked = make.body()
    decision = reporter.post(asked).json()["id"]
    reporter.post(
        _disbursement(decision, external_id="T-1", amount_minor=1_000, instalments=[]), None, path="/api/v1/loans"
    )
    following = Loan.objects.get().pk + 1
    taken = {"external_id": f"disbursement/{following}", "kind": "contact_lost", "event_at": "2026-01-01T00:00:00Z"}
    taken["customer"] = {"application": asked["external_id"]}
    answer = reporter.post(taken, None, path="/api/v1/events")
    assert answer.status_code == 201, answer.json()
    reporter.post(
        _disbursement(decision, external_id="T-2", amount_minor=1_000, instalments=[]), None, path="/api/v1/loans"
    )
    assert RiskEvent.objects.filter(loan=following, kind="disbursement").count() == 1


def test_what_is_wrong_with_a_report_is_refused_item_by_item(reporter: Lender) -> None:
    other = Lender(scopes=("report",))
    approved = reporter.post(make.body()).json()
    batch = [
        _disbursement(approved["id"], region="nowhere", external_id="L-2"),
        _disbursement("3f1c7a52-8a54-4f0b-9a53-1c2b3d4e5f60", external_id="L-3"),
        _disbursement(approved["id"], external_id="L-4", opened_on="2020-01-01", instalments=[{"due_on": 3}]),
        _disbursement(approved["id"], external_id="L-5"),
    ]
    answer = reporter.post(batch, None, path="/api/v1/loans")
    problems = [[problem["code"] for problem in item.get("problems", [])] for item in answer.json()["items"]]
    assert answer.status_code == 207
    assert problems == [
        ["region_unknown"],
        ["decision_not_found"],
        ["wrong_type", "missing"],
        [],
    ]
    theirs = other.post(_disbursement(approved["id"], external_id="L-6"), None, path="/api/v1/loans")
    assert theirs.json()["problems"][0]["code"] == "decision_not_found"
    assert list(Loan.objects.values_list("external_id", flat=True)) == ["L-5"]
