"""Lists and windows in a decision: found as of it, read by rules, sealed, replayed, and in reviews too."""

import json
from datetime import timedelta

import pytest

from lending.models import RiskEvent
from lending.services.customers import identifiers_add
from lending.services.list_content import end_hash
from lending.services.lists import list_entry_approve, list_entry_end
from lending.vault import blind_index, key_unwrap
from monitoring.services.portraits.reading import Extent, portrait_variables, portraits_read
from rules.models import Decision
from rules.services.decisions.document import document_open, sealed_open
from rules.services.decisions.replay import decisions_replay
from scoring.services.catalogues.life import catalogue_live
from tests.decisions.conftest import forget
from tests.factories import decisions as make
from tests.factories import monitoring as book
from tests.factories.api_fixtures import Lender
from tests.factories.decisions import now
from tests.lists.factory import catalogue, counted, effective, listed

__all__ = ["forget"]
pytestmark = pytest.mark.django_db
LISTED = {
    "code": "LISTED", "label_en": "Phone on the black list", "label_zh": "电话在黑名单",
    "when": "phone_on_black_list", "then": {"outcome": "DECLINE", "reason": "AMOUNT_ABOVE_MAXIMUM"},
    "on_unknown": "ignore",
}  # fmt: skip
BUSY = {
    "code": "BUSY", "label_en": "Phone used often", "label_zh": "电话频繁使用", "when": "phone_applications >= 2",
    "then": {"outcome": "REFER", "reason": "AMOUNT_ABOVE_MAXIMUM"}, "on_unknown": "refer",
}  # fmt: skip
OWN = (
    listed("phone_on_black_list"),
    listed("employer_on_grey_list", "GREY", "employer"),
    counted("phone_applications"),
    counted("customer_declines", "customer", "decline", missing="default", default=0),
    counted("days_since_application", "phone", aggregate="days_since_last"),
)


@pytest.fixture
def caller(db):
    make.catalogue_goes_live(catalogue(*OWN))
    policy = make.policy()
    make.policy_goes_live({**policy, "rules": [*policy["rules"], LISTED, BUSY]})
    return Lender(scopes=("decide", "read", "as_of", "dry_run"))


def body(number, phone="13811110000", **more):
    made = make.body(number, **more)
    return {**made, "applicant": {**made["applicant"], "phone": phone}}


def sealed_of(decision):
    document = document_open(bytes(decision.document))
    return sealed_open(key_unwrap(decision.application.customer.wrapped_key), document)[1]


def own(answer):
    return sealed_of(Decision.objects.get(pk=answer.json()["id"])).own


def test_an_applicant_on_the_black_list_is_declined_and_the_next_one_is_not(caller):
    effective("138 1111 0000")
    listed_one, other = caller.post(body(1)), caller.post(body(2, "13822220000"))
    assert (listed_one.json()["outcome"], other.json()["outcome"]) == ("DECLINE", "APPROVE")
    assert own(listed_one)["phone_on_black_list"] is True and own(other)["phone_on_black_list"] is False
    assert own(other)["employer_on_grey_list"] is None, "no employer was given: unknown, not no"


def test_a_proposal_does_not_count_and_an_end_takes_force_when_approved(caller):
    entry = effective("13811110000")
    assert caller.post(body(1)).json()["outcome"] == "DECLINE"
    before = now()
    maker, checker = make.staff()
    list_entry_end(entry=entry, maker=maker, at=now(), comment="Cleared")
    assert caller.post(body(2)).json()["outcome"] == "DECLINE"
    list_entry_approve(entry=entry, checker=checker, content_hash=end_hash(entry.content_hash), at=now())
    assert own(caller.post(body(3)))["phone_on_black_list"] is False
    as_before = caller.post(body(4, as_of=before.isoformat()))
    assert own(as_before)["phone_on_black_list"] is True, "as of an instant before the end, the entry counts"


@pytest.mark.parametrize(
    ("from_days", "until_days", "as_of_days", "is_on"),
    [(-9, None, -1, True), (-9, -5, -5, False), (-9, -5, -6, True), (-3, None, -3, True), (-3, None, -4, False)],
)
def test_an_entry_counts_from_its_start_to_before_its_expiry(caller, from_days, until_days, as_of_days, is_on):
    at = now().replace(microsecond=0)
    until = None if until_days is None else at + timedelta(days=until_days)
    effective("13811110000", at=at - timedelta(days=10), from_at=at + timedelta(days=from_days), until_at=until)
    asked = caller.post(body(1, as_of=(at + timedelta(days=as_of_days)).isoformat()))
    assert own(asked)["phone_on_black_list"] is is_on


def test_an_entry_does_not_count_before_it_was_approved(caller):
    at = now()
    effective("13811110000", from_at=at - timedelta(days=30))
    assert own(caller.post(body(1, as_of=(at - timedelta(days=1)).isoformat())))["phone_on_black_list"] is False


def test_applications_with_one_phone_are_counted_without_the_one_decided(caller):
    answers = [caller.post(body(number)) for number in (1, 2, 3)]
    assert [own(answer)["phone_applications"] for answer in answers] == [0, 1, 2]
    assert [answer.json()["outcome"] for answer in answers] == ["APPROVE", "APPROVE", "REFER"]
    again = caller.post(body(1, variables={**make.VARIABLES, "amount_minor": 300_000}))
    assert own(again)["phone_applications"] == 2, "its own event of before does not count against it"
    assert own(again)["days_since_application"] < 1


def test_a_missing_value_follows_the_policy_of_its_variable(caller):
    made = body(1)
    del made["applicant"]["phone"]
    answer = caller.post(made)
    assert own(answer)["phone_applications"] is None and own(answer)["customer_declines"] == 0
    assert answer.json()["outcome"] == "REFER"


def test_a_decision_with_lists_replays_and_keeps_what_it_found(caller):
    effective("13811110000")
    for number in (1, 2):
        caller.post(body(number))
    effective("13822220000")
    report = decisions_replay()
    assert (report.total, report.same) == (2, 2)


def test_a_dry_run_sees_the_lists_and_leaves_no_event(caller):
    effective("13811110000")
    asked = caller.post(body(1), key=None, path="/api/v1/decisions?dry_run=true")
    assert asked.json()["outcome"] == "DECLINE" and not RiskEvent.objects.exists()


def test_without_such_variables_nothing_new_is_sealed(db):
    make.catalogue_goes_live(catalogue())
    make.policy_goes_live()
    answer = Lender().post(body(1))
    decision = Decision.objects.get(pk=answer.json()["id"])
    document = document_open(bytes(decision.document))
    plain, _ = sealed_open(key_unwrap(decision.application.customer.wrapped_key), document)
    assert "own" not in json.loads(plain)


def test_a_new_catalogue_is_seen_by_the_very_next_decision(caller):
    caller.post(body(1))
    make.catalogue_goes_live(catalogue(*OWN, counted("phone_declines", event="decline")))
    assert own(caller.post(body(2)))["phone_declines"] == 0


def test_a_review_reads_the_same_variables_for_every_loan_at_once(db):
    make.catalogue_goes_live(catalogue(*OWN, counted("missed", "customer", "instalment_missed", 40)))
    late, fine = book.loans(book.months(2, 1), book.months(0, 0))
    identifiers_add(customer=late.customer, identifiers={"phone": "13811110000"}, at=book.AT - timedelta(days=1))
    effective("13811110000", at=book.AT - timedelta(days=2), from_at=book.AT - timedelta(days=5))
    for days in (1, 39, 41):
        RiskEvent.objects.create(
            customer=late.customer, kind="instalment_missed", event_at=book.AT - timedelta(days=days),
            known_at=book.AT - timedelta(days=days), source="test", phone_key=blind_index("phone", "13811110000").hex(),
        )  # fmt: skip
    needed = ("phone_on_black_list", "missed", "phone_applications")
    extent = Extent(product_id=late.product_id, as_of=book.AT, business_date=book.DAY)
    rows = portraits_read(extent, portrait_variables(catalogue_live(), "card", needed)).to_dicts()
    read = {row["_loan_id"]: row for row in rows}
    assert read[late.pk]["phone_on_black_list"] is True and read[fine.pk]["phone_on_black_list"] is None
    assert (read[late.pk]["missed"], read[fine.pk]["missed"]) == (2, 0)
    assert (read[late.pk]["phone_applications"], read[fine.pk]["phone_applications"]) == (0, None)
