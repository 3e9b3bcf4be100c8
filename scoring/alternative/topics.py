"""What texts are about, in topics learnt from a portfolio's own texts: TF-IDF and non-negative factors. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.alternative.text import words_of
from scoring.alternative.words import CHINESE_STOP, ENGLISH_STOP

_MOST_WORDS = 5_000
_FEWEST_TEXTS = 3


class Topic(msgspec.Struct, frozen=True):
    """A topic, by the words that weigh most in it."""

    words: list[str]


class TopicModel:
    """Topics by non-negative matrix factorisation of TF-IDF (Lee and Seung 1999). Same texts, same seed: same topics.

    A word that fewer than `least` texts use is left out: a name must not become a topic.
    """

    def __init__(self, count: int = 8, *, least: int = _FEWEST_TEXTS, seed: int = 42) -> None:
        self.count, self.least, self.seed = count, least, seed

    def fit(self, texts: Sequence[str]) -> "TopicModel":
        """Learn the topics. Raises ValueError where too few words are left."""
        from sklearn.decomposition import NMF
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectoriser: Any = TfidfVectorizer  # scikit-learn carries no annotations
        factors: Any = NMF
        self.words_ = vectoriser(
            analyzer=_content_words, min_df=self.least, max_df=0.6, max_features=_MOST_WORDS, sublinear_tf=True
        )
        weights = self.words_.fit_transform(texts)
        count = min(self.count, *weights.shape)
        self.factors_ = factors(count, init="nndsvda", random_state=self.seed, max_iter=400)
        self.factors_.fit(weights)
        return self

    @property
    def topics(self) -> list[Topic]:
        """Each topic's ten weightiest words."""
        names = self.words_.get_feature_names_out()
        return [Topic([str(names[place]) for place in np.argsort(-row)[:10]]) for row in self.factors_.components_]

    def shares(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Share of each topic in each text, rows adding up to 1; NaN where no word of the text is known.

        Shape (texts, topics).
        """
        raw: npt.NDArray[np.float64] = self.factors_.transform(self.words_.transform(texts)).astype(np.float64)
        total = raw.sum(axis=1, keepdims=True)
        return np.where(total > 0, raw / np.where(total > 0, total, 1.0), np.nan)


def _content_words(text: str) -> list[str]:
    """Words that may tell a topic: no number, no word of one letter, none that every text has."""
    return [
        word
        for word in words_of(text)
        if not word[0].isdecimal() and len(word) > 1 and word not in ENGLISH_STOP and word not in CHINESE_STOP
    ]
