"""Fairness of a rule-set version: its own decisions on recorded applications, or on the table its model learnt from."""

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from rules.engine.document import RuleSetDocument, document_read
from rules.engine.outcomes import LADDERS, MILDEST
from rules.engine.program import Program, compile_program
from rules.models import RuleSetVersion
from rules.services.bundles import PRE_LOAN
from rules.services.cut_offs import cut_off_of
from rules.services.history import history_frame
from scoring.catalogue import Catalogue
from scoring.fairness_measure import decisions_fairness, groupings_of, source_text
from scoring.fairness_result import Basis, FairnessResult, result_json
from scoring.models import ModelPackage
from scoring.protected import attribute_read
from scoring.services.catalogues import catalogue_live
from scoring.services.fairness import (
    EVIDENCE,
    Standing,
    fairness_in,
    fairness_policy,
    fairness_require,
    fairness_standing,
)
from scoring.services.fairness_tables import training_table
from scoring.services.models import model_load

HISTORY = 5_000
ROWS = 5_000
"""Of a larger table every so-many-th row is decided."""
_UNTOLD = ("too_few", "too_many_unknown", "nobody_approved")


def version_fairness(version: RuleSetVersion, on: date) -> dict[str, Any]:
    """What the approval's evidence keeps: the measurement by every attribute of the product's policy.

    Empty after payout, without a policy, and where neither decisions nor a table are at hand.
    """
    rule_set = version.rule_set
    policy = fairness_policy(rule_set.product.code, on) if rule_set.stage == PRE_LOAN else None
    if policy is None:
        return {}
    wanted: list[str] = policy.value.attributes
    result = _measured(document_read(version.document), rule_set.product.pk, rule_set.product.code, wanted)
    return {EVIDENCE: result_json(result)} if result is not None else {}


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


def _measured(document: RuleSetDocument, product_id: int, product: str, wanted: list[str]) -> FairnessResult | None:
    """By recorded decisions where they suffice to tell, else by the champion's training table, else what there is."""
    catalogue = catalogue_live()
    program = compile_program(document, catalogue, product=product, stage=document.stage)
    history = history_frame(product, document.stage, last=HISTORY)
    recorded = None
    if history.height:
        recorded = _decided(program, history, None, wanted, f"{history.height} recorded decisions", "history")
        if not any(one.verdict.cause in _UNTOLD for one in recorded.attributes):
            return recorded
    return _by_table(program, catalogue, product_id, wanted) or recorded


def _by_table(program: Program, catalogue: Catalogue, product_id: int, wanted: list[str]) -> FairnessResult | None:
    champion = ModelPackage.objects.filter(product=product_id, state=ModelPackage.State.CHAMPION).first()
    found = training_table(champion.card, catalogue) if champion is not None else None
    if champion is None or found is None:
        return None
    frame, good = found
    step = max(1, -(-frame.height // ROWS))
    frame, good = frame.gather_every(step), good[::step]
    model = model_load(champion)
    pds = model.predict_pd(frame)
    points = [float(model.points(pd)) for pd in pds.tolist()]
    scored = frame.with_columns(pl.Series("pd", pds), pl.Series("score_points", points))
    return _decided(program, scored, good, wanted, source_text(champion.card["training_data"]), "decided")


def _decided(
    program: Program,
    frame: pl.DataFrame,
    good: npt.NDArray[np.bool_] | None,
    wanted: list[str],
    source: str,
    basis: Basis,
) -> FairnessResult:
    approved = program.evaluate_columns(frame).get_column("outcome") == LADDERS[program.stage][MILDEST]
    groupings = groupings_of([attribute_read(text) for text in wanted], frame)
    return decisions_fairness(
        approved.to_numpy(),
        groupings,
        source=source,
        basis=basis,
        good=good,
        cut_off=cut_off_of(program),
        read=frozenset(program.inputs),
    )
