"""A source that adds nothing, breaks fairness or was not measured cannot be approved, whatever its review says."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from audit.services.governed import governed_lives
from audit.services.governed_errors import GovernedInvalid
from scoring.alternative.policy import PILOT, Pilot
from scoring.models import ValueReport
from scoring.services.alternative.kinds import pilot_problems, review_problems
from scoring.services.alternative.opening import terms_live
from scoring.services.alternative.value_reports import UnknownSourceError, value_report_keep
from tests.alternative.governing import FIGURES, TODAY, governed, live, piloted, reviewed
from tests.factories import decisions as make

pytestmark = pytest.mark.django_db


def test_a_review_on_good_evidence_is_approved():
    reviewed("text_data")
    assert review_problems(live("ethics_review", "text_data").value, "text_data") == []


@pytest.mark.parametrize(
    "figures",
    [
        {"verdict": "nothing"},
        {"verdict": "breaks_fairness", "fairness_state": "broken"},
        {"verdict": "adds", "fairness_state": "not_measured"},
        {"verdict": "adds", "fairness_state": "not_enough_data"},
    ],
)
def test_a_review_without_such_evidence_is_not(figures):
    with pytest.raises(GovernedInvalid) as refused:
        reviewed("text_data", **figures)
    assert len(refused.value.facts["problems"]) == 1


def test_evidence_of_another_source_is_none():
    reviewed("text_data")
    review = live("ethics_review", "text_data").value
    assert review_problems(review, "social_data") != []


def test_a_review_answers_every_question_by_two_people():
    report = value_report_keep(source="text_data", document=FIGURES, at=datetime.now(UTC))
    short = {"en": "Yes.", "zh": "是。"}
    document = {
        **dict.fromkeys(("purpose", "necessity", "risks", "conditions"), short),
        "reviewers": ["A", "A "],
        "value_report": report.content_hash,
    }
    with pytest.raises(GovernedInvalid) as refused:
        governed("ethics_review", "text_data", document)
    assert len(refused.value.facts["problems"]) == 5


def test_a_pilot_needs_a_review_a_product_and_conditions_that_choose_fairly():
    make.catalogue_goes_live()
    make.product()
    condition = {"variable": "age_years", "comparison": "at_least", "value": "30"}
    with pytest.raises(GovernedInvalid) as refused:
        piloted("text_data", segment=[condition], ends_on="2020-01-01")
    assert len(refused.value.facts["problems"]) == 3
    assert len(pilot_problems(Pilot(product="yacht", cap=1, ends_on=TODAY), "text_data")) == 2
    assert governed_lives(PILOT, TODAY) == {}


def test_a_report_is_kept_once_frozen_and_of_a_known_source():
    first, again = (value_report_keep(source="text_data", document=FIGURES, at=datetime.now(UTC)) for _ in range(2))
    assert first == again
    with pytest.raises(UnknownSourceError):
        value_report_keep(source="horoscopes", document=FIGURES, at=datetime.now(UTC))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE scoring_valuereport SET document = '{}'")


def test_a_report_edited_around_the_trigger_is_no_evidence_any_more():
    reviewed("text_data")
    assert terms_live(TODAY)[0].reviews == {"text_data": True}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE scoring_valuereport DISABLE TRIGGER USER")
        cursor.execute("""UPDATE scoring_valuereport SET document = jsonb_set(document, '{n}', '7')""")
        cursor.execute("ALTER TABLE scoring_valuereport ENABLE ALWAYS TRIGGER scoring_valuereport_frozen")
    assert ValueReport.objects.get().document["n"] == 7
    assert terms_live(TODAY)[0].reviews == {"text_data": False}
