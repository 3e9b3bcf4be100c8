"""The pages of governed settings, through the client: written, put forward, decided, ended, and who may do what."""

from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import governed_kinds
from audit.models import GovernedDocument
from audit.services.governed import governed_edit, governed_end, governed_live
from tests.admin.conftest import PASSWORD, member
from tests.factories.audit import user
from tests.governed.kinds import CODE, POLICY, approved, drafted, submitted

pytestmark = pytest.mark.django_db
LIST = "/admin/audit/governeddocument/"
ADD = f"{LIST}add/?kind={CODE}"
TYPED = {
    "name": "north",
    "valid_from": "2026-11-01",
    "valid_until": "",
    "note__en": "Weak",
    "note__zh": "淡",
    "share": "25",
    "price": "4.50",
    "strength": "0.7",
    "leaf": "green",
    "cups": "2",
    "is_hot": "on",
    "picked_on": "",
    "towns": "Leeds\n\n York \n",
    "years": "2024\n2025",
    "tiers-TOTAL_FORMS": "3",
    "tiers-INITIAL_FORMS": "0",
    "tiers-0-grade": "A",
    "tiers-0-cups": "3",
    "tiers-0-strength": "0.5",
    "tiers-1-grade": "B",
    "tiers-1-cups": "1",
    "tiers-1-strength": "",
    "tiers-1-DELETE": "on",
}


def text_of(response):
    return response.content.decode()


def page_of(governed, verb="change"):
    return reverse(f"admin:audit_governeddocument_{verb}", args=[governed.pk])


def word(governed, decision="approve", **more):
    live = governed_live(governed.kind, governed.name, on=timezone.now().date())
    return {
        "content_hash": governed.content_hash,
        "live_hash": live.content_hash if live else "",
        "password": PASSWORD,
        "comment": "read",
        "decision": decision,
        **more,
    }


def test_the_empty_list_says_what_to_do(as_role):
    client, _person = as_role("maker")
    assert "No setting was written yet" in text_of(client.get(LIST))
    assert "Write the first" in text_of(client.get(LIST))
    assert "Nothing matches" in text_of(client.get(f"{LIST}?state=DRAFT"))


def test_the_list_is_filtered_by_kind_and_state(as_role):
    client, _person = as_role("reviewer")
    approved(name="north-side")
    drafted(name="south-side")
    everything = text_of(client.get(LIST))
    assert "north-side" in everything and "south-side" in everything and "in force" in everything
    drafts = text_of(client.get(f"{LIST}?state=DRAFT&kind={CODE}"))
    assert "south-side" in drafts and "north-side" not in drafts
    assert "south-side" not in text_of(client.get(f"{LIST}?kind=other"))


def test_a_form_of_every_shape_makes_a_document(as_role):
    client, person = as_role("modeller")
    assert "Tea policy" in text_of(client.get(f"{LIST}add/"))
    assert "Share of milk" in text_of(client.get(ADD))
    answer = client.post(ADD, TYPED)
    made = GovernedDocument.objects.get()
    assert answer["Location"] == page_of(made)
    assert (made.author, made.name, made.state) == (person, "north", "DRAFT")
    assert made.document == {
        "note": {"en": "Weak", "zh": "淡"},
        "share": 0.25,
        "price": 450,
        "strength": 0.7,
        "leaf": "green",
        "cups": 2,
        "is_hot": True,
        "picked_on": None,
        "towns": ["Leeds", "York"],
        "years": [2024, 2025],
        "tiers": [{"grade": "A", "cups": 3, "strength": 0.5}],
    }


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("share", "101"),
        ("price", "4.505"),
        ("price", "-1"),
        ("share", ""),
        ("leaf", "mint"),
        ("note__zh", ""),
        ("years", "2024\nlast"),
        ("tiers-0-cups", "many"),
        ("tiers-0-cups", ""),
        ("valid_until", "2026-10-01"),
    ],
)
def test_what_cannot_be_read_comes_back_with_what_was_typed(as_role, field, typed):
    client, _person = as_role("maker")
    answer = client.post(ADD, {**TYPED, field: typed})
    assert answer.status_code == 200
    assert "rk-error" in text_of(answer)
    assert "Leeds" in text_of(answer)
    assert not GovernedDocument.objects.exists()


def test_a_new_draft_starts_from_what_is_in_force(as_role):
    client, _person = as_role("maker")
    live = approved(name="north", tiers=[{"grade": "Z9", "cups": 7}])
    assert f"from={live.pk}" in text_of(client.get(ADD))
    form = text_of(client.get(f"{ADD}&from={live.pk}"))
    assert "Z9" in form and "Leeds" in form and "Started from" in form


def test_an_edit_from_an_old_page_is_refused_and_keeps_what_was_typed(as_role):
    client, person = as_role("maker")
    draft = drafted(person)
    form = {**TYPED, "expected_hash": draft.content_hash, "towns": "Hull"}
    governed_edit(
        governed=draft,
        document={**POLICY, "cups": 5},
        expected_hash=draft.content_hash,
        editor=user(),
        at=timezone.now(),
    )
    answer = client.post(page_of(draft, "edit"), form)
    assert "Somebody saved this draft after you opened it" in text_of(answer)
    assert "Hull" in text_of(answer)
    draft.refresh_from_db()
    assert draft.document["cups"] == 5
    client.post(page_of(draft, "edit"), {**form, "expected_hash": draft.content_hash})
    draft.refresh_from_db()
    assert draft.document["towns"] == ["Hull"]


def test_a_draft_is_submitted_with_a_comment_and_taken_back(as_role):
    client, person = as_role("maker")
    draft = drafted(person)
    client.post(page_of(draft, "submit"), {"comment": ""})
    draft.refresh_from_db()
    assert draft.state == "DRAFT"
    client.post(page_of(draft, "submit"), {"comment": "more milk"})
    draft.refresh_from_db()
    assert draft.state == "SUBMITTED"
    assert "more milk" in text_of(client.get(page_of(draft)))
    client.post(page_of(draft, "withdraw"))
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


def test_the_problems_of_a_draft_are_told_and_stop_it(as_role):
    client, person = as_role("maker")
    draft = drafted(person, leaf="green", share=0.9)
    assert "Milk does not go with green tea." in text_of(client.get(page_of(draft)))
    assert "Milk does not go" in text_of(client.post(page_of(draft, "submit"), {"comment": "why"}, follow=True))
    draft.refresh_from_db()
    assert draft.state == "DRAFT"


def test_the_checker_comes_from_the_desk_sees_what_changes_and_approves(as_role):
    approved(cups=4, tiers=[{"grade": "A", "cups": 1}])
    waits = submitted(cups=9, tiers=[{"grade": "B", "cups": 1}])
    client, _person = as_role("checker")
    assert page_of(waits, "decide") in text_of(client.get("/admin/audit/approval/"))
    shown = text_of(client.get(page_of(waits, "decide")))
    assert "Cups" in shown and "In force, version 1" in shown and "Black leaf" in shown
    assert "Grade: A" in shown and "Grade: B" in shown
    answer = client.post(page_of(waits, "decide"), word(waits))
    assert answer["Location"] == page_of(waits)
    assert governed_live(CODE, on=timezone.now().date()).value.cups == 9


def test_a_rejection_needs_a_comment(as_role):
    waits = submitted()
    client, _person = as_role("checker")
    assert "rk-error" in text_of(client.post(page_of(waits, "decide"), word(waits, "reject", comment="")))
    client.post(page_of(waits, "decide"), word(waits, "reject"))
    waits.refresh_from_db()
    assert waits.state == "REJECTED"


def test_neither_a_wrong_password_nor_an_old_comparison_approves(as_role):
    waits = submitted(cups=9)
    client, _person = as_role("checker")
    client.post(page_of(waits, "decide"), word(waits, password="not mine"))
    typed = word(waits)
    approved(cups=4)
    assert "Another version took force" in text_of(client.post(page_of(waits, "decide"), typed))
    waits.refresh_from_db()
    assert waits.state == "SUBMITTED"


def test_whoever_wrote_it_is_offered_no_decision_and_gets_none(as_role):
    client, person = as_role("checker")
    waits = submitted(person)
    assert "somebody else must check it" in text_of(client.get(page_of(waits, "decide")))
    assert 'name="password"' not in text_of(client.get(page_of(waits, "decide")))
    client.post(page_of(waits, "decide"), word(waits))
    waits.refresh_from_db()
    assert waits.state == "SUBMITTED"


def test_what_is_in_force_is_ended_with_a_reason(as_role):
    row = approved()
    client, _person = as_role("checker")
    assert "End before its time" in text_of(client.get(page_of(row)))
    client.post(page_of(row, "end"), {"reason": ""})
    assert governed_live(CODE, on=timezone.now().date())
    client.post(page_of(row, "end"), {"reason": "the law changed"})
    assert governed_live(CODE, on=timezone.now().date()) is None
    assert "the law changed" in text_of(client.get(page_of(row)))


def test_a_protection_offers_a_replacement_and_no_end(as_role, monkeypatch):
    kind = governed_kinds.kind_of(CODE)
    monkeypatch.setitem(governed_kinds._KINDS, CODE, replace(kind, is_protective=True))
    row = approved()
    client, _person = as_role("maker")
    shown = text_of(client.get(page_of(row)))
    assert "one person cannot end it" in shown and "End before its time" not in shown and "New draft from this" in shown
    assert "one person cannot end it" in text_of(client.post(page_of(row, "end"), {"reason": "why"}, follow=True))
    row.refresh_from_db()
    assert row.state == "APPROVED"


def test_the_history_names_each_step_and_person(as_role):
    row = approved()
    governed_end(governed=row, actor=member("checker"), at=timezone.now(), reason="over")
    client, _person = as_role("auditor")
    page = text_of(client.get(page_of(row)))
    for step in ("Setting drafted", "Setting sent for approval", "Setting approved", "Setting ended or discarded"):
        assert step in page
    assert "Checker" in page


@pytest.mark.parametrize("role", ["reviewer", "auditor", "checker"])
def test_who_only_reads_writes_nothing(as_role, role):
    client, _person = as_role(role)
    draft = drafted()
    assert client.get(page_of(draft)).status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    assert [client.post(page_of(draft, verb), {}).status_code for verb in ("edit", "submit", "withdraw", "end")] == [
        403
    ] * 4


def test_a_maker_does_not_decide_and_an_administrator_sees_nothing(as_role):
    waits = submitted()
    client, _person = as_role("maker")
    assert client.get(page_of(waits, "decide")).status_code == 403
    client, _person = as_role("administrator")
    assert client.get(LIST).status_code == client.get(page_of(waits)).status_code == 403


def test_a_document_of_a_kind_that_is_gone_is_still_shown(as_role, monkeypatch):
    row, waits = approved(), submitted(cups=8)
    monkeypatch.setattr(governed_kinds, "_KINDS", {})
    client, _person = as_role("checker")
    for shown in (LIST, page_of(row), "/admin/audit/approval/"):
        assert CODE in text_of(client.get(shown))
    assert "reads this kind of setting any more" in text_of(client.get(page_of(waits, "decide"), follow=True))
