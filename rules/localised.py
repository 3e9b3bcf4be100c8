"""The reader's language, and texts that carry both."""

from typing import Any

from django.utils.translation import get_language

from rules.words import Language


def language() -> Language:
    """The language of this request: zh for Chinese of any script, en for all others."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def localised(thing: Any, stem: str = "") -> str:
    """The text of `thing` in the reader's language: attributes or keys `en`/`zh`, or `<stem>_en`/`<stem>_zh`."""
    names = (f"{stem}_en", f"{stem}_zh") if stem else ("en", "zh")
    wanted, other = names if language() == "en" else names[::-1]
    return str(_part(thing, wanted) or _part(thing, other) or "")


def _part(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
