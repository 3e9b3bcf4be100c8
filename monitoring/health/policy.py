"""The governed policy behind health codes: one for everybody."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Words
from monitoring.health.colour import HealthPolicy, policy_problems

KIND_CODE = "health_policy"
_LEVELS: dict[str, Words] = {
    "BLUE": gettext_lazy("Blue"),
    "YELLOW": gettext_lazy("Yellow"),
    "ORANGE": gettext_lazy("Orange"),
    "RED": gettext_lazy("Red"),
}
_CATEGORIES: dict[str, Words] = {
    "SPECIAL_MENTION": gettext_lazy("Special mention"),
    "SUBSTANDARD": gettext_lazy("Substandard"),
    "DOUBTFUL": gettext_lazy("Doubtful"),
    "LOSS": gettext_lazy("Loss"),
}


def _check(policy: HealthPolicy, _name: str) -> list[str]:
    words = {
        "grx": _("The coefficient that is red lies below the one that is amber."),
        "warning": _("The warning that is red is milder than the one that is amber."),
        "dpd": _("The days past due that are red are fewer than those that are amber."),
        "category": _("The classification that is red is better than the one that is amber."),
    }
    return [words[problem] for problem in policy_problems(policy)]


def _choices(field: str, words: dict[str, Words]) -> dict[str, Words]:
    return {f"{field}={code}": label for code, label in words.items()}


KIND = Kind(
    KIND_CODE,
    HealthPolicy,
    title=gettext_lazy("Health policy"),
    help=gettext_lazy(
        "When a customer's financial health code is amber or red, which data are too old or too thin for one, and how"
        " long holders' links and shares last. What equals a threshold counts as the riskier side."
    ),
    check=_check,
    name_choices=lambda: [("", gettext_lazy("Everybody"))],
    labels={
        "amber_grx": gettext_lazy("Amber from risk coefficient"),
        "red_grx": gettext_lazy("Red from risk coefficient"),
        "amber_warning": gettext_lazy("Amber from open warning"),
        "red_warning": gettext_lazy("Red from open warning"),
        "amber_dpd": gettext_lazy("Amber from days past due"),
        "red_dpd": gettext_lazy("Red from days past due"),
        "amber_category": gettext_lazy("Amber from classification"),
        "red_category": gettext_lazy("Red from classification"),
        "diversion": gettext_lazy("Confirmed diversion is"),
        "diversion=AMBER": gettext_lazy("Amber"),
        "diversion=RED": gettext_lazy("Red"),
        "stale_days": gettext_lazy("Not assessed from age of data in days"),
        "least_completeness": gettext_lazy("Not assessed up to share of loans reviewed"),
        "least_history_months": gettext_lazy("Not assessed up to months of history"),
        "share_hours": gettext_lazy("Hours that a share lasts"),
        "link_hours": gettext_lazy("Hours that a holder's link lasts"),
        **_choices("amber_warning", _LEVELS),
        **_choices("red_warning", _LEVELS),
        **_choices("amber_category", _CATEGORIES),
        **_choices("red_category", _CATEGORIES),
    },
)
