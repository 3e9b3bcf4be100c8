"""Fairness of a rule-set version: its own decisions on recorded applications, or on the table its model learnt from."""

from datetime import date
from typing import Any, NamedTuple

import polars as pl

from rules.engine.document import document_read
from rules.engine.outcomes import LADDERS, MILDEST, UNKNOWN_LEVEL
from rules.engine.program import Program, compile_program
from rules.models import RuleSetVersion
from rules.services.bundles.loading import PRE_LOAN
from rules.services.decisions.history import history_frame
from rules.services.fairness.cut_offs import cut_off_of
from scoring.fairness.measure import decisions_fairness, groupings_of, source_text
from scoring.fairness.protected import Members, attribute_read
from scoring.fairness.result import Basis, FairnessResult, result_json
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_live
from scoring.services.fairness.gate import (
    EVIDENCE,
    Standing,
    fairness_in,
    fairness_policy,
    fairness_require,
    fairness_standing,
)
from scoring.services.fairness.kinds import FairnessPolicy
from scoring.services.fairness.tables import training_table
from scoring.services.models.life import model_load

HISTORY = 5_000
ROWS = 5_000
"""Of a larger table every so-many-th row is decided."""
_UNTOLD = ("too_few", "too_many_unknown")


class Applications(NamedTuple):
    """Rows that a version can decide, under catalogue names, with `pd` and `score_points`."""

    frame: pl.DataFrame
    good: Members | None
    """Who turned out good, shape (rows,); None without outcomes."""
    source: str
    basis: Basis


def version_fairness(version: RuleSetVersion, on: date) -> dict[str, Any]:
    """What the approval's evidence keeps: the measurement by every attribute of the product's policy.

    Empty after payout, without a policy, and where neither decisions nor a table are at hand.
    """
    found = version_applications(version, on)
    policy = fairness_policy(version.rule_set.product.code, on)
    if found is None or policy is None:
        return {}
    document, product = document_read(version.document), version.rule_set.product.code
    program = compile_program(document, catalogue_live(), product=product, stage=document.stage)
    return {EVIDENCE: result_json(_decided(program, found, policy.value))}


def version_fairness_require(version: RuleSetVersion, evidence: dict[str, Any], on: date) -> Standing | None:
    """Refuse a version that the product's policy does not let go live. None after payout.

    Raises FairnessMissingError, FairnessFlaggedError.
    """
    if version.rule_set.stage != PRE_LOAN:
        return None
    return fairness_require(
        fairness_in(evidence), product=version.rule_set.product.code, content_hash=version.content_hash, on=on
    )


def version_fairness_standing(version: RuleSetVersion, evidence: dict[str, Any], on: date) -> Standing | None:
    """Where a version stands, for its page; None after payout."""
    if version.rule_set.stage != PRE_LOAN:
        return None
    return fairness_standing(
        fairness_in(evidence), product=version.rule_set.product.code, content_hash=version.content_hash, on=on
    )


def version_subjects() -> list[tuple[str, str]]:
    """Content hash and label of the versions that may need a recorded necessity: drafts, and those that wait."""
    open_states = (RuleSetVersion.State.DRAFT, RuleSetVersion.State.SUBMITTED)
    versions = RuleSetVersion.objects.filter(state__in=open_states, rule_set__stage=PRE_LOAN)
    return [
        (version.content_hash, f"{version.rule_set.code} v{version.number}")
        for version in versions.select_related("rule_set").defer("document").order_by("-pk")
    ]


def version_applications(version: RuleSetVersion, on: date) -> Applications | None:
    """What a version's fairness is measured on: recorded decisions where they suffice to tell, else the table that the
    champion learnt from, else the decisions there are. None without any, without a policy, and after payout.
    """
    rule_set, product = version.rule_set, version.rule_set.product
    policy = fairness_policy(product.code, on) if rule_set.stage == PRE_LOAN else None
    if policy is None:
        return None
    history = history_frame(product.code, rule_set.stage, last=HISTORY)
    recorded = Applications(history, None, f"{history.height} recorded decisions", "history")
    if history.height:
        document, catalogue = document_read(version.document), catalogue_live()
        program = compile_program(document, catalogue, product=product.code, stage=document.stage)
        result = _decided(program, recorded, policy.value)
        if not any(one.verdict.cause in _UNTOLD for one in result.attributes):
            return recorded
    return _table(product.pk) or (recorded if history.height else None)


def _table(product_id: int) -> Applications | None:
    """The champion's training table, scored by it: the rows it learnt from."""
    champion = ModelPackage.objects.filter(
        product=product_id, state=ModelPackage.State.CHAMPION, purpose=ModelPackage.Purpose.MAIN
    ).first()
    found = training_table(champion.card, catalogue_live()) if champion is not None else None
    if champion is None or found is None:
        return None
    frame, good = found
    step = max(1, -(-frame.height // ROWS))
    frame, good = frame.gather_every(step), good[::step]
    model = model_load(champion)
    pds = model.predict_pd(frame)
    points = [float(model.points(pd)) for pd in pds.tolist()]
    scored = frame.with_columns(pl.Series("pd", pds), pl.Series("score_points", points))
    return Applications(scored, good, source_text(champion.card["training_data"]), "decided")


def favoured(program: Program, found: Applications, policy: FairnessPolicy) -> Members:
    """Whom the program approves, or does not decline, as the policy has it; shape (rows,)."""
    outcome, ladder = program.evaluate_columns(found.frame).get_column("outcome"), LADDERS[program.stage]
    chosen = outcome != ladder[-1] if policy.is_referral_favourable else outcome == ladder[MILDEST]
    members: Members = chosen.to_numpy()
    return members


def _decided(program: Program, found: Applications, policy: FairnessPolicy) -> FairnessResult:
    return decisions_fairness(
        favoured(program, found, policy),
        groupings_of([attribute_read(text) for text in policy.attributes], found.frame),
        source=found.source,
        basis=found.basis,
        good=found.good,
        cut_off=cut_off_of(program, worst=UNKNOWN_LEVEL if policy.is_referral_favourable else MILDEST),
        read=frozenset(program.inputs),
        favourable="not_declined" if policy.is_referral_favourable else "approved",
    )
