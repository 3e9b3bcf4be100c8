"""Of the last recorded decisions, which would a draft change: measured against the live version, column-wise."""

import logging
from typing import Any

import msgspec
import polars as pl
from django.utils import timezone

from lending.business_dates import business_date_of
from riskengine.errors import RiskEngineError
from rules.engine.choice import AMOUNT_CONTROL
from rules.engine.document import RuleSetDocument
from rules.engine.impact import Impact, impact_counts, impact_measure
from rules.engine.program import Program, compile_program
from rules.services.bundles.loading import PRE_LOAN, Bundle, NoLiveVersion, bundle_live
from rules.services.decisions.history import history_frame
from scoring.catalogue import Catalogue
from scoring.package import ModelInputError
from scoring.services.amount_control import control_filled
from scoring.services.catalogues.life import catalogue_live

logger = logging.getLogger(__name__)
CHOICES = (200, 1_000, 5_000)
DEFAULT = 1_000
_CODES_MOST = 12


class ImpactReport(msgspec.Struct, frozen=True, kw_only=True):
    """An impact, or why there is none: `none` is "", "post_loan", "no_decisions" or "nothing_live"."""

    last: int
    none: str = ""
    impact: Impact | None = None
    live_version_id: int | None = None


def impact_of(document: RuleSetDocument, product: str, stage: str, last: int = DEFAULT) -> ImpactReport:
    """The last `last` decisions of a product under this document and under the live version.

    Both read the recorded values, scores and pattern hits; new patterns are not looked for. Raises DocumentInvalid
    where the document has errors, BundleBroken, NoLiveCatalogueError.
    """
    if stage != PRE_LOAN:
        return ImpactReport(last=last, none="post_loan")
    try:
        live = bundle_live(product, stage)
    except NoLiveVersion:
        return ImpactReport(last=last, none="nothing_live")
    assert live.program is not None  # noqa: S101 a bundle without faults has one
    frame = history_frame(product, stage, last=last)
    if frame.is_empty():
        return ImpactReport(last=last, none="no_decisions")
    catalogue = catalogue_live()
    draft = compile_program(document, catalogue, product=product, stage=stage)
    frame = _controlled(frame, draft, live)
    impact = impact_measure(
        frame, live.program, draft, amount=_amount(draft), coded=_coded(catalogue, product, draft, live.program)
    )
    return ImpactReport(last=last, impact=impact, live_version_id=live.rule_set_version_id)


def _controlled(frame: pl.DataFrame, draft: Program, live: Bundle) -> pl.DataFrame:
    """What the amount control says now, where the draft names it: decisions of policies that did not recorded none."""
    names = [name for name in live.schema.modelled if name in draft.inputs] if live.schema else []
    on = business_date_of(timezone.now(), live.timezone)
    try:
        return control_filled(frame, names, model=live.models.get(AMOUNT_CONTROL), product=live.product_code, on=on)
    except (ModelInputError, pl.exceptions.PolarsError):
        logger.exception("amount_control_failed", extra={"product": live.product_code})
        return frame


def impact_evidence(document: RuleSetDocument, product: str, stage: str) -> dict[str, Any]:
    """Counts for the approval's evidence; `{"none": why}` where there is nothing to count. Stops no submission."""
    try:
        report = impact_of(document, product, stage)
    except RiskEngineError as error:
        return {"none": error.code}
    return {"none": report.none} if report.impact is None else {"last": report.last, **impact_counts(report.impact)}


def _amount(program: Program) -> str:
    offer = program.document.offer
    return offer.amount_variable if offer else ""


def _coded(catalogue: Catalogue, product: str, *programs: Program) -> list[str]:
    """Coded variables that either policy reads and that are no prohibited basis."""
    read = {name for program in programs for name in program.inputs}
    variables = catalogue.of_product(product)
    return [
        name
        for name, variable in variables.items()
        if name in read and not variable.is_prohibited_basis and 1 < len(variable.codes) <= _CODES_MOST
    ]
