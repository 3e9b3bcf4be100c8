"""The demo is loaded once, and whoever loads it again loses nothing."""

import json
import stat
from datetime import UTC, datetime

import pytest

from audit.models import ApiKey, Approval, User
from audit.services.api_keys import secret_hash
from lending.models import Loan, LoanMonth, Product, RiskEvent
from monitoring.models import CategoryUpgrade, HealthRecipient
from monitoring.services.health.recipients import is_recipient
from monitoring.services.regions.placements import placement_of
from monitoring.services.regions.policies import region_policy_live, region_policy_of
from riskengine.demo.applicants import COUNT, application_bodies
from riskengine.demo.cured_loans import NUMBERS as CURED
from riskengine.demo.events import STORIES
from riskengine.demo.frames import shipped_frame
from riskengine.demo.load import demo_load
from riskengine.demo.people import STAFF, credentials_ensure, staff_ensure
from riskengine.roles import roles_ensure
from rules.models import Decision

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TODAY = datetime.now(UTC).date()


@pytest.mark.parametrize(("product", "rows", "bad"), [("instalment", 1_000, 300), ("card", 21_095, 4_644)])
def test_the_shipped_data_come_under_their_catalogued_names(product, rows, bad):
    frame = shipped_frame(product)
    assert len(frame) == rows and frame["bad"].sum() == bad
    assert "amount_minor" in frame.columns or "bill_m5_minor" in frame.columns


def test_the_demo_applications_are_real_cases_of_made_up_people():
    bodies = application_bodies()
    assert len(bodies) == COUNT and bodies == application_bodies()
    assert len({body["applicant"]["national_id"] for body in bodies}) == COUNT
    assert bodies[3]["applicant"]["phone"] == bodies[4]["applicant"]["phone"]
    amounts = {body["variables"]["amount_minor"] for body in bodies}
    assert amounts <= set(shipped_frame("instalment")["amount_minor"])


@pytest.mark.django_db
def test_every_role_has_its_permissions_and_no_role_writes_and_checks():
    groups = roles_ensure()
    held = {
        role: set(group.permissions.values_list("content_type__app_label", "codename"))
        for role, group in groups.items()
    }
    writes = {role for role, codes in held.items() if ("rules", "change_rulesetversion") in codes}
    checks = {role for role, codes in held.items() if ("audit", "check_approval") in codes}
    assert writes == {"maker"} and checks == {"checker"}
    assert all(codename.startswith("view_") for _, codename in held["auditor"])
    assert {name.rpartition("_")[2] for app, name in held["administrator"] if app == "rules"} == {"reviewauthority"}


@pytest.mark.django_db
def test_credentials_are_generated_private_and_stay_when_asked_for_again(tmp_path):
    path = tmp_path / "var" / "demo.json"
    staff_ensure()
    first = credentials_ensure(path=path, at=NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(first) == {"base_url", "api_key", "auditor_api_key", "users", "recipients"}
    assert set(first["users"]) == set(STAFF)
    for role, login in first["users"].items():
        assert User.objects.get(username=login["username"]).check_password(login["password"]), role
    staff_ensure()
    assert credentials_ensure(path=path, at=NOW) == first == json.loads(path.read_text())


@pytest.mark.django_db
def test_lost_credentials_are_replaced(tmp_path):
    path = tmp_path / "demo.json"
    staff_ensure()
    first = credentials_ensure(path=path, at=NOW)
    path.unlink()
    second = credentials_ensure(path=path, at=NOW)
    assert second["api_key"] != first["api_key"] and second["users"] != first["users"]
    assert User.objects.get(username="maker").check_password(second["users"]["maker"]["password"])


@pytest.mark.django_db
def test_the_demo_key_decides_without_a_limit_and_the_auditors_key_looks_back(tmp_path):
    staff_ensure()
    credentials = credentials_ensure(path=tmp_path / "demo.json", at=NOW)
    keys = {}
    for entry in ("api_key", "auditor_api_key"):
        prefix, _, secret = credentials[entry].partition(".")
        keys[entry] = ApiKey.objects.get(prefix=prefix)
        assert bytes(keys[entry].secret_hash) == secret_hash(secret)
    assert keys["api_key"].rate_limit_per_second == 0
    assert set(keys["api_key"].scopes) == {"decide", "read", "report"}
    assert {"as_of", "dry_run"} <= set(keys["auditor_api_key"].scopes)


@pytest.mark.django_db
def test_a_load_cut_short_goes_on_and_the_whole_is_live_after_four_eyes_and_loaded_once(tmp_path):
    path = tmp_path / "demo.json"
    steps = demo_load(credentials=path, at=datetime.now(UTC))
    for name, _ in steps:
        if name == "rule set instalment-pre-loan":
            break
    steps.close()
    assert not path.exists()

    rest = dict(demo_load(credentials=path, at=datetime.now(UTC)))
    assert rest["catalogue"] is False and rest["rule set card-pre-loan"] is True
    assert rest["card accounts"] == Loan.objects.filter(product__code="card").count() == 21_095
    assert LoanMonth.objects.filter(loan__product__code="card").count() == 6 * 21_095
    assert rest["example decisions"] == COUNT
    assert rest["drift reports of the card book"] == 2

    approvals = Approval.objects.filter(state=Approval.State.APPROVED)
    # The catalogue, the models, the rule sets, the review authorities, the entries of lists; governed documents beside.
    assert approvals.exclude(object_type="governed_document").count() >= 1 + 2 + 4 + 4 + 4
    assert not [approval for approval in approvals if approval.maker_id == approval.checker_id]
    assert {decision.outcome for decision in Decision.objects.all()} == {"APPROVE", "REFER", "DECLINE"}
    given = {code for codes in Decision.objects.values_list("reason_codes", flat=True) for code in codes}
    assert {"SHARED_PHONE", "SHARED_DEVICE", "DECLINED_ELSEWHERE", "COUNTER_OFFER_AMOUNT"} <= given

    loan = Loan.objects.get(external_id="TW00001")
    assert loan.limit_minor == 2_000_000 and loan.attributes["education"] == 2
    months = list(loan.months.order_by("-business_date").values_list("payment_status", "billed_minor"))
    assert months[:2] == [(2, 391_300), (2, 310_200)]
    told = sum(len(story) for story in STORIES.values())
    assert RiskEvent.objects.filter(source="synthetic-demo", loan__isnull=False).count() == told

    states = dict(CategoryUpgrade.objects.values_list("loan__external_id", "state"))
    assert states == dict(zip(CURED, ("SUBMITTED", "PROPOSED"), strict=True))
    calm, policy = Product.objects.get(code="synthetic-cash"), region_policy_of(region_policy_live(TODAY))
    assert {impact.state for impact in placement_of(calm, policy, TODAY).impacts} == {"PASSED"}
    codes = json.loads(path.read_text())["recipients"]
    assert all(is_recipient(one, codes[one.code]) for one in HealthRecipient.objects.all())

    before = path.read_text()
    again = dict(demo_load(credentials=path, at=datetime.now(UTC)))
    assert {name: result for name, result in again.items() if result and name != "credentials"} == {}
    assert path.read_text() == before
