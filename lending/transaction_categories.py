"""What a transfer was for, told from the other party, the merchant category and the text, in Chinese and English. Pure.

The words are data: `transaction_words.json`, dated. What is kept as evidence is a word of that list or a code, never
the statement's own text.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

Kind = Literal["risk", "allowed", "living", "cash", "own", "income"]
UNKNOWN: Final = "unknown"
"""The class of a transfer of which nothing is told; stored as ""."""
WORDS_FILE: Final = Path(__file__).with_name("transaction_words.json")
TRAVEL_CODES: Final = range(3000, 4000)  # ISO 18245: airlines, car hire and hotels by name
CHINESE: Final = re.compile("[\u3400-\u9fff]")
SPACE_BESIDE_CHINESE: Final = re.compile("(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
TOKEN: Final = re.compile("[^\u3400-\u9fff ]+|[\u3400-\u9fff]+")


class CategoryWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One class: its names, the side of the account it is found on, and what tells it."""

    code: str
    en: str
    zh: str
    kind: Kind
    direction: Literal["in", "out", "any"]
    words_en: tuple[str, ...]
    words_zh: tuple[str, ...]
    merchant_categories: tuple[str, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole list. `not_words_*` are phrases that hold a word without meaning it, such as a street's name."""

    schema: Literal[1]
    valid_from: date
    source: str
    not_words_en: tuple[str, ...]
    not_words_zh: tuple[str, ...]
    categories: tuple[CategoryWords, ...]


class Classified(NamedTuple):
    """A class and what told it: `counterparty:证券`, `text:tuition`, `mcc:6211`; ("unknown", "") where nothing did."""

    category: str
    evidence: str


class _Hit(NamedTuple):
    place: int
    """Of the class in the list: the earlier one counts."""
    word: str


class Lexicon:
    """The word list made ready: Chinese words are found anywhere, others only as whole words, in the plural too."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.by_code = {entry.code: entry for entry in words.categories}
        self._ignored = sorted(map(text_normal, (*words.not_words_en, *words.not_words_zh)), key=len, reverse=True)
        self._codes = {code: entry for entry in words.categories for code in entry.merchant_categories}
        hits = [
            _Hit(place, text_normal(word))
            for place, entry in enumerate(words.categories)
            for word in sorted((*entry.words_en, *entry.words_zh), key=len, reverse=True)
        ]
        self._anywhere = [hit for hit in hits if CHINESE.search(hit.word)]
        whole = {hit.word: hit for hit in reversed(hits) if not CHINESE.search(hit.word)}
        self._whole = {word + "s": hit for word, hit in whole.items()} | whole
        self._longest = max((len(word.split()) for word in self._whole), default=0)

    def found(self, text: str, *, is_in: bool) -> dict[bool, tuple[CategoryWords, str]]:
        """By whether it is a risk: the first class of the list one of whose words stands in the text, and that word."""
        normal = text_normal(text)
        for phrase in self._ignored:
            if phrase in normal:
                normal = normal.replace(phrase, " | ")
        found: dict[bool, tuple[CategoryWords, str]] = {}
        for hit in sorted(self._hits(normal), key=lambda hit: (hit.place, -len(hit.word), hit.word)):
            category = self.words.categories[hit.place]
            if _fits(category, is_in):
                found.setdefault(category.kind == "risk", (category, hit.word))
        return found

    def _hits(self, normal: str) -> list[_Hit]:
        hits = [hit for hit in self._anywhere if hit.word in normal] if CHINESE.search(normal) else []
        tokens = TOKEN.findall(normal)
        for first in range(len(tokens)):
            for last in range(first + 1, min(len(tokens), first + self._longest) + 1):
                hit = self._whole.get(" ".join(tokens[first:last]))
                if hit:
                    hits.append(hit)
        return hits

    def by_merchant(self, code: str) -> CategoryWords | None:
        """The class of a merchant category code, if the list has one."""
        if code.isascii() and code.isdecimal() and len(code) == 4 and int(code) in TRAVEL_CODES:
            return self.by_code.get("travel")
        return self._codes.get(code)


def text_normal(text: str) -> str:
    """Full width to half width (NFKC), lower case, single spaces, no spaces beside Chinese; punctuation is a space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in folded)
    return SPACE_BESIDE_CHINESE.sub("", " ".join(kept.split()))


def category_of(
    *, counterparty: str, text: str, merchant_category: str, amount_minor: int, lexicon: Lexicon | None = None
) -> Classified:
    """The class of one transfer; `amount_minor` > 0 is money in, and classes such as salary are found only there.

    Uses that a policy may prohibit come before harmless ones, and among either the other party's name counts before
    the merchant category, and that before the text: who is paid says more than what the payer writes.
    """
    list_ = lexicon or lexicon_default()
    key = (counterparty, text, merchant_category.strip(), amount_minor > 0)
    return _cached(list_, *key)


@lru_cache(maxsize=65_536)
def _cached(lexicon: Lexicon, counterparty: str, text: str, merchant: str, is_in: bool) -> Classified:
    name, said = (lexicon.found(field, is_in=is_in) for field in (counterparty, text))
    by_code = lexicon.by_merchant(merchant)
    for is_risk in (True, False):
        if is_risk in name:
            return Classified(name[is_risk][0].code, f"counterparty:{name[is_risk][1]}")
        if by_code is not None and (by_code.kind == "risk") is is_risk and _fits(by_code, is_in):
            return Classified(by_code.code, f"mcc:{merchant}")
        if is_risk in said:
            return Classified(said[is_risk][0].code, f"text:{said[is_risk][1]}")
    return Classified(UNKNOWN, "")


def _fits(category: CategoryWords, is_in: bool) -> bool:
    return category.direction == "any" or (category.direction == "in") is is_in


def lexicon_of(data: bytes) -> Lexicon:
    """The list from JSON. Raises msgspec.ValidationError on another shape."""
    return Lexicon(msgspec.json.decode(data, type=Words))


@lru_cache(maxsize=1)
def lexicon_default() -> Lexicon:
    """The list that ships."""
    return lexicon_of(WORDS_FILE.read_bytes())
