"""Small words of the pages on delinquency: shares, money, texts in both languages."""

from typing import Any

from django import template

from lending.money import money_text
from rules.localised import localised

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """A share in percent with one decimal, two below one percent."""
    if value is None:
        return "–"
    return f"{value:.2%}" if 0 < value < 0.01 else f"{value:.1%}"


@register.filter
def both(text: Any) -> str:
    """A text of both languages in the reader's."""
    return localised(text)


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units of a currency as people write them."""
    return "–" if minor is None else money_text(minor, currency)
