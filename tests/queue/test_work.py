"""Claiming, deciding and confirming: one of two wins, nobody decides above their authority, nothing is rewritten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, connections, transaction

from audit.models import AuditEntry, OutboxMessage
from audit.services.outbox import messages_deliver
from lending.services.customers import customer_erase
from rules.models import Referral, ReferralResolution, ReferralStep
from rules.services.decisions.replay import decision_replay
from rules.services.referrals import errors as refused
from rules.services.referrals import work as services
from rules.services.referrals.authorities import authority_ask, authority_decide, authority_hash
from rules.services.referrals.writing import proposal_waiting
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import user
from tests.factories.referrals import OFFERS, approval, authorised, decline, reviewer
from tests.factories.triggers import unguarded


def claimed(referral, person):
    return services.referral_claim(referral=referral, person=person, at=make.now())


def proposed(referral, person, proposal):
    return services.referral_propose(
        referral=claimed(referral, person), person=person, proposal=proposal, at=make.now()
    )


def test_of_two_who_claim_at_once_one_wins_and_the_other_hears_who(transactional_db):
    make.catalogue_goes_live()
    make.policy_goes_live(make.policy(**OFFERS))
    people = [reviewer() for _ in range(6)]
    lender, wins, losses = Lender(), 0, 0
    for _ in range(5):
        body = make.body(variables={**make.VARIABLES, "amount_minor": 350_000})
        referral = Referral.objects.get(decision=lender.post(body).json()["id"])

        def claim(person, referral=referral):
            try:
                claimed(referral, person)
            except refused.ReferralTaken as error:
                assert error.facts["by"]
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(6) as pool:
            won = list(pool.map(claim, people))
        wins, losses = wins + sum(won), losses + won.count(False)
    assert (wins, losses) == (5, 25)
    assert ReferralStep.objects.count() == 5


def test_next_gives_each_the_most_urgent_free_case(referrer):
    first, second = referrer(), referrer()
    one, two, three = reviewer(), reviewer(), reviewer()
    assert services.referral_next(person=one, at=make.now()).pk == first.pk
    assert services.referral_next(person=two, at=make.now()).pk == second.pk
    assert services.referral_next(person=three, at=make.now()) is None


def test_a_case_of_another_product_or_an_erased_customer_is_not_next(referrer):
    referral = referrer()
    assert services.referral_next(person=reviewer(), at=make.now(), product_id=make.product("card").pk) is None
    customer_erase(customer=referral.decision.application.customer, at=make.now(), actor="system:tests")
    assert services.referral_next(person=reviewer(), at=make.now()) is None
    assert not services.referrals_workable().exists()


def test_a_case_is_released_by_whom_it_is_with_and_taken_over_only_after_a_while(referrer):
    referral, one, two = referrer(), reviewer(), reviewer()
    claimed(referral, one)
    with pytest.raises(refused.ReferralNotYours):
        services.referral_release(referral=referral, person=two, at=make.now())
    with pytest.raises(refused.ReferralFresh):
        services.referral_take_over(referral=referral, person=two, at=make.now())
    late = make.now() + services.TAKE_OVER_AFTER + timedelta(minutes=1)
    assert services.referral_take_over(referral=referral, person=two, at=late).claimed_by == two
    assert services.referral_release(referral=referral, person=two, at=late).state == "OPEN"


def test_within_the_authority_one_person_decides(referrer):
    referral, person = referrer(), authorised(reviewer(), 350_000)
    done = proposed(referral, person, approval(amount_minor=350_000))
    resolution = done.resolution
    assert (done.state, resolution.outcome, resolution.amount_minor) == ("DECIDED", "APPROVE", 350_000)
    assert (resolution.annual_rate, resolution.is_counter_offer, resolution.reasons) == (0.1, False, [])
    assert (resolution.needs_second, resolution.confirmed_by) == (False, None)


@pytest.mark.parametrize("authority", [None, 349_999])
def test_above_it_a_second_person_with_enough_confirms(referrer, authority):
    referral, first = referrer(), reviewer()
    if authority:
        authorised(first, authority)
    waiting = proposed(referral, first, approval(amount_minor=350_000))
    step = proposal_waiting(waiting).pk
    assert (waiting.state, waiting.resolution) == ("PROPOSED", None)
    for person, error in (
        (first, refused.SecondIsFirst),
        (reviewer(), refused.AuthorityTooSmall),
        (authorised(reviewer(), 349_999), refused.AuthorityTooSmall),
        (user(), refused.ReferralNotPermitted),
    ):
        with pytest.raises(error):
            services.referral_confirm(referral=waiting, person=person, step=step, at=make.now())
    second = authorised(reviewer(), 350_000)
    done = services.referral_confirm(referral=waiting, person=second, step=step, at=make.now())
    assert (done.resolution.decided_by, done.resolution.confirmed_by) == (first, second)
    with pytest.raises(refused.ReferralDecided):
        services.referral_confirm(referral=waiting, person=second, step=step, at=make.now())


def test_a_returned_proposal_goes_back_and_the_old_one_cannot_be_confirmed(referrer):
    referral, first, second = referrer(), reviewer(), authorised(reviewer(), 900_000)
    waiting = proposed(referral, first, decline())
    step = proposal_waiting(waiting).pk
    with pytest.raises(refused.ProposalInvalid):
        services.referral_return(referral=waiting, person=second, step=step, note=" ", at=make.now())
    back = services.referral_return(referral=waiting, person=second, step=step, note="Ask again.", at=make.now())
    assert (back.state, back.claimed_by) == ("CLAIMED", first)
    again = services.referral_propose(referral=back, person=first, proposal=decline(), at=make.now())
    with pytest.raises(refused.ProposalChanged):
        services.referral_confirm(referral=again, person=second, step=step, at=make.now())


def test_an_authority_edited_by_sql_counts_for_nothing(referrer):
    """The twin of the approval: without it the row would be believed."""
    referral, person = referrer(), authorised(reviewer(), 100)
    with unguarded("rules_reviewauthority") as cursor:
        cursor.execute("UPDATE rules_reviewauthority SET maximum_minor = 900000")
    assert proposed(referral, person, approval()).state == "PROPOSED"


def test_nobody_approves_an_authority_of_their_own(referrer):
    person = user(is_checker=True)
    asked = authority_ask(maker=user(), user=person, product=make.product(), maximum_minor=5, at=make.now())
    with pytest.raises(refused.AuthorityForOneself):
        authority_decide(
            authority=asked, checker=person, content_hash=authority_hash(asked), is_approved=True, at=make.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE rules_reviewauthority SET maximum_minor = 10")


def test_the_outcome_joins_log_outbox_and_api_and_the_old_record_stays(referrer):
    referral, person = referrer(), authorised(reviewer(), 900_000)
    path = f"/api/v1/decisions/{referral.decision_id}"
    before, document = referrer.lender.get(path).json(), bytes(referral.decision.document)
    assert before == {**referrer.answer.json(), "resolution": None}
    done = proposed(referral, person, decline("AMOUNT_REQUESTED"))
    told = referrer.lender.get(path).json()
    resolution = told.pop("resolution")
    assert told == referrer.answer.json()
    assert (resolution["outcome"], resolution["offer"]) == ("DECLINE", None)
    assert [reason["code"] for reason in resolution["reasons"]] == ["AMOUNT_REQUESTED"]
    entry = AuditEntry.objects.get(kind="decision.resolved")
    assert (entry.object_id, entry.payload["resolution_hash"]) == (
        str(referral.decision_id), done.resolution.content_hash,
    )  # fmt: skip
    message = OutboxMessage.objects.get(topic="decision.resolved")
    assert (message.key, message.payload["outcome"]) == (str(referral.decision.application_id), "DECLINE")
    messages_deliver(at=make.now())
    message.refresh_from_db()
    assert message.delivered_at is not None
    referral.decision.refresh_from_db()
    assert bytes(referral.decision.document) == document
    assert decision_replay(referral.decision) == ("same", "")


def test_what_people_wrote_is_nowhere_in_clear_and_goes_with_the_customer(referrer):
    referral, person = referrer(), authorised(reviewer(), 900_000)
    proposed(referral, person, decline(note="张三 came to the counter with payslips."))
    for table in ("rules_referralresolution", "rules_referralstep", "audit_auditentry", "audit_outboxmessage"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} t")
            held = cursor.fetchone()[0]
        assert "张三" not in held and "张三".encode().hex() not in held


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rules_referralresolution SET outcome = 'APPROVE'",
        "DELETE FROM rules_referralresolution",
        "DELETE FROM rules_referralstep",
        "UPDATE rules_referral SET state = 'OPEN', claimed_by_id = NULL, claimed_at = NULL, resolution_id = NULL",
    ],
)
def test_what_is_decided_is_never_rewritten(referrer, change):
    proposed(referrer(), authorised(reviewer(), 900_000), decline())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    "broken",
    [
        {"needs_second": True},
        {"needs_second": True, "confirmed_by": "first"},
        {"outcome": "DECLINE"},
        {"amount_minor": 0, "annual_rate": 0.1, "term_months": 12},
        {"amount_minor": 100},
        {"is_counter_offer": True, "amount_minor": 100, "annual_rate": 0.1, "term_months": 12},
    ],
)
def test_the_database_refuses_a_resolution_that_does_not_hold(referrer, broken):
    referral, first = referrer(), reviewer()
    fields = {key: first if value == "first" else value for key, value in broken.items()}
    values = {
        "decision": referral.decision, "outcome": "APPROVE", "note": b"", "needs_second": False, "decided_by": first,
        "proposed_at": make.now(), "resolved_at": make.now(), "content_hash": "0" * 64, **fields,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralResolution.objects.create(**values)


def test_nobody_approves_the_authority_of_a_role_they_hold(offers_live):
    role = Group.objects.create(name="senior reviewers")
    asked = authority_ask(maker=user(), group=role, product=make.product(), maximum_minor=900_000, at=make.now())
    member, other = user(is_checker=True), user(is_checker=True)
    member.groups.add(role)
    decided = {"authority": asked, "content_hash": authority_hash(asked), "is_approved": True, "at": make.now()}
    with pytest.raises(refused.AuthorityForOneself):
        authority_decide(checker=member, **decided)
    assert authority_decide(checker=other, **decided).approval is not None
