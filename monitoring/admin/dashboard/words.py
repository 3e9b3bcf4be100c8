"""What the pictures of the portfolio call their parts."""

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lending.models import CustomerStanding, Product
from monitoring.delinquency_policy import policies_of
from monitoring.models import HealthColour, ReviewRun


def level_words(level: str) -> str:
    """A warning level."""
    return str(CustomerStanding.Level(level).label)


def colour_words(colour: str) -> str:
    """A colour of the health code."""
    return str(HealthColour(colour).label)


def age_words(age: str) -> str:
    """Days that a warning is open: "0-6", "90+"."""
    return ngettext("%(days)s day", "%(days)s days", 2) % {"days": age.replace("-", "–")}


def bucket_words(bucket: str) -> str:
    """A bucket's code; loans whose days are not known are in none."""
    return bucket or _("not known")


def bucket_order(runs: list[ReviewRun]) -> dict[str, int]:
    """Place of each bucket in its product's policy, the best first; the first product that names it counts."""
    order: dict[str, int] = {}
    for run in runs:
        for place, code in enumerate(_codes(run.product, run)):
            order.setdefault(code, place)
    return order


def _codes(product: Product, run: ReviewRun) -> list[str]:
    buckets = policies_of(product, run.as_of_day).buckets
    return [bucket.code for bucket in buckets.buckets] if buckets else []


def figure_words(name: str, key: str, is_serious: bool) -> str:
    """The title of the loans behind a number."""
    words = _WORDS[name](key)
    return words + (_(", over 90 days late") if is_serious else "")


def _roll_words(key: str) -> str:
    before, _sign, after = key.partition(">")
    return _("From %(before)s to %(after)s") % {"before": bucket_words(before), "after": bucket_words(after)}


def _warning_words(key: str) -> str:
    level, _sign, days = key.partition("|")
    return _("%(level)s, open %(days)s") % {"level": _known(level_words, level), "days": age_words(days)}


def _known(words: Callable[[str], str], key: str) -> str:
    """Words of a key that an address gave: what is no key stands as it came."""
    try:
        return words(key)
    except ValueError:
        return key


_WORDS: Final[dict[str, Callable[[str], str]]] = {
    "LEVEL": lambda key: _known(level_words, key) if key else _("All loans"),
    "BUCKET": bucket_words,
    "CATEGORY": bucket_words,
    "VINTAGE": lambda key: _("Opened in %(month)s") % {"month": key},
    "ROLL": _roll_words,
    "WARNING": _warning_words,
    "HEALTH": lambda key: _known(colour_words, key),
}
