"""The letter an applicant is owed: reasons for them alone, their rights, no identifier, in both languages."""

import json
import re

import pytest

from lending.models import Customer
from lending.services.customers import customer_erase
from rules.models import Decision
from rules.services.letters.decision import LetterNotOwed, letter_of
from tests.admin.conftest import as_role  # noqa: F401
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.reasons import made

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _decided(lender, **changes):
    body = make.body(variables={**make.VARIABLES, **changes})
    answer = lender.post(body)
    assert answer.status_code == 201, answer.content
    return Decision.objects.select_related("application__customer", "product").latest("decided_at"), body


@pytest.fixture
def small(db):
    make.catalogue_goes_live()
    make.policy_goes_live()
    return Lender()


def _read(lender, decision, language="en", **more):
    return lender.get(f"/api/v1/decisions/{decision.pk}/letter?language={language}", **more)


def test_a_decline_tells_reasons_sources_rights_and_what_would_have_been_approved(small, settings):
    settings.CREDITOR_NAME, settings.CREDITOR_CONTACT = "Example Bank", "1 Example Street, example.com"
    decision, body = _decided(small, amount_minor=777_000)
    answer = _read(small, decision)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = answer.content.decode()
    for told in (
        "Example Bank", "1 Example Street", body["external_id"], "cannot approve it",
        "The amount is above the most we lend for this product.",
        "what was stated in your application", "automated means", "Your rights", "explain this decision",
        "member of our staff reviews", "corrected", "no promise",
        "Amount requested: DEM 5,000.00 instead of DEM 7,770.00",
    ):  # fmt: skip
        assert told in page, told
    for identifier in body["applicant"].values():
        assert identifier not in page


def test_the_same_letter_is_written_in_chinese(small):
    decision, _ = _decided(small, amount_minor=777_000)
    page = _read(small, decision, "zh").content.decode()
    assert 'lang="zh-hans"' in page
    assert "申请金额超过本产品的最高限额。" in page
    for line in re.findall(r"<(?:h1|h2|li|dt)>([^<]+)<", page):
        assert CHINESE.search(line), line


def test_it_names_no_score_and_nothing_that_is_not_for_applicants(db):
    lender = made.goes_live()
    catalogue = made.CATALOGUE.reasons_by_code()
    kept_back = [reason.en for reason in catalogue.values() if reason.audience != "applicant"]
    seen = 0
    for variables in made.applications("instalment", 14):
        answer = made.asks(lender, variables)
        decision = Decision.objects.latest("decided_at")
        if answer["outcome"] == "APPROVE" and not answer["offer"]["is_counter_offer"]:
            assert _read(lender, decision).json()["code"] == "letter_not_owed"
            continue
        seen += 1
        page = _read(lender, decision).content.decode()
        assert str(answer["pd"]) not in page
        assert f">{answer['points']}<" not in page
        assert not [words for words in kept_back if words in page]
        assert 1 <= page.count("<li>", page.index("<ol>"), page.index("</ol>")) <= 4
    assert seen > 2


def test_reasons_kept_back_become_one_neutral_and_what_would_pass_is_not_told(small, monkeypatch):
    reasons = json.loads(make.shipped("catalogue.json"))
    for reason in reasons["reasons"]:
        if reason["code"] == "AMOUNT_ABOVE_MAXIMUM":
            reason["audience"] = "lender"
    make.forget()
    make.catalogue_goes_live(reasons)
    decision, _ = _decided(small, amount_minor=777_000)
    letter = letter_of(decision, "en")
    assert letter.reasons == [made.CATALOGUE.reasons_by_code()["DECLINED_AFTER_CHECKS"].en]


def test_a_referral_says_that_a_person_looks_at_it(small):
    missing = {name: value for name, value in make.VARIABLES.items() if name != "checking_status"}
    small.post(make.body(variables=missing))
    letter = letter_of(Decision.objects.latest("decided_at"), "en")
    assert (letter.kind, letter.alternatives) == ("referred", [])
    assert "A member of our staff now looks at it" in letter.html()
    assert letter.reasons == ["Information that we need for a decision is missing."]


def test_a_plain_approval_owes_none(small):
    decision, _ = _decided(small)
    with pytest.raises(LetterNotOwed):
        letter_of(decision, "en")
    answer = _read(small, decision)
    assert (answer.status_code, answer.json()["code"]) == (409, "letter_not_owed")


def test_only_the_lender_who_asked_may_read_it_and_only_in_a_language_there_is(small):
    decision, _ = _decided(small, amount_minor=777_000)
    assert _read(Lender(), decision).json()["code"] == "decision_not_found"
    for query in ("", "?language=fr", "?language=en&language=zh", "?language=en&page=2"):
        answer = small.get(f"/api/v1/decisions/{decision.pk}/letter{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_an_erased_customer_s_letter_still_says_why(small):
    _decided(small, amount_minor=777_000)
    customer_erase(customer=Customer.objects.get(), at=make.now(), actor="system:tests")
    letter = letter_of(Decision.objects.select_related("application__customer", "product").get(), "en")
    assert letter.reasons == ["The amount is above the most we lend for this product."]
    assert letter.alternatives == []


def test_staff_read_and_print_it_and_see_what_would_have_been_approved(small, as_role):  # noqa: F811
    decision, _ = _decided(small, amount_minor=777_000)
    client, _person = as_role("auditor")
    page = client.get(f"/admin/rules/decision/{decision.pk}/change/").content.decode()
    assert "Amount requested: DEM 5,000.00 instead of DEM 7,770.00" in page
    assert f"/admin/rules/decision/{decision.pk}/letter/" in page
    letter = client.get(f"/admin/rules/decision/{decision.pk}/letter/?language=zh").content.decode()
    assert "申请金额超过本产品的最高限额。" in letter
    assert "?language=en" in letter


def test_staff_see_how_the_model_s_reasons_were_proven(db, as_role):  # noqa: F811
    lender = made.goes_live()
    client, _person = as_role("auditor")
    for variables in made.applications("instalment", 40):
        if made.asks(lender, variables)["pd"] > 0.5:
            break
    decision = Decision.objects.latest("decided_at")
    page = client.get(f"/admin/rules/decision/{decision.pk}/change/").content.decode()
    assert "All of these reasons together" in page
    assert "of the gap to the reference" in page
