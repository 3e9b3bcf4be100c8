"""The life of a governed document through its services: four eyes, frozen content, conflicts, its end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit import governed_kinds
from audit.governed_kinds import Kind, KindAlreadyRegistered, kind_register
from audit.models import Approval, AuditEntry, GovernedDocument
from audit.services import approvals, governed
from audit.services.approvals import NotTheMakerError, SamePersonError, StaleApprovalError
from audit.services.governed import (
    governed_approve,
    governed_draft,
    governed_edit,
    governed_end,
    governed_live,
    governed_lives,
    governed_reject,
    governed_submit,
    governed_was_written_by,
    governed_withdraw,
)
from audit.services.governed_errors import (
    GovernedChanged,
    GovernedEnded,
    GovernedFrozen,
    GovernedInvalid,
    GovernedKindUnknown,
    GovernedLiveChanged,
    GovernedNotSubmitted,
    GovernedProtective,
    GovernedUnchanged,
    WriterMayNotCheckGoverned,
)
from tests.factories.audit import user
from tests.governed.kinds import AT, CODE, POLICY, TODAY, TeaPolicy, approved, drafted, submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def approve(waits, checker, **more):
    return governed_approve(governed=waits, checker=checker, content_hash=waits.content_hash, at=AT, **more)


def test_what_a_second_person_approved_is_read_as_its_struct():
    row = approved()
    live = governed_live(CODE, on=TODAY)
    assert live.value == TeaPolicy(**{**POLICY, "note": live.value.note})
    assert (live.id, live.content_hash, live.valid_from, live.valid_until) == (row.pk, row.content_hash, TODAY, None)
    assert governed_lives(CODE, TODAY) == {"": live}


def test_nothing_is_in_force_before_a_second_person_approved_it():
    submitted()
    drafted()
    assert governed_live(CODE, on=TODAY) is None


@pytest.mark.parametrize("role", ["author", "editor", "submitter"])
def test_whoever_wrote_any_of_it_never_checks_it(role):
    author, editor, submitter = (user(is_checker=True) for _ in range(3))
    draft = drafted(author)
    draft = governed_edit(
        governed=draft, document={**POLICY, "cups": 4}, expected_hash=draft.content_hash, editor=editor, at=AT
    )
    waits = governed_submit(governed=draft, maker=submitter, at=AT)
    person = {"author": author, "editor": editor, "submitter": submitter}[role]
    assert governed_was_written_by(waits, person)
    for act in (governed_approve, governed_reject):
        with pytest.raises(WriterMayNotCheckGoverned):
            act(governed=waits, checker=person, content_hash=waits.content_hash, at=AT)
    assert GovernedDocument.objects.get(pk=waits.pk).state == "SUBMITTED"


def test_a_second_account_of_the_author_is_the_author():
    author, second = user(), user(is_checker=True)
    waits = submitted(author)
    second.person_id = author.person_id  # the database lets no such row be written: see the accounts' own tests
    with pytest.raises(WriterMayNotCheckGoverned):
        approve(waits, second)


def test_who_submitted_earlier_and_withdrew_is_remembered():
    first = user(is_checker=True)
    waits = governed_submit(governed=drafted(), maker=first, at=AT)
    again = governed_submit(
        governed=governed_withdraw(governed=waits, maker=first, at=AT), maker=user(), at=AT, comment="again"
    )
    with pytest.raises(WriterMayNotCheckGoverned):
        approve(again, first)


def test_without_the_guard_the_mechanism_below_still_refuses(monkeypatch):
    """The twin: the check of writers gone, approvals refuse the maker, and the database the author."""
    monkeypatch.setattr(governed, "governed_was_written_by", lambda *_: False)
    author = user(is_checker=True)
    with pytest.raises(SamePersonError):
        approve(submitted(author), author)
    monkeypatch.setattr(approvals, "_refuse_checker", lambda *_: None)
    waits = governed_submit(governed=drafted(author), maker=user(), at=AT)
    with pytest.raises(Exception, match="nobody else approved exactly this content"):
        approve(waits, author)


def test_an_account_without_the_permission_does_not_check():
    with pytest.raises(approvals.NotACheckerError):
        approve(submitted(), user())


def test_what_was_submitted_is_not_edited():
    waits = submitted()
    with pytest.raises(GovernedFrozen):
        governed_edit(
            governed=waits, document=POLICY, expected_hash=waits.content_hash, editor=user(), at=AT, valid_from=TODAY
        )
    with pytest.raises(GovernedFrozen):
        governed_submit(governed=waits, maker=user(), at=AT)


def test_an_edit_from_an_old_page_is_refused_and_writes_nothing():
    draft = drafted()
    seen = draft.content_hash
    now = governed_edit(governed=draft, document={**POLICY, "cups": 5}, expected_hash=seen, editor=user(), at=AT)
    with pytest.raises(GovernedChanged):
        governed_edit(governed=draft, document={**POLICY, "cups": 6}, expected_hash=seen, editor=user(), at=AT)
    assert GovernedDocument.objects.get(pk=draft.pk).content_hash == now.content_hash != seen


def test_an_edit_keeps_the_validity_it_does_not_name():
    draft = drafted(valid_until=date(2027, 1, 31))
    edited = governed_edit(governed=draft, document=POLICY, expected_hash=draft.content_hash, editor=user(), at=AT)
    assert (edited.valid_from, edited.valid_until) == (TODAY, date(2027, 1, 31))
    endless = governed_edit(
        governed=edited, document=POLICY, expected_hash=edited.content_hash, editor=user(), at=AT, valid_until=None
    )
    assert endless.valid_until is None
    assert endless.content_hash != edited.content_hash


def test_the_checker_approves_what_they_saw():
    waits = submitted()
    with pytest.raises(StaleApprovalError):
        governed_approve(governed=waits, checker=user(is_checker=True), content_hash="0" * 64, at=AT)


def test_the_checker_compares_with_what_is_in_force_now():
    first = submitted(cups=4)
    approved(cups=5)
    with pytest.raises(GovernedLiveChanged):
        approve(first, user(is_checker=True), live_hash="")
    assert approve(first, user(is_checker=True), live_hash=governed_live(CODE, on=TODAY).content_hash)


@pytest.mark.parametrize(
    "document",
    [
        {**POLICY, "share": 1.5},
        {**POLICY, "leaf": "mint"},
        {**POLICY, "cups": "three"},
        {**POLICY, "sugar": 1},
        {"cups": 3},
    ],
)
def test_a_document_that_is_not_of_its_kind_is_refused(document):
    with pytest.raises(GovernedInvalid):
        governed_draft(kind=CODE, name="", document=document, author=user(), at=AT, valid_from=TODAY)


def test_a_kind_nobody_registered_and_a_validity_that_ends_first_are_refused():
    with pytest.raises(GovernedKindUnknown):
        governed_draft(kind="none", name="", document={}, author=user(), at=AT, valid_from=TODAY)
    with pytest.raises(GovernedInvalid):
        drafted(valid_until=TODAY - DAY)


def test_a_draft_may_have_problems_and_goes_no_further():
    author = user()
    with pytest.raises(GovernedInvalid) as refused:
        governed_submit(governed=drafted(author, leaf="green", share=0.6), maker=author, at=AT)
    assert refused.value.facts["problems"] == ["Milk does not go with green tea."]


def test_saying_again_what_is_in_force_is_nothing_to_approve():
    approved()
    with pytest.raises(GovernedUnchanged):
        submitted()


def test_only_the_maker_withdraws_and_the_draft_is_edited_again():
    maker = user()
    waits = submitted(maker)
    with pytest.raises(NotTheMakerError):
        governed_withdraw(governed=waits, maker=user(), at=AT)
    draft = governed_withdraw(governed=waits, maker=maker, at=AT)
    assert draft.state == "DRAFT"
    assert Approval.objects.get().state == "VOID"
    with pytest.raises(GovernedNotSubmitted):
        approve(draft, user(is_checker=True))


def test_what_was_rejected_stays_and_a_new_version_follows():
    waits = submitted()
    done = governed_reject(
        governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=AT, comment="no"
    )
    assert (done.state, governed_live(CODE, on=TODAY)) == ("REJECTED", None)
    assert drafted().number == done.number + 1


def test_an_end_needs_a_reason_and_happens_once():
    row = approved()
    with pytest.raises(GovernedInvalid):
        governed_end(governed=row, actor=user(), at=AT, reason=" ")
    governed_end(governed=row, actor=user(), at=AT, reason="wrong")
    with pytest.raises(GovernedEnded):
        governed_end(governed=row, actor=user(), at=AT, reason="again")


def protect(monkeypatch):
    kind = governed_kinds.kind_of(CODE)
    monkeypatch.setitem(governed_kinds._KINDS, CODE, replace(kind, is_protective=True))


def test_one_person_ends_no_protection_that_two_approved(monkeypatch):
    protect(monkeypatch)
    row = approved(cups=4)
    for person in (row.author, user(is_checker=True)):
        with pytest.raises(GovernedProtective):
            governed_end(governed=row, actor=person, at=AT, reason="in the way")
    assert governed_live(CODE, on=TODAY).id == row.pk
    assert governed_end(governed=drafted(), actor=row.author, at=AT, reason="a draft protects nobody").ended_at
    assert approved(cups=5, at=AT + DAY).pk == governed_live(CODE, on=TODAY).id


def test_every_step_is_in_the_log():
    row = approved()
    governed_end(governed=row, actor=user(), at=AT, reason="over")
    kinds = AuditEntry.objects.filter(object_type="governed_document", object_id=str(row.pk)).order_by("id")
    assert [entry.kind for entry in kinds if entry.kind.startswith("governed.")] == [
        "governed.drafted",
        "governed.submitted",
        "governed.approved",
        "governed.ended",
    ]


def test_a_kind_is_registered_once():
    with pytest.raises(KindAlreadyRegistered):
        kind_register(Kind(CODE, TeaPolicy, title="Another"))


@pytest.mark.parametrize(
    "change", [{"cups": 10**400}, {"years": [2**53]}, {"tiers": [{"grade": "A", "cups": -(10**30)}]}]
)
def test_a_number_that_json_does_not_hold_exactly_is_refused(change):
    with pytest.raises(GovernedInvalid):
        drafted(**change)
