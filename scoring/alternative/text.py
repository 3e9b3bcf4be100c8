"""What a person's own texts show of how they write, never what they say: style, feeling, topics. Pure.

English and Chinese, words by jieba with its own dictionary, nothing is downloaded. Only the figures are kept; a text
is never stored (`scoring.services.alternative.facts`). They are alternative data of the scope `text_data`.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from scoring.alternative.words import NEGATION, NEGATIVE, POSITIVE

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+(?:[.,][0-9]+)*|[\u3400-\u9fff]+")
_SENTENCE_END = re.compile(r"[.!?。！？]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_REACH = 2
_WINDOW = 50


class TextStyle(msgspec.Struct, frozen=True):
    """How somebody writes. Shares are 0 to 1; what cannot be told of too few words is None."""

    words: int
    """Words and numbers, over all texts."""
    chinese_share: float | None
    """Of the letters, those that are Chinese."""
    sentence_words: float | None
    """Mean words a sentence."""
    variety: float | None
    """Mean share of distinct words in windows of 50 (moving-average type-token ratio: Covington and McFall 2010)."""
    punctuation_share: float | None
    """Of all characters but white space."""
    digit_share: float | None
    """Of all characters but white space."""
    long_word_share: float | None
    """Of the words, those above six letters or above two Chinese characters."""
    sentiment: float | None
    """Positive less negative words over both, -1 to 1; None where there is neither. A negation turns two words."""


@lru_cache(maxsize=1)
def _cutter() -> Any:
    """jieba with its own dictionary, read from the package: its cache file in a shared folder is not trusted."""
    import jieba

    cutter: Any = jieba.Tokenizer()  # type: ignore[no-untyped-call]
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter


def words_of(text: str) -> list[str]:
    """The words of a text in order, small letters, full-width forms folded; Chinese cut by jieba's dictionary."""
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower()):
        part = match[0]
        found += _cutter().cut(part, HMM=False) if _CHINESE.match(part) else [part]
    return found


def text_style(texts: Sequence[str]) -> TextStyle:
    """The style of all texts of a person together."""
    folded = [unicodedata.normalize("NFKC", text) for text in texts]
    tokens = [words_of(text) for text in folded]
    every = [word for words in tokens for word in words]
    sentences = [words_of(part) for text in folded for part in _SENTENCE_END.split(text)]
    lengths = [len(words) for words in sentences if words]
    seen = [character for text in folded for character in text if not character.isspace()]
    letters = [character for character in seen if character.isalpha()]
    return TextStyle(
        words=len(every),
        chinese_share=_share(sum(map(_is_chinese, letters)), len(letters)),
        sentence_words=round(sum(lengths) / len(lengths), 6) if lengths else None,
        variety=_variety(every),
        punctuation_share=_share(sum(unicodedata.category(one)[0] == "P" for one in seen), len(seen)),
        digit_share=_share(sum(one.isdecimal() for one in seen), len(seen)),
        long_word_share=_share(sum(map(_is_long, every)), len(every)),
        sentiment=_sentiment(tokens),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _is_chinese(character: str) -> bool:
    return bool(_CHINESE.match(character))


def _is_long(word: str) -> bool:
    return len(word) > (2 if _is_chinese(word[0]) else 6)


def _variety(words: Sequence[str]) -> float | None:
    if len(words) < _WINDOW:
        return None
    windows = range(len(words) - _WINDOW + 1)
    return round(sum(len(set(words[start : start + _WINDOW])) for start in windows) / len(windows) / _WINDOW, 6)


def _sentiment(tokens: Sequence[Sequence[str]]) -> float | None:
    positive = negative = 0
    for words in tokens:
        turned = 0
        for word in words:
            if word in NEGATION:
                turned = _REACH + 1
            sign = (word in POSITIVE) - (word in NEGATIVE)
            sign = -sign if turned > 0 else sign
            positive, negative = positive + (sign > 0), negative + (sign < 0)
            turned -= 1
    told = positive + negative
    return round((positive - negative) / told, 6) if told else None
