"""What compliance governs about fairness: what is tested of a product and how strictly, and what is justified."""

import datetime as dt
import re
from typing import Annotated

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Text, Words
from lending.product_names import products_named
from scoring.fairness.protected import UnknownAttributeError, attribute_read
from scoring.fairness.ratios import Thresholds
from scoring.models import ModelPackage
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live
from scoring.services.rule_side import rule_side

POLICY, NECESSITY = "fairness_policy", "fairness_necessity"
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORTEST = 40
"""Characters of a justification: less says nothing."""
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class FairnessPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a product's models and rule sets are tested, and what is unequal; name: the product's code."""

    attributes: list[str]
    ratio_least: _Share = 0.8
    group_least: Annotated[int, msgspec.Meta(ge=10, le=10_000)] = 30
    share_least: _Share = 0.02
    unknown_most: _Share = 0.2
    proxy_auc: Annotated[float, msgspec.Meta(ge=0.5, le=1)] = 0.64
    is_referral_favourable: bool = False
    """Whether a referral to a person puts nobody behind; the live cut-off is then that of the decline."""

    @property
    def thresholds(self) -> Thresholds:
        """The limits of a verdict."""
        return Thresholds(self.ratio_least, self.group_least, self.share_least, self.unknown_most, self.proxy_auc)


class Alternative(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way tried that would treat the groups more equally, and what it costs."""

    tried: str
    cost: str
    ratio: Annotated[float, msgspec.Meta(ge=0)]


class FairnessNecessity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a model or rule-set version may go live although groups fare unequally; name: its content hash."""

    attributes: list[str]
    necessity: Text
    search: Text
    alternatives: list[Alternative]
    expires_on: dt.date


def policy_problems(policy: FairnessPolicy, name: str) -> list[str]:
    """Every attribute must be catalogued for the product."""
    if not policy.attributes:
        return [str(_("Name at least one attribute to test."))]
    try:
        variables = catalogue_live().of_product(name)
    except NoLiveCatalogueError:
        return [str(_("There is no live catalogue of variables."))]
    found = []
    for text in policy.attributes:
        try:
            column = attribute_read(text).column
        except UnknownAttributeError:
            found.append(_("%(text)s is not an attribute: write variable or variable[<=25].") % {"text": text})
            continue
        if column not in variables:
            found.append(_("%(name)s is not a catalogued variable of this product.") % {"name": column})
    return found


def necessity_problems(necessity: FairnessNecessity, name: str) -> list[str]:
    """It must name what it is for, say enough, and show what else was tried."""
    checks = {
        _("The name is the content hash of a model or rule-set version: 64 characters 0-9, a-f."): not _HASH.fullmatch(
            name
        ),
        _("Name at least one attribute."): not necessity.attributes,
        _("Say in both languages why this is necessary, in at least %(count)s characters of English.")
        % {"count": _SHORTEST}: not _says_enough(necessity.necessity),
        _("Say in both languages how less discriminatory alternatives were looked for, and what was found.")
        % {"count": _SHORTEST}: not _says_enough(necessity.search),
        _("Give at least one alternative that was tried."): not necessity.alternatives,
    }
    return [str(words) for words, is_wrong in checks.items() if is_wrong]


def _says_enough(text: Text) -> bool:
    return len(text.en.strip()) >= _SHORTEST and bool(text.zh.strip())


def _subjects() -> list[tuple[str, Words]]:
    models = ModelPackage.objects.defer("package").order_by("-pk")
    return [
        *((model.content_hash, f"{_('Model')} {model.name} #{model.pk}") for model in models),
        *rule_side().subjects(),
    ]


POLICY_KIND = Kind(
    code=POLICY,
    struct=FairnessPolicy,
    title=gettext_lazy("Fairness policy"),
    help=gettext_lazy(
        "By which attributes a product's models and rule sets are tested before they go live, and from where on"
        " groups fare too unequally."
    ),
    check=policy_problems,
    is_protective=True,
    name_choices=products_named,
    labels={
        "attributes": gettext_lazy("Attributes to test: variable, or variable[<=25] for a band against the rest"),
        "ratio_least": gettext_lazy("Least ratio of approval rates (four fifths: 0.8)"),
        "group_least": gettext_lazy("Fewest people in a group"),
        "share_least": gettext_lazy("Share of all below which a small group is left out"),
        "unknown_most": gettext_lazy("Largest share of people whose group is not known"),
        "proxy_auc": gettext_lazy("AUC from which a variable counts as a proxy"),
        "is_referral_favourable": gettext_lazy("A referral to a person counts as favourable, as an approval does"),
    },
)
NECESSITY_KIND = Kind(
    code=NECESSITY,
    struct=FairnessNecessity,
    title=gettext_lazy("Fairness: recorded necessity"),
    help=gettext_lazy(
        "Why a flagged model or rule-set version is necessary, which less discriminatory alternatives were looked"
        " for, and until when this holds. Without it a flag stops the approval."
    ),
    check=necessity_problems,
    name_choices=_subjects,
    labels={
        "attributes": gettext_lazy("Attributes it covers, written as in the fairness policy"),
        "necessity": gettext_lazy("Why it is necessary"),
        "search": gettext_lazy("How less discriminatory alternatives were looked for, and the result"),
        "alternatives": gettext_lazy("Alternatives tried"),
        "alternatives.tried": gettext_lazy("What was left out or changed"),
        "alternatives.cost": gettext_lazy("What it costs: AUC, bad rate, approvals"),
        "alternatives.ratio": gettext_lazy("Lowest approval ratio then"),
        "expires_on": gettext_lazy("Holds up to and including"),
    },
)
