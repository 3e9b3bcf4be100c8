"""A validation that nobody did in time opens one case on the product, told once and graver with time."""

from datetime import timedelta

import pytest
from django.conf import settings

from audit.governed_kinds import Text
from audit.services.governed import governed_approve, governed_draft, governed_submit
from lending.business_dates import business_date_of
from monitoring.case_topics import Topic
from monitoring.levels import level_rank
from monitoring.models import WarningCase
from monitoring.services.model_validations import validation_cases_raise
from monitoring.tasks import model_validation_task
from scoring.services.models.keeping import KIND_CODE, ModelKeeping
from scoring.services.models.life import model_approve, model_submit
from tests.factories.audit import user
from tests.factories.scoring import AT, candidate
from tests.registry.conftest import lent

__all__ = ["lent"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def in_use(lent, days_left, role="CHAMPION", seed=7):
    """A model that is to be validated within so many days of AT, approved when that was to come."""
    due = business_date_of(AT, lent.timezone) + days_left * DAY
    model = candidate(lent, seed, next_validation_on=str(due))
    then = AT + min(days_left, 0) * DAY
    model_submit(model=model, maker=user(), at=then, role=role)
    return model_approve(model=model, checker=user(is_checker=True), content_hash=model.content_hash, at=then)


def open_cases():
    return list(WarningCase.objects.exclude(state="CLOSED").order_by("pk"))


def test_the_day_itself_is_in_time_and_the_next_opens_a_case_on_the_product(lent):
    model = in_use(lent, days_left=0)
    assert validation_cases_raise(AT) == []
    (case,) = validation_cases_raise(AT + DAY)
    assert (case.topic, case.product_id, case.facts["model"]) == (Topic.VALIDATION, lent.pk, model.content_hash)
    assert case.level_rank == level_rank("YELLOW")
    assert "owner Risk" in case.reasons[0]["en"]
    assert "已逾期1天" in case.reasons[0]["zh"]


def test_it_is_told_once_however_often_somebody_looks_and_graver_after_a_month(lent):
    in_use(lent, days_left=0)
    for day in (1, 2, 3, 30):
        validation_cases_raise(AT + day * DAY)
    (case,) = open_cases()
    assert (case.level_rank, case.hit_count) == (2, 1)
    validation_cases_raise(AT + 31 * DAY)
    (case,) = open_cases()
    assert (case.level_rank, case.hit_count) == (3, 2)


def test_a_model_validated_in_time_raises_nothing(lent):
    model = in_use(lent, days_left=-1)
    document = ModelKeeping(owner="Risk", next_validation_on=AT.date() + 365 * DAY, exit_rule=Text("x", "x"))
    maker = user()
    draft = governed_draft(
        kind=KIND_CODE, name=model.content_hash, document=document, author=maker, at=AT, valid_from=AT.date()
    )
    waits = governed_submit(governed=draft, maker=maker, at=AT)
    governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=AT)
    assert validation_cases_raise(AT + 100 * DAY) == []


def test_a_challenger_is_milder_and_a_candidate_is_nobody_s_business(lent):
    in_use(lent, days_left=-1, role="CHALLENGER", seed=8)
    candidate(lent, 9, next_validation_on="2020-01-31")
    (case,) = validation_cases_raise(AT)
    assert case.level_rank == 1


def test_the_check_is_on_the_clock_and_without_it_nothing_is_told(lent):
    entry = settings.CELERY_BEAT_SCHEDULE["monitoring-model-validation"]
    assert entry["task"] == model_validation_task.name
    in_use(lent, days_left=-400)
    assert open_cases() == []  # the twin: a date that passes tells nobody by itself
    model_validation_task()
    assert len(open_cases()) == 1
