"""Names of a rule set's parts told by label, and the zone beside every time."""

from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from audit.admin.evidence import evidence_table
from audit.moments import moment_html, moment_words, zone_mark
from rules.part_words import code_small, labelled, labels_of

DOCUMENT = {
    "parameters": [{"name": "pd_refer", "en": "PD above which a person decides", "zh": "转人工线"}],
    "rules": [{"code": "OWN_RISK", "label_en": "Own loans <too> risky", "label_zh": "在本机构的贷款风险过高"}],
    "derived": [{"name": "bare"}],
}


@pytest.fixture
def labels():
    with translation.override("en"):
        return labels_of(DOCUMENT)


def test_labels_are_in_the_readers_language():
    with translation.override("zh-hans"):
        assert labels_of(DOCUMENT) == {"pd_refer": "转人工线", "OWN_RISK": "在本机构的贷款风险过高"}


def test_a_code_in_a_message_is_told_by_its_label_with_the_code_small(labels):
    with translation.override("en"):
        told = labelled("Rule OWN_RISK never holds.", labels)
    code = '<span class="rk-code rk-small">OWN_RISK</span>'
    assert told == f"Rule “Own loans &lt;too&gt; risky” {code} never holds."


def test_an_expression_between_quotes_stays_as_it_is_written(labels):
    assert labelled("“pd > pd_refer” is computed", labels) == "“pd &gt; pd_refer” is computed"


def test_a_longer_name_is_not_taken_for_a_shorter_one(labels):
    assert labelled("OWN_RISK_HIGH and pd_refer_2", labels) == "OWN_RISK_HIGH and pd_refer_2"


@pytest.mark.parametrize("text", ["Threshold “PD” (pd_refer): 1 → 2", "阈值「PD」（pd_refer）：1 → 2"])
def test_the_code_of_a_changed_part_stands_small_without_its_brackets(text):
    shown = code_small(text, "pd_refer")
    assert '<span class="rk-code rk-small">pd_refer</span>' in shown
    assert "(pd_refer)" not in shown
    assert "（pd_refer）" not in shown


def test_a_sentence_without_a_code_is_escaped_and_nothing_else():
    assert code_small("a < b", "") == "a &lt; b"


@pytest.mark.parametrize(
    ("zone", "mark"),
    [("UTC", "UTC"), ("Asia/Taipei", "UTC+8"), ("Asia/Kolkata", "UTC+5:30"), ("America/St_Johns", "UTC−3:30")],
)
def test_a_time_names_its_zone(zone, mark):
    at = datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert zone_mark(at.astimezone(ZoneInfo(zone))) == mark
    with timezone.override(zone):
        assert moment_words(at).endswith(f" {mark}")
        assert mark in moment_html(at)
        assert 'title="2026-01-15 12:00:00 UTC"' in moment_html(at)


def test_evidence_that_has_no_name_for_people_is_folded_beneath_what_has():
    with translation.override("en"):
        table = evidence_table({"some_digest": "abc", "cases_passed": 3})
    assert table.index("Cases passed") < table.index("<details>") < table.index("some_digest")


def test_evidence_tells_codes_by_the_labels_of_their_owner():
    with translation.override("en"):
        table = evidence_table({"causes": {"OWN_RISK": 2}}, partial(labelled, labels=labels_of(DOCUMENT)))
    assert "“Own loans &lt;too&gt; risky”" in table
