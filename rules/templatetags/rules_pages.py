"""Small words of our pages: moments, outcomes, people, texts in the reader's language."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audit.moments import moment_html
from lending.models import Dimension, ListKind
from rules.localised import language
from rules.localised import localised as localised_text
from rules.part_words import code_small
from rules.words import outcome_words, unit_words, value_words

register = template.Library()
register.filter("code_small", code_small)
TONES = {
    "APPROVE": "good",
    "NONE": "good",
    "REFER": "warn",
    "DECLINE": "bad",
    "BLUE": "info",
    "YELLOW": "warn",
    "ORANGE": "warn",
    "RED": "bad",
}
MISSING = {
    "reject": _("the request is refused"),
    "refer": _("refer to a person"),
    "default": _("a default is used"),
    "skip": _("stays unknown"),
}

HEADLINES = {"APPROVE": _("Approved"), "REFER": _("Referred to a person"), "DECLINE": _("Declined")}
TRUTHS = {"true": (_("held"), "rk-hit-badge"), "false": (_("did not hold"), ""), "unknown": (_("unknown"), "rk-warn")}
AUDIENCES = {"applicant": _("for the applicant"), "lender": _("for the lender"), "internal": _("internal only")}
CAUSES = {
    "missing": _("Referred because required values are missing"),
    "facts": _("Referred because earlier events could not be read"),
    "alternative": _("Referred because alternative data alone would have declined"),
    "patterns": _("Referred because patterns could not be looked for"),
    "model": _("Referred because the model could not score"),
    "model_choice": _("Referred because it could not be told which model scores, or that model is not live"),
    "rules": _("Referred because a rule could not be evaluated"),
    "rule_set": _("Referred because the rule set did not load"),
    "catalogue": _("Referred because the variable catalogue did not load"),
    "decision": _("Referred because of a fault of ours"),
}


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """An instant to the minute in the page's time zone, which is named; UTC to the second on hover."""
    return "–" if at is None else moment_html(at)


@register.filter
def localised(thing: Any, stem: str = "") -> str:
    """A text in the reader's language; see `rules.localised`."""
    return localised_text(thing, stem) if thing else ""


@register.filter
def outcome_badge(outcome: str | None) -> SafeString | str:
    """An outcome or warning level as a coloured badge."""
    if not outcome:
        return "–"
    words = outcome_words(outcome, language())
    return format_html(
        '<span class="rk-badge rk-{}">{}</span>', TONES.get(outcome, "plain"), words[:1].upper() + words[1:]
    )


@register.filter
def short_hash(value: str | None) -> SafeString | str:
    """The first characters of a hash, the whole of it on hover."""
    return format_html('<code class="rk-code" title="{}">{}</code>', value, value[:12]) if value else "–"


@register.filter
def person(user: Any) -> str:
    """A member of staff by name."""
    return (user.get_full_name() or user.get_username()) if user else "–"


@register.filter(name="outcome_words")
def outcome_in_words(outcome: str) -> str:
    """An outcome in words, without a badge."""
    return outcome_words(outcome, language())


@register.filter(name="unit_words")
def unit_in_words(unit: str) -> str:
    """A unit in the reader's language."""
    return unit_words(unit, language())


@register.filter
def missing_words(policy: str) -> str:
    """What a catalogue's missing-data policy does."""
    return str(MISSING.get(policy, policy))


@register.filter
def outcome_title(outcome: str) -> str:
    """What was decided, as a headline."""
    return str(HEADLINES.get(outcome, outcome))


@register.filter
def percent(share: float | None) -> str:
    """A share in percent with two decimals at most."""
    return "–" if share is None else value_words(round(share, 4), "share", language())


@register.filter
def truth_badge(truth: str) -> SafeString:
    """Whether a rule held."""
    words, tone = TRUTHS[truth]
    return format_html('<span class="rk-badge {}">{}</span>', tone, words)


@register.filter
def audience_badge(audience: str) -> SafeString:
    """Who may read a reason."""
    return format_html('<span class="rk-badge">{}</span>', AUDIENCES.get(audience, audience))


@register.filter
def cause_words(cause: Any) -> str:
    """Why a decision could not be made whole."""
    return str(CAUSES.get(cause.stage, CAUSES["decision"]))


@register.filter
def epoch(seconds: int) -> SafeString | str:
    """Epoch seconds as a moment."""
    return moment(datetime.fromtimestamp(seconds, UTC))


@register.filter
def unlocalised(number: float) -> str:
    """A number for SVG: always with a point."""
    return f"{number:.2f}"


@register.filter
def list_kind(kind: str) -> str:
    """A list by name."""
    return str(ListKind(kind).label)


@register.filter
def list_dimension(dimension: str) -> str:
    """What a list's entry identifies."""
    return str(Dimension(dimension).label)


@register.filter
def breakable(code: str) -> SafeString:
    """A code that breaks across lines after an underscore, never inside a word."""
    return format_html_join(format_html("{}<wbr>", "_"), "{}", ((part,) for part in code.split("_")))
