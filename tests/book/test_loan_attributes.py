"""Loans come with what their applications said; without what no application is decided without, nobody scores them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.models import AuditEntry
from lending.models import Loan
from lending.services.book_imports.errors import InvalidMapping
from monitoring.models import ReviewRun
from monitoring.services.reviews import review_report, review_run
from monitoring.services.unscored import unscored_count
from rules.models import RuleSet
from rules.services.bundles.loading import bundles_forget
from rules.services.versions.life import version_approve, version_draft, version_submit
from scoring.catalogue import Variable
from tests.book.importing import counts, imported, mapping_of
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender, forget, small_policy

__all__ = ["forget", "small_policy"]
pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 30, 12, tzinfo=UTC)
RISKY = {
    "code": "PD_HIGH", "label_en": "PD high", "label_zh": "违约概率高", "when": "pd >= 0.5",
    "then": {"outcome": "ORANGE", "reason": "EW_PD_HIGH"}, "on_unknown": "refer",
}  # fmt: skip
TOLD = {
    "checking_status": "A11", "duration_months": "48", "credit_history": "A30", "purpose": "A40",
    "savings_status": "A61", "employment_since": "A72", "instalment_rate_class": "4", "other_plans": "A141",
    "property": "A124",
}  # fmt: skip
SAFE = {
    **TOLD, "checking_status": "A14", "duration_months": "6", "credit_history": "A34", "savings_status": "A65",
    "employment_since": "A75", "purpose": "A43", "instalment_rate_class": "1", "property": "A121",
    "other_plans": "A143",
}  # fmt: skip
OWN = {"product": "=instalment", "external_id": "no", "amount_minor": "sum", "opened_on": "since"}
ATTRIBUTES = {f"attribute.{name}": name for name in TOLD}


def row(number: int, **said: str) -> dict[str, str]:
    return {"no": f"L-{number}", "sum": "9000", "since": "2026-01-01", **said}


def reviewed() -> ReviewRun:
    """The instalment loans, by a rule on the PD of the shipped model; schedules make them known."""
    maker, checker = make.staff()
    rule_set = RuleSet.objects.create(
        product=make.product(), stage="POST_LOAN", code="instalment-watch", name_en="Watch", name_zh="贷后"
    )
    document = {**make.policy(rules=[RISKY], parameters=None), "stage": "POST_LOAN", "default_outcome": "NONE"}
    at = timezone.now()
    version = version_draft(rule_set=rule_set, author=maker, at=at, document=document)
    version_submit(version=version, maker=maker, at=at)
    version_approve(version=version, checker=checker, content_hash=version.content_hash, at=at)
    bundles_forget()
    schedule = mapping_of(
        "instalments",
        {"product": "=instalment", "loan": "no", "number": "=1", "due_on": "=2026-12-01", "principal_minor": "sum"},
    )
    imported(schedule, [{"no": loan.external_id, "sum": "9000"} for loan in Loan.objects.all()], AT)
    return review_run(product=make.product(), day=date(2026, 9, 30))


@pytest.fixture
def live() -> None:
    make.catalogue_goes_live()
    make.model_goes_live("instalment", (make.DATA / "models" / "instalment.package").read_bytes())


def pds(run: ReviewRun) -> dict[str, float | None]:
    return dict(run.results.values_list("loan__external_id", "pd"))


def test_a_loan_is_scored_by_what_came_with_it_and_by_nothing_else(live: None) -> None:
    loans = mapping_of("loans", OWN | ATTRIBUTES)
    rows = [row(0, **TOLD), row(1, **SAFE), row(2, **TOLD | {"savings_status": "", "other_plans": ""})]
    assert counts(imported(loans, rows, AT)) == {"new": 3}
    assert counts(imported(mapping_of("loans", OWN), [row(3)], AT)) == {"new": 1}
    run = reviewed()
    found = pds(run)
    assert found["L-0"] is not None and found["L-1"] is not None and found["L-0"] > 0.5 > 0.1 > found["L-1"]
    assert (found["L-2"], found["L-3"]) == (None, None)
    levels = dict(run.results.values_list("loan__external_id", "level"))
    assert levels == {"L-0": "ORANGE", "L-1": "NONE", "L-2": "BLUE", "L-3": "BLUE"}
    assert run.results.get(loan__external_id="L-2").unknown_codes == ["PD_HIGH", "PD_UNKNOWN:savings_status"]
    lacking = unscored_count(run)
    assert (lacking.loans, lacking.by_variable["savings_status"], lacking.by_variable["purpose"]) == (2, 2, 1)
    assert review_report(run, 1.0)["unscored"] == lacking.by_variable


def test_without_the_catalogues_policies_a_loan_of_which_nothing_is_known_would_look_good(
    live: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Variable, "is_needed", property(lambda _self: False))
    imported(mapping_of("loans", OWN), [row(3)], AT)
    pd = pds(reviewed())["L-3"]
    assert pd is not None and pd < 0.3, "the share of bads in the sample"


def test_names_and_values_that_the_catalogue_has_not_are_named(live: None) -> None:
    with pytest.raises(InvalidMapping) as error:
        mapping_of("loans", OWN | {"attribute.shoe_size": "x", "attribute.age_years": "y", "attribute.purpose": "z"})
    assert error.value.facts["problems"] == [
        "unknown_variable:attribute.shoe_size",
        "unknown_variable:attribute.age_years",  # a prohibited basis that no review of this product reads
    ]
    columns = OWN | {"product": "product"} | ATTRIBUTES
    rows = [
        {**row(0, **TOLD), "product": "instalment"} | {"duration_months": "0"},
        {**row(1, **TOLD), "product": "instalment"} | {"checking_status": "A99"},
        {**row(2, **TOLD), "product": "card"},
    ]
    make.product("card")
    done = imported(mapping_of("loans", columns), rows, AT)
    assert counts(done) == {"rejected": 3}
    assert set(done.rejects.values_list("row", "field", "code")) >= {
        (1, "attribute.duration_months", "out_of_range"),
        (2, "attribute.checking_status", "out_of_range"),
        (3, "attribute.purpose", "unknown_variable"),
    }


def test_attributes_told_later_are_added_and_never_changed(live: None) -> None:
    bare, whole = mapping_of("loans", OWN), mapping_of("loans", OWN | ATTRIBUTES)
    imported(bare, [row(0)], AT)
    later = AT + timedelta(hours=1)
    assert counts(imported(whole, [row(0, **TOLD)], later)) == {"known": 1}
    assert Loan.objects.get().attributes["duration_months"] == 48
    assert AuditEntry.objects.get(kind="loan.attributes_added").payload["names"] == sorted(TOLD)
    assert counts(imported(whole, [row(0, **SAFE)], later)) == {"conflicting": 1}
    assert counts(imported(bare, [row(0)], later)) == {"known": 1}
    assert Loan.objects.get().attributes["duration_months"] == 48


def _reported(reporter: Lender, decision: str, **attributes: Any) -> Any:
    told = {
        "decision_id": decision, "external_id": "L-1", "amount_minor": 320_000, "opened_on": "2026-01-01",
        "attributes": attributes,
    }  # fmt: skip
    return reporter.post(told, None, path="/api/v1/loans")


def test_over_the_api_a_loan_tells_what_its_application_left_out(small_policy: None) -> None:
    reporter = Lender(scopes=("decide", "read", "report"))
    variables = {name: value for name, value in make.VARIABLES.items() if name != "telephone"}
    decision = reporter.post(make.body(variables=variables)).json()["id"]
    wrong = _reported(reporter, decision, shoe_size=42, checking_status="A99", duration_months=True)
    assert {problem["field"]: problem["code"] for problem in wrong.json()["problems"]} == {
        "attributes.shoe_size": "unknown_variable",
        "attributes.checking_status": "value_out_of_range",
        "attributes.duration_months": "value_out_of_range",
    }
    said = make.VARIABLES["duration_months"]
    otherwise = _reported(reporter, decision, duration_months=said + 1)
    assert [problem["code"] for problem in otherwise.json()["problems"]] == ["application_says_otherwise"]
    assert _reported(reporter, decision, telephone="A192").status_code == 201
    attributes = Loan.objects.get().attributes
    assert (attributes["duration_months"], attributes["telephone"]) == (said, "A192")
