"""The one gate of alternative data: whether a source may be read for an applicant, and why not. Pure."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from scoring.alternative.policy import JurisdictionRule, Pilot, condition_holds, share_holds
from scoring.alternative_sources import AlternativeSource

REGION = "residence_country"
"""The variable that says where an applicant lives, ISO 3166-1 alpha-2."""
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
Closed = Literal[
    "jurisdiction_forbids",
    "region_unknown",
    "no_ethics_review",
    "no_value_evidence",
    "no_pilot",
    "pilot_ended",
    "other_product",
    "outside_segment",
    "outside_share",
    "pilot_exhausted",
    "no_consent",
    "unreadable",
    "unread",
]
CLOSED_WORDS: dict[str, tuple[str, str]] = {
    "jurisdiction_forbids": ("The law where the applicant lives forbids it.", "申请人居住地的法律禁止使用。"),
    "region_unknown": (
        "Nobody knows where the applicant lives, and some law forbids it.",
        "申请人居住地未知，而存在禁止使用的法律规定。",
    ),
    "no_ethics_review": ("There is no ethics review in force.", "没有有效的伦理审查。"),
    "no_value_evidence": (
        "The review's value report is gone or no longer says that the source adds.",
        "伦理审查所依据的价值报告缺失，或已不再证明该来源有增益。",
    ),
    "no_pilot": ("There is no pilot in force.", "没有有效的试点。"),
    "pilot_ended": ("The pilot has ended.", "试点已结束。"),
    "other_product": ("The pilot is of another product.", "试点针对其他产品。"),
    "outside_segment": ("The pilot's conditions do not hold.", "不满足试点条件。"),
    "outside_share": ("The applicant is not in the pilot's share.", "申请人不在试点抽样范围内。"),
    "pilot_exhausted": ("The pilot has reached its number of applications.", "试点申请数量已达上限。"),
    "unread": ("No rule and no model in force reads it.", "现行规则与模型均不读取该变量。"),
    "unreadable": ("What is stored does not open.", "已存储的数据无法打开。"),
    "no_consent": ("The applicant has given no consent, or withdrawn it.", "申请人未授权或已撤回授权。"),
}


class PilotTerms(msgspec.Struct, frozen=True):
    """A pilot in force, under its content hash, and how many applications it has been used for."""

    pilot: Pilot
    content_hash: str
    used: int


class Terms(msgspec.Struct, frozen=True):
    """What is governed on a day."""

    on: dt.date
    rules: Mapping[str, JurisdictionRule] = {}
    """By region."""
    reviews: Mapping[AlternativeSource, bool] = {}
    """Sources with a review in force: whether its value report still is evidence."""
    pilots: Mapping[AlternativeSource, PilotTerms] = {}


class Applicant(msgspec.Struct, frozen=True):
    """Of whom it is asked."""

    customer_id: int
    product: str
    values: Mapping[str, Any]
    """Their other variables, for the region and the pilot's conditions."""
    consents: frozenset[str]
    """Scopes of live consents."""
    piloted: frozenset[AlternativeSource] = frozenset()
    """Sources whose pilot has this application among those used already: a full pilot does not turn it away."""


def alternative_gate(source: AlternativeSource, applicant: Applicant, terms: Terms) -> Closed | None:
    """Why the source may not be read for the applicant; None: it may.

    Law, review, pilot and consent must all allow it; the first that does not is the cause. Nothing governed means
    closed: a source is off by default.
    """
    return (
        _law(source, applicant, terms)
        or _review(source, terms)
        or _pilot(source, applicant, terms)
        or (None if source in applicant.consents else "no_consent")
    )


def _law(source: AlternativeSource, applicant: Applicant, terms: Terms) -> Closed | None:
    forbidding = [rule for rule in terms.rules.values() if source in rule.forbids]
    if not forbidding:
        return None
    country = applicant.values.get(REGION)
    if not isinstance(country, str) or _COUNTRY.fullmatch(country) is None:
        return "region_unknown"
    return "jurisdiction_forbids" if any(country in rule.countries for rule in forbidding) else None


def _review(source: AlternativeSource, terms: Terms) -> Closed | None:
    if source not in terms.reviews:
        return "no_ethics_review"
    return None if terms.reviews[source] else "no_value_evidence"


def _pilot(source: AlternativeSource, applicant: Applicant, terms: Terms) -> Closed | None:
    found = terms.pilots.get(source)
    if found is None:
        return "no_pilot"
    pilot = found.pilot
    if terms.on > pilot.ends_on:
        return "pilot_ended"
    if pilot.product != applicant.product:
        return "other_product"
    if not all(condition_holds(condition, dict(applicant.values)) for condition in pilot.segment):
        return "outside_segment"
    if not share_holds(pilot.share, pilot_hash=found.content_hash, customer_id=applicant.customer_id):
        return "outside_share"
    if source in applicant.piloted:
        return None
    return "pilot_exhausted" if found.used >= pilot.cap else None
