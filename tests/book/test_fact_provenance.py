"""Who imported facts come from is what the row, the mapping or the catalogue says, and so are a portrait's figures."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lending.models import CustomerFact
from lending.services.book_imports import land_facts
from scoring.portraits.quality import Quality
from scoring.services.portraits.making import portrait_of
from tests.book.factory import loan_make
from tests.book.importing import AT, counts, imported, mapping_of
from tests.factories.decisions import catalogue_goes_live, product, shipped

pytestmark = pytest.mark.django_db
AS_OF = datetime(2026, 10, 2, tzinfo=UTC)
COLUMNS = {
    "product": "=instalment", "loan": "=L-1", "variable": "variable", "value": "value", "event_at": "at",
    "known_at": "at",
}  # fmt: skip
SAID = {**COLUMNS, "provenance": "who", "is_verified": "checked", "confirmed_by": "also"}
# variable, value, who it comes from, whether it was checked, who says the same
ROWS = [
    ("income_monthly_minor", "300000", "", "", ""),  # the catalogue: declared
    ("months_at_phone", "40", "third party", "yes", ""),
    ("contact_reached_share", "0.8", "", "", ""),  # the catalogue: observed by us, which a file cannot say unsaid
    ("months_at_address", "24", "本人申报", "no", "utility"),
    ("region_unemployment_rate", "0.05", "THIRD_PARTY", "", ""),
    ("active_days_30d", "9", "observed", "", ""),
]


@pytest.fixture(autouse=True)
def facts_alone(db: None) -> None:
    """A catalogue of facts alone, so that what a portrait holds is what was imported."""
    product()
    document = json.loads(shipped("catalogue.json"))
    kept = [one for one in document["variables"] if one["source"] == "fact" and not one.get("is_alternative")]
    catalogue_goes_live({**document, "variables": kept})


def rows(*told: tuple[str, ...]) -> list[dict[str, Any]]:
    names = ("variable", "value", "who", "checked", "also")
    return [{**dict(zip(names, one, strict=True)), "at": "2026-10-01T00:00:00Z"} for one in told]


def test_the_four_figures_are_those_counted_by_hand_from_what_was_imported() -> None:
    loan = loan_make("L-1")
    assert counts(imported(mapping_of("bureau_updates", SAID), rows(*ROWS))) == {"new": 6}
    told = dict(CustomerFact.objects.values_list("variable", "provenance"))
    assert told == {
        "income_monthly_minor": "SELF_DECLARED", "months_at_phone": "THIRD_PARTY",
        "contact_reached_share": "THIRD_PARTY", "months_at_address": "SELF_DECLARED",
        "region_unemployment_rate": "THIRD_PARTY", "active_days_30d": "OBSERVED",
    }  # fmt: skip
    # 6 of 8 known, what no consent opens left out; verified, confirmed or observed 3 of 6; not declared 4 of 6.
    expected = Quality(timeliness=1.0, authenticity=0.5, completeness=0.75, objectivity=0.6667)
    assert portrait_of(loan.customer, AS_OF).quality == expected


def test_twin_with_everything_a_third_partys_objectivity_would_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    loan = loan_make("L-1")
    monkeypatch.setattr(land_facts, "_provenance", lambda _row: CustomerFact.Provenance.THIRD_PARTY)
    imported(mapping_of("bureau_updates", COLUMNS), rows(*ROWS))
    found = portrait_of(loan.customer, AS_OF).quality
    assert (found.authenticity, found.objectivity) == (0.0, 1.0)


def test_a_constant_of_the_mapping_holds_for_every_row() -> None:
    loan_make("L-1")
    mapping = mapping_of("bureau_updates", {**COLUMNS, "provenance": "=OBSERVED", "is_verified": "=yes"})
    imported(mapping, rows(*ROWS))
    assert set(CustomerFact.objects.values_list("provenance", "is_verified")) == {("OBSERVED", True)}


def test_without_the_columns_the_catalogue_speaks_and_nothing_is_verified() -> None:
    loan_make("L-1")
    imported(mapping_of("bureau_updates", COLUMNS), rows(*ROWS))
    assert set(CustomerFact.objects.values_list("provenance", "is_verified", "confirmed_by")) == {
        ("SELF_DECLARED", False, ""), ("THIRD_PARTY", False, ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (("months_at_phone", "4", "hearsay", "", ""), "provenance", "unknown_provenance"),
        (("months_at_phone", "4", "", "maybe", ""), "is_verified", "not_yes_or_no"),
        (("months_at_phone", "4", "", "", "file:bureau_updates"), "confirmed_by", "confirmed_by_itself"),
        (("months_at_phone", "4", "", "", "x" * 41), "confirmed_by", "bad_text"),
    ],
)
def test_what_cannot_be_is_left_out_and_named(row: tuple[str, ...], field: str, code: str) -> None:
    loan_make("L-1")
    done = imported(mapping_of("bureau_updates", SAID), rows(row))
    assert counts(done) == {"rejected": 1} and not CustomerFact.objects.exists()
    assert done.rejects.values_list("field", "code").get() == (field, code)


def test_what_is_filled_in_is_worked_out_and_never_verified() -> None:
    loan_make("L-1")
    document = json.loads(shipped("catalogue.json"))
    kept = [
        {**one, "missing": "default", "default": 12} if one["name"] == "months_at_phone" else one
        for one in document["variables"]
    ]
    catalogue_goes_live({**document, "variables": kept})
    mapping = mapping_of("bureau_updates", SAID, options={"value": {"if_missing": "default"}})
    imported(mapping, rows(("months_at_phone", "", "observed", "yes", "utility")), AT)
    fact = CustomerFact.objects.get()
    assert (fact.provenance, fact.is_verified, fact.confirmed_by) == ("DERIVED", False, "")
