"""A decision kept as a case of a draft: its values, what was decided, nobody's name, and a record of it."""

import json
from hashlib import sha256

import pytest
from django.test import Client

from audit.models import AuditEntry
from lending.models import Customer
from lending.services.customers import customer_erase
from rules.engine.document import document_read
from rules.models import Decision, RuleSet, RuleSetVersion
from rules.services.versions.case_keeping import DecisionCannotBeCase, MayNotKeepCase, case_keep
from rules.services.versions.evidence import version_cases_run
from rules.services.versions.life import version_draft
from scoring.services.catalogues.life import catalogue_live
from tests.factories import decisions as make
from tests.factories.audit import user
from tests.factories.versions import MAKER

KEEPER = (*MAKER, "rules.view_decision")


@pytest.fixture
def keeper(small_policy):
    return user(permissions=KEEPER, is_staff=True)


def decided(lender, amount=320_000):
    lender.post(make.body(variables={**make.VARIABLES, "amount_minor": amount}))
    return Decision.objects.latest("decided_at")


def draft(author):
    return version_draft(rule_set=RuleSet.objects.get(), author=author, at=make.now(), document=make.policy())


def test_the_case_expects_what_was_decided(lender, keeper):
    decision = decided(lender, 600_000)
    saved = case_keep(decision=decision, version=draft(keeper), editor=keeper, at=make.now())
    (case,) = document_read(saved.document).cases
    assert case.inputs["amount_minor"] == 600_000 and case.expect.outcome == "DECLINE"
    assert case.origin.startswith("decision/") and case.business_date and case.zh
    assert all(run.is_passed for run in version_cases_run(document_read(saved.document), catalogue_live()))


def test_nothing_in_it_names_anybody(lender, keeper):
    decision = decided(lender)
    saved = case_keep(decision=decision, version=draft(keeper), editor=keeper, at=make.now())
    text = json.dumps(saved.document["cases"], ensure_ascii=False)
    applicant = make.body(1)["applicant"]
    assert not [value for value in applicant.values() if str(value) in text]
    origin = saved.document["cases"][0]["origin"]
    assert len(text) < 4_000 and not any(len(word) >= 32 and word != origin for word in text.split('"'))


def test_its_origin_can_be_told_only_while_the_customers_key_exists(lender, keeper):
    """It is a hash of what the key seals, not of anything that stays readable."""
    decision = decided(lender)
    saved = case_keep(decision=decision, version=draft(keeper), editor=keeper, at=make.now())
    origin = saved.document["cases"][0]["origin"]
    stored = [str(decision.pk), decision.document_hash, bytes(decision.document).decode()]
    assert not [text for text in stored if origin.removeprefix("decision/") in text]
    assert origin not in {f"decision/{sha256(text.encode()).hexdigest()[:32]}" for text in stored}


def test_it_is_on_record(lender, keeper):
    decision = decided(lender)
    case_keep(decision=decision, version=draft(keeper), editor=keeper, at=make.now())
    entry = AuditEntry.objects.get(kind="decision.kept_as_case")
    assert entry.object_id == str(decision.pk) and entry.actor == f"user:{keeper.pk}"


def test_it_takes_both_permissions_and_is_kept_once(lender, keeper):
    decision, version = decided(lender), draft(keeper)
    with pytest.raises(MayNotKeepCase):
        case_keep(decision=decision, version=version, editor=user(permissions=MAKER), at=make.now())
    saved = case_keep(decision=decision, version=version, editor=keeper, at=make.now())
    with pytest.raises(DecisionCannotBeCase):
        case_keep(decision=decision, version=saved, editor=keeper, at=make.now())


def test_an_erased_customer_leaves_no_case(lender, keeper):
    decision = decided(lender)
    customer_erase(customer=Customer.objects.get(), at=make.now(), actor="system:tests")
    with pytest.raises(DecisionCannotBeCase):
        case_keep(decision=Decision.objects.get(pk=decision.pk), version=draft(keeper), editor=keeper, at=make.now())


def test_the_page_of_the_decision_offers_the_drafts(lender, keeper):
    decision, version = decided(lender), draft(keeper)
    browser = Client()
    browser.force_login(keeper)
    page = browser.get(f"/admin/rules/decision/{decision.pk}/change/").content.decode()
    assert "Keep as a case" in page and f'value="{version.pk}"' in page
    answer = browser.post(f"/admin/rules/decision/{decision.pk}/keep/", {"draft": version.pk})
    assert answer.status_code == 302 and "tab=cases" in answer.url
    assert len(RuleSetVersion.objects.get(pk=version.pk).document["cases"]) == 1
    other = Client()
    other.force_login(user(permissions=("rules.view_decision",), is_staff=True))
    assert "Keep as a case" not in other.get(f"/admin/rules/decision/{decision.pk}/change/").content.decode()
    assert other.post(f"/admin/rules/decision/{decision.pk}/keep/", {"draft": version.pk}).status_code == 403


def test_the_checks_tab_shows_what_cases_reach_and_adds_those_that_miss(lender, keeper):
    version = draft(keeper)
    browser = Client()
    browser.force_login(keeper)
    address = f"/admin/rules/rulesetversion/{version.pk}"
    page = browser.get(f"{address}/change/?tab=checks").content.decode()
    assert "What the cases reach" in page and "Add boundary cases" in page and "0 %" in page
    sent = {"goal": "boundary", "expected_hash": version.content_hash}
    assert browser.post(f"{address}/cases/", sent).status_code == 302
    version.refresh_from_db()
    assert len(version.document["cases"]) >= 2
    assert all(case["origin"] == "boundary" for case in version.document["cases"])
    sent = {"goal": "rule/TOO_MUCH/0/unknown", "expected_hash": version.content_hash}
    browser.post(f"{address}/cases/", sent)
    version.refresh_from_db()
    name = version.document["cases"][-1]["name"]
    assert name.startswith("Amount above the largest") and name.endswith("cannot be told")
