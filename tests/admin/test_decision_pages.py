"""The pages of decisions: everything that decided, in words; personal data only on record."""

import json

import pytest

from audit.models import AuditEntry
from lending.models import Identifier
from lending.services.customers import customer_erase
from rules.models import Decision
from rules.services.bundles.loading import bundles_forget
from tests.admin.conftest import PASSWORD
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender
from tests.factories.audit import AT
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
PACKAGE = (make.DATA / "models/instalment.package").read_bytes()


@pytest.fixture
def shipped(db):
    """The shipped policy, model and catalogue of the instalment product, live, and a lender."""
    make.forget()
    make.catalogue_goes_live()
    make.model_goes_live("instalment", PACKAGE)
    make.policy_goes_live(json.loads(make.shipped("rule_sets/instalment-pre-loan.json")))
    yield Lender()
    make.forget()


def decide(lender, **variables):
    body = make.body(variables={**make.VARIABLES, **variables})
    assert lender.post(body).status_code == 201
    return Decision.objects.select_related("application__customer").latest("decided_at")


def page_of(client, decision, query=""):
    response = client.get(f"/admin/rules/decision/{decision.pk}/change/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_declined_application_is_explained_in_words(shipped, as_role):
    decision = decide(shipped, amount_minor=1_600_000)
    client, _person = as_role("auditor")
    page = page_of(client, decision)
    assert "Declined" in page
    assert "The amount is above the most we lend for this product." in page
    assert "申请金额超过本产品的最高限额。" in page
    assert "“Amount requested” is more than DEM 15,000.00 (Highest amount lent)" in page
    for seen in ("DEM 16,000.00", "&gt; DEM 15,000.00", "+DEM 1,000.00"):
        assert seen in page
    assert "Instalment as a share of disposable income" in page
    assert "unchanged" in page and "names the same hash" in page


def test_every_rule_is_there_with_its_truth(shipped, as_role):
    decision = decide(shipped)
    client, _person = as_role("auditor")
    view = client.get(f"/admin/rules/decision/{decision.pk}/change/").context["view"]
    assert len(view.rules) == len(view.bundle.program.rules)
    assert sum(view.rule_counts.values()) == len(view.rules)
    assert [row.trace.truth for row in view.rules] == sorted(
        (row.trace.truth for row in view.rules), key=["true", "unknown", "false"].index
    )


def test_tables_and_scorecards_tell_what_was_hit(shipped, as_role):
    decision = decide(shipped, savings_status="A61", other_plans="A141")
    client, _person = as_role("auditor")
    response = client.get(f"/admin/rules/decision/{decision.pk}/change/")
    view, page = response.context["view"], response.content.decode()
    (table,) = view.tables
    assert len(table["rows"]) == 1 and table["rows"][0]["is_hit"] and table["rows"][0]["cells"]
    (card,) = view.scorecards
    assert {row["label"]: (row["points"], row["lost"]) for row in card["rows"]} == {
        "Current account": ("20", ""),
        "Savings": ("0", "18"),
        "Time in employment": ("16", ""),
        "Other instalment plans": ("0", "10"),
    }
    assert card["total"] == "46"
    for words in ("Risk matrix of grade and amount", "Standing of the applicant", "46 points"):
        assert words in page
    chinese = client.get(f"/admin/rules/decision/{decision.pk}/change/", headers={"accept-language": "zh-hans"})
    assert "等级与金额的风险矩阵" in chinese.content.decode()


def test_the_legal_caps_in_force_stand_beside_the_offer(shipped, as_role):
    document = json.loads(make.shipped("rule_sets/instalment-pre-loan.json"))
    cap = {"of": "amount_minor", "maximum": 90_000, "from_date": "2020-01-01", "en": "Consumer cap", "zh": "消费贷上限"}
    past = {**cap, "en": "Earlier cap", "until_date": "2021-01-01", "maximum": 100}
    document["offer"]["caps"] = [{**found, "citation": "Credit act, section 4"} for found in (cap, past)]
    document["cases"] = []
    make.policy_goes_live(document)
    decision = decide(shipped, savings_status="A65", amount_minor=100_000)
    assert decision.outcome == "APPROVE"
    page = page_of(as_role("auditor")[0], decision)
    assert "Consumer cap" in page
    assert "at most EUR 900.00" in page
    assert "Credit act, section 4" in page
    assert "Earlier cap" not in page


def test_contributions_add_up_to_the_models_result(shipped, as_role):
    decision = decide(shipped)
    client, _person = as_role("auditor")
    view = client.get(f"/admin/rules/decision/{decision.pk}/change/").context["view"]
    model = view.bundle.model
    total = model.base + sum(model.schema.reference.contributions.values())
    total += sum(bar["contribution"] for bar in view.bars)
    assert total == pytest.approx(view.sealed.margin, abs=1e-3)
    assert max(bar["left"] + bar["width"] for bar in view.bars) <= 100


def test_reasons_come_in_the_order_of_the_bars_that_raise_the_risk_and_may_be_told(shipped, as_role):
    risky = {
        "checking_status": "A11", "duration_months": 48, "credit_history": "A30", "savings_status": "A61",
        "employment_since": "A73",
        "amount_minor": 900_000,
    }  # fmt: skip
    decision = decide(shipped, **risky)
    client, _person = as_role("auditor")
    response = client.get(f"/admin/rules/decision/{decision.pk}/change/")
    view, page = response.context["view"], response.content.decode()
    codes = view.bundle.reason_codes
    raising = [codes[bar["name"]] for bar in view.bars if bar["raises"] and bar["may_be_told"]]
    told = [codes[bar["name"]] for bar in view.bars if bar["is_cause"]]
    assert view.sealed.replacement and told
    assert told == [code for code in raising if code in told]
    assert [code for code in view.document.reasons if code in told] == told
    assert page.count("principal reason</strong>") == len(told)
    assert "tested by putting the reference applicant" in page


def test_what_could_not_be_told_is_marked(shipped, as_role):
    variables = {name: value for name, value in make.VARIABLES.items() if name != "employment_since"}
    body = make.body(variables=variables)
    assert shipped.post(body).status_code == 201
    decision = Decision.objects.latest("decided_at")
    client, _person = as_role("auditor")
    page = page_of(client, decision)
    assert "Referred because required values are missing" in page
    assert "unknown" in page


def test_an_internal_reason_is_marked_as_not_told(shipped, as_role):
    shared = {"applicant": {**make.body()["applicant"], "phone": "13900000001"}}
    for number in (901, 902):
        applicant = {**shared["applicant"], "national_id": f"11010119800101{number:04d}"}
        assert shipped.post(make.body(number, applicant=applicant)).status_code == 201
    decision = Decision.objects.latest("decided_at")
    client, _person = as_role("auditor")
    page = page_of(client, decision)
    assert "SHARED_PHONE" in page and "not told" in page and "internal only" in page
    assert "Within 7 days: an application ①; then an application ② with the same phone as ①" in page
    assert "The lender was told instead" in page


def test_it_is_read_in_chinese_too(shipped, as_role):
    decision = decide(shipped, amount_minor=1_600_000)
    client, _person = as_role("auditor")
    client.cookies["django_language"] = "zh-hans"
    page = page_of(client, decision)
    assert "「申请金额」大于 DEM 15,000.00（最高贷款金额）" in page
    assert "影响违约概率的因素" in page


def test_it_is_decided_again_on_demand(shipped, as_role):
    decision = decide(shipped)
    client, _person = as_role("auditor")
    assert "the record came out the same" in page_of(client, decision, "?replay=1")


def test_a_changed_record_is_told_on_its_page(shipped, as_role):
    decision = decide(shipped)
    with unguarded("rules_decision") as cursor:
        cursor.execute("UPDATE rules_decision SET document = document || ' '::bytea WHERE id = %s", [decision.pk])
    client, _person = as_role("auditor")
    assert "the record was changed" in page_of(client, decision)


def test_the_document_is_downloaded_byte_for_byte(shipped, as_role):
    decision = decide(shipped)
    client, _person = as_role("auditor")
    response = client.get(f"/admin/rules/decision/{decision.pk}/document/")
    assert response.content == bytes(decision.document)
    assert "attachment" in response["Content-Disposition"]


def test_an_erased_customer_leaves_the_outcome_readable(shipped, as_role):
    decision = decide(shipped, amount_minor=1_600_000)
    customer_erase(customer=decision.application.customer, at=AT, actor="system:tests")
    client, _person = as_role("auditor")
    page = page_of(client, decision)
    assert "Declined" in page and "data is erased" in page
    assert "DEM 16,000.00" not in page


def test_a_bundle_that_is_gone_leaves_the_outcome_readable(shipped, as_role):
    decision = decide(shipped)
    bundles_forget()
    with unguarded("rules_rulesetversion") as cursor:
        cursor.execute("UPDATE rules_rulesetversion SET document = '{}'")
    client, _person = as_role("auditor")
    assert "Approved" in page_of(client, decision)


class TestPersonalData:
    """Sealed on every page; one field at a time is read by those who may, with a purpose and a password."""

    def reveal(self, client, decision, password=PASSWORD, purpose="complaint"):
        identifier = Identifier.objects.get(customer=decision.application.customer, kind="name")
        data = {"identifier": identifier.pk, "purpose": purpose, "password": password}
        return client.post(f"/admin/rules/decision/{decision.pk}/reveal/", data)

    def reads(self):
        return AuditEntry.objects.filter(kind="identifier.revealed").count()

    def test_no_page_shows_it(self, shipped, as_role):
        decision = decide(shipped)
        client, _person = as_role("reviewer")
        page = page_of(client, decision)
        assert "张三" not in page and "北京市" not in page and "••••••" in page

    def test_a_reviewer_reads_one_field_on_record(self, shipped, as_role):
        decision = decide(shipped)
        client, _person = as_role("reviewer")
        response = self.reveal(client, decision)
        assert "张三" in response.content.decode() and "北京市" not in response.content.decode()
        assert "no-store" in response["Cache-Control"]
        assert self.reads() == 1

    @pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"purpose": "curiosity"}])
    def test_without_password_and_purpose_nothing_is_read(self, shipped, as_role, wrong):
        decision = decide(shipped)
        client, _person = as_role("reviewer")
        assert "张三" not in self.reveal(client, decision, **wrong).content.decode()
        assert self.reads() == 0

    @pytest.mark.parametrize("role", ["maker", "checker", "auditor"])
    def test_other_roles_may_not(self, shipped, as_role, role):
        decision = decide(shipped)
        client, _person = as_role(role)
        assert self.reveal(client, decision).status_code == 403
        assert self.reads() == 0

    def test_the_field_of_another_customer_is_not_read(self, shipped, as_role):
        other, decision = decide(shipped), decide(shipped)
        client, _person = as_role("reviewer")
        identifier = Identifier.objects.get(customer=other.application.customer, kind="name")
        data = {"identifier": identifier.pk, "purpose": "complaint", "password": PASSWORD}
        client.post(f"/admin/rules/decision/{decision.pk}/reveal/", data)
        assert self.reads() == 0


def test_the_list_filters_and_finds(shipped, as_role):
    approved, declined = decide(shipped), decide(shipped, amount_minor=1_600_000)
    client, _person = as_role("auditor")
    shown = client.get("/admin/rules/decision/?outcome__exact=DECLINE").context["cl"].result_list
    assert [decision.pk for decision in shown] == [declined.pk]
    for term in (approved.application.external_id, str(approved.pk)):
        shown = client.get("/admin/rules/decision/", {"q": term}).context["cl"].result_list
        assert [decision.pk for decision in shown] == [approved.pk]
    shown = client.get("/admin/rules/decision/", {"grade": approved.grade}).context["cl"].result_list
    assert approved.pk in [decision.pk for decision in shown]


def test_an_unknown_decision_is_not_found(live, as_role):
    client, _person = as_role("auditor")
    assert client.get("/admin/rules/decision/no-such/change/").status_code == 404
    assert client.get("/admin/rules/decision/00000000-0000-0000-0000-000000000000/change/").status_code == 404


def test_an_administrator_sees_no_decision(shipped, as_role):
    decision = decide(shipped)
    client, _person = as_role("administrator")
    for address in ("", f"{decision.pk}/change/", f"{decision.pk}/document/"):
        assert client.get(f"/admin/rules/decision/{address}").status_code == 403
