"""What the pictures of the portfolio call their parts."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lending.models import CustomerStanding, Product
from monitoring.delinquency_policy import policies_of
from monitoring.models import HealthColour, ReviewRun
from monitoring.services.portfolio.rows import ANY


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


def filters_words(filters: Mapping[str, str]) -> str:
    """What a list of loans shows, from its filters; all of them without one."""
    words = [_WORDS[name](filters[name]) for name in _WORDS if name in filters]
    return ", ".join(words) or _("All loans")


def _known(words: Callable[[str], str], key: str) -> str:
    """Words of a key that an address gave: what is no key stands as it came."""
    try:
        return words(key)
    except ValueError:
        return key


_WORDS: Final[dict[str, Callable[[str], str]]] = {
    "level": lambda key: _known(level_words, key),
    "found": lambda _key: _("Warning found"),
    "health": lambda key: _("Customers with a health code") if key == ANY else _known(colour_words, key),
    "warning_level": lambda key: _("Open warnings") if key == ANY else _known(level_words, key),
    "warning_age": lambda key: _("open %(days)s") % {"days": age_words(key)},
    "opened": lambda key: _("Opened in %(month)s") % {"month": key},
    "bucket_before": lambda key: _("Before: %(bucket)s") % {"bucket": bucket_words(key)},
    "bucket": lambda key: _("Now: %(bucket)s") % {"bucket": bucket_words(key)},
    "category": bucket_words,
    "no_region": lambda _key: _("Region not known"),
    "serious": lambda _key: _("Over 90 days late"),
}
