"""What stood on the log alone comes into the queue, once each: unapproved payouts, overrides that findings ended."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from audit.models import AuditEntry
from audit.services.log import entry_append
from lending.models import Loan
from monitoring.case_topics import Topic
from monitoring.models import DriftReport, EarlyWarning, WarningCase
from monitoring.services.cases import from_the_log
from monitoring.services.cases.raising import case_raise
from monitoring.services.health import overtaken
from rules.services import payouts_unapproved
from tests.book.test_link_to_pre_loan import forget, reporter, small_policy
from tests.book.test_paid_out_unapproved import ASKED, told
from tests.delinquency.world import product as product_lent
from tests.factories import decisions as make
from tests.factories.monitoring import AT, card, loans, months
from tests.health import world
from tests.health.conftest import policies
from tests.health.test_overtaken_overrides import NEXT, approved, asked

__all__ = ["forget", "policies", "reporter", "small_policy"]
pytestmark = pytest.mark.django_db
CONVERSION = import_module("monitoring.migrations.0019_what_was_only_on_the_log")


def converted():
    with connection.schema_editor() as editor:
        CONVERSION.convert(None, editor)


def entries(kind):
    """The numbers of what the log says it of, each once."""
    found = list(AuditEntry.objects.filter(kind=kind).values_list("object_id", flat=True))
    assert len(found) == len(set(found))
    return set(found)


class TestPayouts:
    def test_one_above_the_amount_approved_is_a_case_on_the_loan_once(self, reporter):
        decision = reporter.post(make.body()).json()["id"]
        for _ in range(2):
            assert told(reporter, decision, "T-1", ASKED + 1).status_code in (200, 201)
        case, loan = WarningCase.objects.get(), Loan.objects.get(external_id="T-1")
        assert (case.topic, case.about_loan, case.about_customer, case.level) == (
            "PAYOUT",
            loan,
            loan.customer,
            "ORANGE",
        )
        assert (case.exposure_minor, case.facts["decision"]) == (ASKED + 1, decision)
        assert [one["code"] for one in case.causes] == ["amount_above_approved"] and case.causes[0]["zh"]

    def test_one_without_any_approval_is_red(self, reporter):
        body = make.body(variables={**make.VARIABLES, "amount_minor": 900_000})
        told(reporter, reporter.post(body).json()["id"], "T-1", 100)
        assert WarningCase.objects.get().level == "RED"

    def test_one_that_was_approved_is_none(self, reporter):
        told(reporter, reporter.post(make.body()).json()["id"], "T-1", ASKED)
        assert not WarningCase.objects.exists()

    def test_the_twin_that_nobody_watches_leaves_it_on_the_log_alone(self, reporter, monkeypatch):
        monkeypatch.setattr(payouts_unapproved, "_WATCHERS", {})
        told(reporter, reporter.post(make.body()).json()["id"], "T-1", ASKED + 1)
        assert AuditEntry.objects.filter(kind=payouts_unapproved.KIND).exists() and not WarningCase.objects.exists()

    def test_every_code_of_a_payout_has_its_words(self):
        assert set(from_the_log.PAYOUTS) == set(payouts_unapproved.MESSAGES)


class TestOverrides:
    def test_one_that_a_red_finding_ended_is_a_case_on_the_customer_once(self, policies):
        one = world.loan()
        world.reviewed({one: 0.02})
        override = approved(asked(one.customer))
        world.reviewed({one: 0.9}, at=NEXT)
        case = WarningCase.objects.get(topic="OVERRIDE")
        assert (case.about_customer, case.about_loan, case.product) == (one.customer, None, one.product)
        assert (case.level, case.causes[0]["code"], case.facts["override"]) == ("ORANGE", "RISK_RED", override.pk)
        world.reviewed({one: 0.9}, at=NEXT + timedelta(days=1))
        assert WarningCase.objects.filter(topic="OVERRIDE").count() == 1

    def test_the_twin_that_raises_none_leaves_it_on_the_log_alone(self, policies, monkeypatch):
        monkeypatch.setattr(overtaken, "override_case", lambda *_: None)
        one = world.loan()
        world.reviewed({one: 0.02})
        approved(asked(one.customer))
        world.reviewed({one: 0.9}, at=NEXT)
        assert AuditEntry.objects.filter(kind="health_override.overtaken").exists()
        assert not WarningCase.objects.filter(topic="OVERRIDE").exists()


class TestInstallationsThatRun:
    """What the migration makes of what was there before."""

    def test_an_open_warning_on_drift_becomes_a_case_for_each_kind_and_model_or_rule(self):
        product = card()
        report = DriftReport.objects.create(
            product=product, since="2026-10-01", until="2026-10-31", policy_hash="p", model_hash="m", rule_set_hash="r",
            state="DRIFTING", level="ORANGE", decisions=300, matured=0, created_at=AT,
        )  # fmt: skip
        for measure, subject, state in (
            ("PSI", "", "DRIFTING"), ("CSI", "income", "DRIFTING"), ("CSI", "age", "DRIFTING"),
            ("HIT_RATE", "OFTEN", "DRIFTING"), ("HIT_RATE", "SELDOM", "STABLE"),
        ):  # fmt: skip
            report.figures.create(
                stage="PRE_LOAN", measure=measure, subject=subject, state=state, cases=300, reference_cases=300
            )
        warning = EarlyWarning.objects.create(
            product=product,
            level="ORANGE",
            reasons=[],
            first_report=report,
            last_report=report,
            raised_at=AT,
            hit_count=3,
        )
        quiet = DriftReport.objects.create(
            product=product_lent(), since="2026-10-01", until="2026-10-31", policy_hash="p", model_hash="m",
            rule_set_hash="r", state="STABLE", level="NONE", decisions=300, matured=0, created_at=AT,
        )  # fmt: skip
        without = EarlyWarning.objects.create(
            product=quiet.product, level="BLUE", reasons=[], first_report=quiet, last_report=quiet, raised_at=AT
        )
        for _ in range(2):
            converted()
        found = {case.key: (case.level, case.hits) for case in WarningCase.objects.all()}
        assert found == {
            "drift/SCORES/card/PRE_LOAN/m": ("ORANGE", 3),
            "drift/VARIABLES/card/PRE_LOAN/m": ("ORANGE", 3),
            "drift/HIT_RATE/card/PRE_LOAN/OFTEN": ("ORANGE", 3),
        }
        warning.refresh_from_db()
        without.refresh_from_db()
        assert warning.state == "CLOSED" and warning.closing_note and without.state == "OPEN"
        assert entries("warning_case.opened") == {str(case.pk) for case in WarningCase.objects.all()}
        assert entries("warning.closed") == {str(warning.pk)}
        again = case_raise(
            topic=Topic.SCORES, key="drift/SCORES/card/PRE_LOAN/m", product=product, level="RED", reasons=[], at=AT,
            occasion="2026-11",
        )  # fmt: skip
        assert (again.level, again.hits) == ("RED", 4)

    def test_a_payout_on_the_log_becomes_a_case(self):
        loan, _other = loans(months(0), months(0))
        for one, reason in ((loan, "amount_above_approved"), (loan, "decision_not_approved")):
            entry_append(
                kind=payouts_unapproved.KIND, object_type="loan", object_id=str(one.pk), actor="tests",
                payload={"decision": "d", "reasons": [reason]}, recorded_at=AT,
            )  # fmt: skip
        converted()
        case = WarningCase.objects.get()
        assert entries("warning_case.opened") == {str(case.pk)}
        assert (case.about_loan, case.level, case.key) == (loan, "ORANGE", f"payout/{loan.pk}")
