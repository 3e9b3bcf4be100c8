"""What a transfer was for: words in both languages, codes, and names that hold a word without meaning it."""

import csv
from itertools import chain
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.transaction_categories import Words, category_of, lexicon_default, lexicon_of, text_normal

ROWS = list(csv.DictReader(Path(__file__).with_name("transfers.csv").read_text(encoding="utf-8").splitlines()))
WORDS = lexicon_default().words


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(row.values())[:60])
def test_a_transfer_is_told_by_its_words_and_code(row: dict[str, str]) -> None:
    found = category_of(
        counterparty=row["counterparty"],
        text=row["text"],
        merchant_category=row["merchant_category"],
        amount_minor=int(row["amount_minor"]),
    )
    assert (found.category, found.evidence) == (row["category"], row["evidence"])


def test_every_word_of_the_list_finds_a_class_when_it_stands_alone() -> None:
    for entry in WORDS.categories:
        for word in (*entry.words_en, *entry.words_zh):
            sign = 1 if entry.direction == "in" else -1
            found = category_of(counterparty="", text=word, merchant_category="", amount_minor=sign)
            assert found.category != "unknown", word


def test_no_code_stands_for_two_classes_and_every_class_is_named_in_both_languages() -> None:
    codes = list(chain.from_iterable(entry.merchant_categories for entry in WORDS.categories))
    assert len(codes) == len(set(codes))
    assert all(entry.en and entry.zh and len(entry.code) <= 40 for entry in WORDS.categories)


@given(text=st.text(max_size=40), amount=st.sampled_from([1, -1]))
def test_any_text_has_a_class_and_evidence_never_quotes_it(text: str, amount: int) -> None:
    found = category_of(counterparty=text, text="", merchant_category="", amount_minor=amount)
    words = {text_normal(word) for entry in WORDS.categories for word in (*entry.words_en, *entry.words_zh)}
    assert found.evidence == "" or found.evidence.partition(":")[2] in words


def test_another_list_decides_otherwise() -> None:
    empty = Words(schema=1, valid_from=WORDS.valid_from, source="", not_words_en=(), not_words_zh=(), categories=())
    lexicon = lexicon_of(msgspec.json.encode(empty))
    found = category_of(counterparty="中信证券", text="", merchant_category="", amount_minor=-1, lexicon=lexicon)
    assert found.category == "unknown"
