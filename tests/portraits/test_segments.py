"""Segments are conditions of the rule language over a portrait: checked when drafted, the first that holds counts."""

import json

import pytest
from django.utils import timezone
from django.utils.translation import override

from audit.models import GovernedDocument
from audit.services.governed import governed_draft, governed_submit
from audit.services.governed_errors import GovernedInvalid
from riskengine.demo.portraits import portrait_policy_ensure
from rules.engine.segments import Placed, SegmentProgram, segment_problems, segment_scope
from rules.language import ExpressionInvalid
from rules.services.portraits.customers import portraits_placed
from rules.services.portraits.segments import policy_problems
from scoring.catalogue import catalogue_read
from scoring.portraits.policy import KIND, PortraitPolicy, Segment
from tests.factories.audit import user
from tests.factories.decisions import catalogue_goes_live, shipped
from tests.portraits import world
from tests.portraits.world import DAY, START

SCOPE = segment_scope(catalogue_read(shipped("catalogue.json").encode()))
RISK = Segment("at_risk", "At risk", "高风险", "grx > 0.6")
THIN = Segment("thin", "Thin", "薄", "months_known < 3 and quality_completeness < 0.5")
CARD = Segment("large", "Large", "大额", 'credit_limit_minor > 1000 and own_warning_level = "NONE"')


def place(values, *segments):
    return SegmentProgram(segments or (RISK, THIN, CARD), SCOPE).place(values)


def test_the_first_condition_that_holds_counts():
    assert place({"grx": 0.7, "months_known": 0.0, "quality_completeness": 0.1}) == Placed("at_risk")
    assert place({"grx": 0.1, "months_known": 0.0, "quality_completeness": 0.1}) == Placed("thin")


def test_nothing_holds_is_standard_and_something_unknown_is_not_assessed():
    known = {"grx": 0.1, "months_known": 9.0, "quality_completeness": 1.0}
    assert place({**known, "credit_limit_minor": 10.0, "own_warning_level": "RED"}) == Placed("standard")
    assert place({**known, "credit_limit_minor": 10.0}) == Placed("standard")  # false and unknown is false
    assert place({**known, "credit_limit_minor": 5000.0}) == Placed("not_assessed", ("large",))


def test_what_could_not_be_told_before_is_named():
    assert place({"months_known": 0.0, "quality_completeness": 0.1}) == Placed("thin", ("at_risk",))


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("grx >", "syntax_unfinished"),
        ("grxx > 0.5", "unknown_name_nearest"),
        ("grx", "type_mismatch"),
        ("age_years > 60", "unknown_name"),  # a prohibited basis is in no portrait
        ("grade = 1", "unknown_name"),
    ],
)
def test_a_condition_is_checked_by_the_rule_language(when, code):
    wrong = Segment("wrong", "Wrong", "错", when)
    assert [(found.path, found.code) for found in segment_problems([RISK, wrong], SCOPE)] == [("wrong", code)]
    with pytest.raises(ExpressionInvalid):
        SegmentProgram([wrong], SCOPE)


def policy(*segments, p0=0.02, p1=0.5):
    return PortraitPolicy(p0=p0, p1=p1, horizon_months=12, segments=list(segments))


@pytest.mark.django_db
def test_problems_of_a_policy_are_sentences_in_the_readers_language():
    world.catalogue_live()
    assert policy_problems(policy(RISK, THIN, CARD), "") == []
    standard = Segment("standard", "Standard", "标准", "grx < 1")
    wrong = policy(RISK, RISK, standard, Segment("wrong", "Wrong", "错", "grxx > 0.5"), p0=0.5, p1=0.5)
    with override("en"):
        problems = policy_problems(wrong, "")
    assert len(problems) == 4 and "must lie below" in problems[0] and "at_risk is given twice" in problems[1]
    assert "standard is kept" in problems[2] and problems[3].startswith("wrong: There is no variable")
    with override("zh-hans"):
        assert "没有名为" in policy_problems(wrong, "")[3]


@pytest.mark.django_db
def test_a_policy_with_problems_is_not_submitted():
    world.catalogue_live()
    maker = user(permissions=("audit.add_governeddocument",))
    draft = governed_draft(
        kind=KIND, name="", document=policy(p0=0.5, p1=0.2), author=maker, at=START, valid_from=START.date()
    )
    with pytest.raises(GovernedInvalid):
        governed_submit(governed=draft, maker=maker, at=START)


@pytest.mark.django_db
def test_a_portrait_is_placed_and_without_a_policy_nobody_is():
    world.catalogue_live()
    one = world.customer()
    assert portraits_placed([one.pk], START + DAY, read_at=START + DAY)[0].placed == Placed("not_assessed")
    world.policy_live()
    assert portraits_placed([one.pk], START + DAY, read_at=START + DAY)[0].placed == Placed("thin_file")


def test_the_demo_leaves_its_policy_out_where_an_earlier_catalogue_is_live(db):
    """The demo loads over a database from before there were portraits, and leaves no draft that says nothing."""
    people = {"maker": user(), "checker": user(is_checker=True), "at": timezone.now()}
    earlier = json.loads(shipped("catalogue.json"))
    for variable in earlier["variables"]:
        variable.pop("dimension", None)
    catalogue_goes_live(earlier)
    assert not portrait_policy_ensure(**people)
    assert not GovernedDocument.objects.exists()
