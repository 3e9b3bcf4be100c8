"""Challengers beside the champion on the decisions of a period: scored afterwards, from the values on record."""

import logging
from typing import Any

import msgspec
import numpy as np
import polars as pl

from lending.models import Product
from monitoring.services.retraining_evidence import FEWEST_BADS
from riskengine.errors import Conflict, RiskEngineError
from rules.services.decisions.history import UNREAD_JOIN
from scoring.models import ModelPackage
from scoring.package import ScoringModel
from scoring.paired import paired_auc
from scoring.services.catalogues.life import catalogue_live
from scoring.services.models.life import model_load
from scoring.training.honesty import figures_rounded
from scoring.training.rows import members_of

logger = logging.getLogger(__name__)
Purpose, State = ModelPackage.Purpose, ModelPackage.State


class ChallengerReadsUnrecorded(Conflict):
    """The challenger reads alternative data that decisions do not: none of it was opened, so none is on record."""

    code = "reads_unrecorded"


def challengers_beside(product: Product, decisions: pl.DataFrame, matured: pl.DataFrame) -> list[dict[str, Any]]:
    """For each challenger: {model, name, where, decisions, unread, mean_pd, champion_mean_pd, moved, paired}.

    One for thin files stands beside the main model on such applicants alone (`where`, as on its card).

    `decisions` and `matured` hold the variables and `pd`, as the champion of their day gave it; `matured` also `bad`.
    `moved`: the mean distance of the two PDs. `paired`: AUC of the champion (first) and the challenger (second) on
    matured outcomes with the interval of their difference; absent where there are too few. `unread`: decisions left
    out, and not among `decisions`, as nothing that decided read what the challenger reads; absent where there is none.
    A challenger that does not load, cannot read the values or reads what no decision did has an `error_code` instead.
    """
    purposes = (Purpose.MAIN, Purpose.THIN_FILE)
    rows = ModelPackage.objects.filter(product=product, purpose__in=purposes, state=State.CHALLENGER).order_by("pk")
    return [_beside(row, _scored(decisions), _scored(matured)) for row in rows]


def _of_whom(row: ModelPackage, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that the model speaks of: those it was trained on some of, by the catalogue's names of the columns."""
    where = row.card["training_data"].get("where", "")
    if row.purpose != Purpose.THIN_FILE or not where or frame.is_empty():
        return frame
    variables = catalogue_live().of_product(row.product.code).values()
    named = frame.rename({item.name: item.column for item in variables if item.column and item.name in frame.columns})
    return frame.filter(members_of(named, where))


def _scored(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("pd").is_not_null())


def _recorded(model: ScoringModel, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows whose decisions recorded all that the model reads: on the others it would be scored on blanks. A period
    may hold both, where what decides began to read a variable, or stopped."""
    said = frame["unread"].cast(pl.String)
    blank = [one for one in said.unique() if one and not {*one.split(UNREAD_JOIN)}.isdisjoint(model.features)]
    return frame.filter(~said.is_in(blank))


def _beside(row: ModelPackage, decisions: pl.DataFrame, matured: pl.DataFrame) -> dict[str, Any]:
    named: dict[str, Any] = {"model": row.content_hash, "name": row.name}
    if row.purpose == Purpose.THIN_FILE:
        named["where"] = row.card["training_data"].get("where", "")
    try:
        decisions, matured = _of_whom(row, decisions), _of_whom(row, matured)
        named["decisions"] = decisions.height
        if decisions.is_empty():
            return named
        model = model_load(row)
        read, matured = _recorded(model, decisions), _recorded(model, matured)
        if unread := decisions.height - read.height:
            named |= {"decisions": read.height, "unread": unread}
        if read.is_empty():
            raise ChallengerReadsUnrecorded("Decisions do not read what the challenger reads.", model=row.pk)
        decisions = read
        own, champion = model.predict_pd(decisions), decisions["pd"].to_numpy()
        named |= {
            "mean_pd": float(own.mean()),
            "champion_mean_pd": float(champion.mean()),
            "moved": float(np.abs(own - champion).mean()),
        }
        bads = int(matured["bad"].sum()) if matured.height else 0
        if min(bads, matured.height - bads) >= FEWEST_BADS:
            found = paired_auc(matured["bad"].to_numpy(), matured["pd"].to_numpy(), model.predict_pd(matured))
            named["paired"] = msgspec.to_builtins(found)
    except RiskEngineError as error:
        logger.exception("challenger_not_scored", extra={"model": row.pk, "error_code": error.code})
        return {"decisions": 0, **named, "error_code": error.code}
    rounded: dict[str, Any] = figures_rounded(named)
    return rounded
