"""Texts and counts become figures of stated meaning; the texts themselves are kept nowhere."""

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lending.models import CustomerFact
from lending.services.consents import consent_grant
from lending.services.customer_facts import facts_as_of
from lending.services.customers import customer_create
from scoring.alternative.indices import (
    ACTIVITIES,
    CHOSEN,
    NEEDED,
    NEITHER,
    ActivityScale,
    consumption_indices,
    social_activity_index,
)
from scoring.alternative.text import text_style, words_of
from scoring.alternative.topics import TopicModel
from scoring.services.alternative.facts import (
    SourceClosedError,
    activity_fact_record,
    consumption_facts_record,
    text_facts_record,
)
from tests.alternative.governing import governed, piloted, reviewed
from tests.factories.decisions import catalogue_goes_live, product

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SCALE = ActivityScale(dict.fromkeys(ACTIVITIES, 10.0))


def test_words_are_cut_in_both_languages():
    assert words_of("I don't owe ３,５00 EUR!") == ["i", "don't", "owe", "3,500", "eur"]
    assert words_of("我按时还款") == ["我", "按时", "还款"]


def test_style_is_what_it_says():
    style = text_style(["I paid 100 today. All good!", "谢谢，我很好。"])
    assert style.words == 10
    assert style.sentence_words == pytest.approx(10 / 3, abs=1e-6)
    assert style.chinese_share == pytest.approx(5 / 22, abs=1e-6)
    assert style.digit_share == pytest.approx(3 / 29, abs=1e-6)
    assert style.punctuation_share == pytest.approx(4 / 29, abs=1e-6)
    assert style.variety is None


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("I am happy and grateful", 1),
        ("I am not happy", -1),
        ("terrible problem, I am worried", -1),
        ("没有问题，非常满意", 1),
        ("我很着急，已经逾期了", -1),
        ("the table is brown", None),
    ],
)
def test_sentiment_follows_the_words_and_their_negation(text, sign):
    found = text_style([text]).sentiment
    assert found is None if sign is None else np.sign(found) == sign


def test_a_text_of_one_word_repeated_has_no_variety_and_one_of_many_much():
    assert text_style(["again " * 60]).variety == pytest.approx(0.02)
    assert text_style([" ".join(f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60))]).variety == 1.0


@given(st.lists(st.text(max_size=60), max_size=4))
def test_no_text_breaks_it_and_shares_are_shares(texts):
    style = text_style(texts)
    for name in ("chinese_share", "punctuation_share", "digit_share", "long_word_share", "variety"):
        assert getattr(style, name) is None or 0.0 <= getattr(style, name) <= 1.0
    assert style.sentiment is None or -1.0 <= style.sentiment <= 1.0


TEXTS = ["the loan repayment instalment bank", "bank loan instalment interest", "repayment interest bank loan"] * 3 + [
    "餐厅 火锅 美食 周末", "火锅 美食 餐厅 朋友", "美食 餐厅 周末 朋友",
] * 3  # fmt: skip


def test_topics_tell_texts_apart_are_the_same_each_time_and_hold_no_rare_word():
    model = TopicModel(2).fit([*TEXTS, "loan bank Zebedee"])
    shares = model.shares(TEXTS)
    assert shares.sum(axis=1) == pytest.approx(1.0)
    assert len({tuple(row.argmax() for row in shares[:9])} | {tuple(row.argmax() for row in shares[9:])}) == 2
    assert model.shares(TEXTS) == pytest.approx(TopicModel(2).fit([*TEXTS, "loan bank Zebedee"]).shares(TEXTS))
    assert "zebedee" not in {word for topic in model.topics for word in topic.words}
    assert np.isnan(model.shares(["xyzzy"])).all()


def test_who_has_what_is_usual_is_at_one_half_and_nobody_gains_by_flooding():
    assert social_activity_index({"contacts": 10}, SCALE) == 0.5
    assert social_activity_index({"contacts": 0}, SCALE) == 0.0
    assert social_activity_index({"contacts": 10**9}, SCALE) <= 1.0
    assert social_activity_index({}, SCALE) is None


@given(st.dictionaries(st.sampled_from(ACTIVITIES), st.integers(0, 10**6), min_size=1), st.sampled_from(ACTIVITIES))
def test_more_of_anything_never_lowers_it(counts, more):
    before = social_activity_index({**counts, more: counts.get(more, 0)}, SCALE)
    after = social_activity_index({**counts, more: counts.get(more, 0) + 5}, SCALE)
    assert 0.0 <= before <= after <= 1.0


def test_preference_is_the_chosen_share_and_variety_the_entropy():
    found = consumption_indices({"food": 300, "recreation": 100, "other": 900}, 12)
    assert found.preference == 0.25
    assert consumption_indices({"food": 5}, 12).variety == 0.0
    everything = dict.fromkeys(NEEDED | CHOSEN | NEITHER, 7)
    assert consumption_indices(everything, 99).variety == pytest.approx(1.0)
    assert consumption_indices({"food": 5}, 3).preference is None


def test_what_is_not_counted_so_is_refused():
    with pytest.raises(ValueError, match="contacts"):
        social_activity_index({"followers": 3}, SCALE)
    with pytest.raises(ValueError, match="food"):
        consumption_indices({"weapons": 3}, 12)


SECRET = "My neighbour Zebediah Quux owes nobody. I am happy."


def opened(*scopes):
    """A customer who consented to these sources; all of them are reviewed and piloted."""
    product()
    catalogue_goes_live()
    for scope in ("text_data", "social_data", "transaction_data"):
        reviewed(scope)
        piloted(scope)
    customer = customer_create(identifiers={"phone": "13800000001"}, at=AT)
    for scope in scopes:
        consent_grant(customer=customer, scope=scope, granted_at=AT, evidence="form", at=AT, actor="system:demo")
    return customer


@pytest.mark.django_db
def test_figures_become_facts_and_the_text_is_nowhere():
    customer = opened("text_data", "social_data", "transaction_data")
    governed("activity_scale", "", SCALE.halves)
    common = {"customer": customer, "event_at": AT, "at": datetime.now(UTC), "actor": "system:demo"}
    assert text_facts_record(texts=[SECRET], **common).new == 6
    assert text_facts_record(texts=[SECRET], **common).known == 6
    assert activity_fact_record(counts={"contacts": 10}, **common).new == 1
    assert consumption_facts_record(amounts_minor={"food": 5}, purchases=12, **common).new == 2
    facts = facts_as_of(customer_ids=[customer.pk], as_of=datetime.now(UTC))[customer.pk]
    values = {fact.variable: fact.value for fact in facts}
    assert values["text_sentiment"] == 1.0
    assert values["social_activity_index"] == 0.5
    assert values["consumption_preference_index"] == 0.0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%zebediah%"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.django_db
def test_without_consent_nothing_is_worked_out():
    customer = opened("social_data")
    common = {"customer": customer, "event_at": AT, "at": datetime.now(UTC), "actor": "system:demo"}
    with pytest.raises(SourceClosedError) as closed:
        text_facts_record(texts=[SECRET], **common)
    assert closed.value.cause == "no_consent"
    with pytest.raises(SourceClosedError) as closed:
        activity_fact_record(counts={"contacts": 10}, **common)
    assert closed.value.cause == "no_activity_scale"
    assert not CustomerFact.objects.exists()
