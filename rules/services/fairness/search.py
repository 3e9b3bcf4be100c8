"""The search for less discriminatory alternatives of a rule set: its approvals without each rule in turn."""

from datetime import date
from typing import NamedTuple

import msgspec

from rules.engine.document import document_read
from rules.engine.outcomes import LADDERS, MILDEST
from rules.engine.program import compile_program
from rules.models import RuleSetVersion
from rules.services.fairness.versions import Applications, favoured, version_applications
from scoring.fairness.measure import grouping_fairness, groupings_of
from scoring.fairness.protected import Grouping, Members, attribute_read
from scoring.fairness.ratios import Thresholds
from scoring.services.catalogues.life import catalogue_live
from scoring.services.fairness.gate import fairness_policy


class RuleTried(NamedTuple):
    """The version without one rule (`code` empty: as it is)."""

    code: str
    approve_share: float
    bad_rate: float | None
    """Share of bad among the approved; None without outcomes."""
    ratio: float | None
    """Lowest approval ratio of the attribute."""
    state: str


def version_search(version: RuleSetVersion, attribute: str, on: date) -> list[RuleTried]:
    """The version as it is, then without each rule that keeps a member of some group from approval; best ratio first.

    Empty where there is nothing to decide on. Raises UnknownAttributeError, DocumentInvalid.
    """
    product = version.rule_set.product
    found = version_applications(version, on)
    policy = fairness_policy(product.code, on)
    if found is None or policy is None:
        return []
    document, catalogue = document_read(version.document), catalogue_live()
    limits = policy.value.thresholds
    grouping = groupings_of([attribute_read(attribute)], found.frame)[0]
    program = compile_program(document, catalogue, product=product.code, stage=document.stage)
    tried = [_tried("", favoured(program, found, policy.value), found, grouping, limits)]
    approves = LADDERS[document.stage][MILDEST]
    answer = program.evaluate_columns(found.frame)
    for place, rule in enumerate(document.rules):
        if not rule.enabled or rule.then.outcome == approves or not answer.get_column(rule.code).fill_null(True).any():
            continue
        rules = list(document.rules)
        rules[place] = msgspec.structs.replace(rule, enabled=False)
        without = msgspec.structs.replace(document, rules=rules)
        program = compile_program(without, catalogue, product=product.code, stage=document.stage)
        one = _tried(rule.code, favoured(program, found, policy.value), found, grouping, limits)
        if one.approve_share != tried[0].approve_share:
            tried.append(one)
    return [tried[0], *sorted(tried[1:], key=lambda one: -(one.ratio or 0.0))]


def _tried(code: str, approved: Members, found: Applications, grouping: Grouping, limits: Thresholds) -> RuleTried:
    verdict = grouping_fairness(grouping, approved, found.good, limits)
    bad_rate = None
    if found.good is not None and approved.any():
        bad_rate = round(1.0 - float(found.good[approved].mean()), 6)
    ratio = round(verdict.ratio.value, 6) if verdict.ratio else None
    return RuleTried(code, round(float(approved.mean()), 6), bad_rate, ratio, verdict.state)
