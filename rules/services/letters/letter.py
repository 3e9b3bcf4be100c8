"""A letter to a customer, whatever it is about: who writes, of which product and day, as a page ready to print."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

import msgspec
from django.template.loader import render_to_string
from django.utils.translation import override

from rules.words import Language

LANGUAGES: dict[Language, str] = {"en": "en", "zh": "zh-hans"}


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter says, in its language; each kind adds its own and fills the blocks of `letter/base.html`."""

    template: ClassVar[str]
    language: Language
    creditor: str
    contact: str
    product: str
    dated: date

    def html(self, tools: Sequence[Mapping[str, str]] = ()) -> str:
        """A page of its own, ready to print; `tools` are links (url, title, lang) on the screen only."""
        with override(LANGUAGES[self.language]):
            return render_to_string(self.template, {"letter": self, "tools": tools})
