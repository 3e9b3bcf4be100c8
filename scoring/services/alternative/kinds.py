"""The governed documents of alternative data as the pages make them: what each asks, and what would be wrong."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Words
from audit.services.governed import governed_live
from lending.models import ConsentScope, Product
from scoring.alternative.policy import (
    ACTIVITY_SCALE,
    JURISDICTION,
    PILOT,
    REVIEW,
    ActivityHalves,
    EthicsReview,
    JurisdictionRule,
    Pilot,
    Text,
)
from scoring.alternative_sources import SOURCES
from scoring.services.alternative.value_reports import value_report_of
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live

_SHORTEST = 40
"""Characters of an answer in a review: less says nothing."""
_REVIEWERS = 2


def jurisdiction_problems(rule: JurisdictionRule, name: str) -> list[str]:
    """A rule names whom it protects, from what, and by which law."""
    found = [] if name else [_("Give the code of the region, such as EU.")]
    found += [] if rule.countries else [_("Name the countries it holds in.")]
    found += [] if rule.forbids else [_("Name at least one source that it forbids.")]
    if not (rule.citation.en.strip() and rule.citation.zh.strip()):
        found.append(_("Cite the law in both languages."))
    return found


def review_problems(review: EthicsReview, name: str) -> list[str]:
    """A review answers every question and rests on a measurement that the source adds and keeps fairness."""
    answers: dict[Words, Text] = {
        gettext_lazy("purpose"): review.purpose,
        gettext_lazy("necessity"): review.necessity,
        gettext_lazy("risks"): review.risks,
        gettext_lazy("conditions"): review.conditions,
    }
    found = [
        _("%(question)s: write at least %(count)d characters in English, and Chinese too.")
        % {"question": question, "count": _SHORTEST}
        for question, text in answers.items()
        if len(text.en.strip()) < _SHORTEST or len(text.zh.strip()) < _SHORTEST // 3
    ]
    if len({reviewer.strip() for reviewer in review.reviewers if reviewer.strip()}) < _REVIEWERS:
        found.append(_("Name at least two reviewers."))
    return found + evidence_problems(name, review.value_report)


def evidence_problems(source: str, content_hash: str) -> list[str]:
    """Why a value report is no evidence for a source, in words; empty: it is."""
    report = value_report_of(source, content_hash)
    if report is None:
        return [_("There is no such value report of this source.")]
    if report.document["verdict"] == "breaks_fairness" or report.document["fairness_state"] == "broken":
        return [_("The value report says that the source breaks fairness.")]
    if report.document["verdict"] != "adds":
        return [_("The value report says that the source adds nothing.")]
    if report.document["fairness_state"] != "kept":
        return [_("The value report does not show what the source does to fairness.")]
    return []


def pilot_problems(pilot: Pilot, name: str) -> list[str]:
    """A pilot is of a reviewed source and a known product, chooses by catalogued variables, and has yet to end."""
    today, found = datetime.now(UTC).date(), []
    if governed_live(REVIEW, name, on=today) is None:
        found.append(_("The source has no ethics review in force."))
    if pilot.ends_on < today:
        found.append(_("The pilot would have ended already."))
    if not Product.objects.filter(code=pilot.product).exists():
        return [*found, _("There is no such product.")]
    try:
        variables = catalogue_live().of_product(pilot.product)
    except NoLiveCatalogueError:
        return [*found, _("There is no live catalogue of variables.")]
    for condition in pilot.segment:
        variable = variables.get(condition.variable)
        if variable is None:
            found.append(_("%(name)s is not a catalogued variable of this product.") % {"name": condition.variable})
        elif variable.is_prohibited_basis or variable.is_alternative:
            found.append(_("%(name)s may not choose who is in a pilot.") % {"name": condition.variable})
    return found


def source_choices() -> list[tuple[str, Words]]:
    """The sources with their names in the reader's language."""
    return [(source, ConsentScope(source).label) for source in SOURCES]


_FORBIDS: dict[str, Words] = {f"forbids={source}": ConsentScope(source).label for source in SOURCES}
JURISDICTION_KIND = Kind(
    JURISDICTION,
    JurisdictionRule,
    title=gettext_lazy("Law on alternative data"),
    help=gettext_lazy("What the law of a region forbids to read of the people who live there."),
    check=jurisdiction_problems,
    is_protective=True,
    labels={
        "citation": gettext_lazy("Citation"),
        "countries": gettext_lazy("Countries (two letters each)"),
        "forbids": gettext_lazy("Forbidden sources"),
        **_FORBIDS,
    },
)
REVIEW_KIND = Kind(
    REVIEW,
    EthicsReview,
    title=gettext_lazy("Ethics review"),
    help=gettext_lazy("Why a source of alternative data may be used, at which risk and on what evidence."),
    check=review_problems,
    name_choices=source_choices,
    labels={
        "purpose": gettext_lazy("Purpose"),
        "necessity": gettext_lazy("Necessity: why ordinary data do not do"),
        "risks": gettext_lazy("Risks to the people concerned"),
        "conditions": gettext_lazy("Conditions of use"),
        "reviewers": gettext_lazy("Reviewers"),
        "value_report": gettext_lazy("Hash of the value report"),
    },
)
PILOT_KIND = Kind(
    PILOT,
    Pilot,
    title=gettext_lazy("Pilot of alternative data"),
    help=gettext_lazy("On which applications a reviewed source is tried, on how many and until when."),
    check=pilot_problems,
    name_choices=source_choices,
    labels={
        "product": gettext_lazy("Product (code)"),
        "cap": gettext_lazy("Applications at most"),
        "ends_on": gettext_lazy("Last day"),
        "share": gettext_lazy("Share of those covered (0 to 1)"),
        "segment": gettext_lazy("Conditions, all of them"),
        "segment.variable": gettext_lazy("Variable"),
        "segment.comparison": gettext_lazy("Comparison"),
        "segment.value": gettext_lazy("Value"),
        "segment.comparison=at_least": gettext_lazy("at least"),
        "segment.comparison=at_most": gettext_lazy("at most"),
        "segment.comparison=equal": gettext_lazy("equal to"),
    },
)
SCALE_KIND = Kind(
    ACTIVITY_SCALE,
    ActivityHalves,
    title=gettext_lazy("Scale of social activity"),
    help=gettext_lazy("The count in 90 days at which an activity counts one half: what is usual among your customers."),
    labels={
        "contacts": gettext_lazy("Different people"),
        "interactions": gettext_lazy("Messages and calls"),
        "groups": gettext_lazy("Groups joined"),
        "posts": gettext_lazy("Posts written"),
        "active_days": gettext_lazy("Days with any activity"),
    },
)
KINDS = (JURISDICTION_KIND, REVIEW_KIND, PILOT_KIND, SCALE_KIND)
