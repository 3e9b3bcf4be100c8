"""A new model proposed from matured outcomes: trained, measured out of time beside the champion, kept as a candidate.

It ends at `model_register`. Whether the candidate is put forward, and as what, is for a person; whether it may be, for
another: nothing here asks for an approval or gives one.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import polars as pl
from django.db import connection, transaction

from audit.services.governed_live import Live, governed_live
from audit.services.log import entry_append
from lending.models import Product
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import RetrainingProposal
from monitoring.services.drift_cases import decisions_between, outcomes_of_decisions
from monitoring.services.drift_reports import NoDriftPolicy, cohort_days, period_ended
from monitoring.services.retraining_evidence import TEST_SHARE, evidence_out_of_time
from monitoring.services.reviews import review_as_of
from monitoring.services.warning_labels import labels_beside
from riskengine.errors import RiskEngineError
from scoring.models import ModelPackage
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION
from scoring.services.bad_definitions import statement_under
from scoring.services.catalogues.life import catalogue_live
from scoring.services.models.life import model_champion, model_register
from scoring.services.policy_grades import policy_grades
from scoring.training.statement import Statement, Text

ACTOR = "system:retraining"
TARGET, DECIDED_ON = "matured_bad", "decided_on"
_LOCK = 7_204_023
_EARLIEST = date(1970, 1, 2)
State = RetrainingProposal.State
Progress = Callable[[str], None]


def retraining_due(product: Product, as_of: date) -> date | None:
    """The end of the month for which a proposal is due by a day; None where the policy wants none, or it was made."""
    live = governed_live(KIND_CODE, product.code, on=as_of)
    if live is None or not live.value.has_retraining:
        return None
    until = period_ended(as_of, "month").until
    last = RetrainingProposal.objects.filter(product=product).order_by("-until").first()
    if last is not None and _months(last.until, until) < live.value.retraining_months:
        return None
    return until


def retraining_propose(
    *, product: Product, until: date, at: datetime, progress: Progress, parameters: msgspec.Struct | None = None
) -> RetrainingProposal | None:
    """Train on outcomes known by the end of `until` and keep the candidate, or say why there is none; once a day.

    The earlier three quarters of the decisions train, the later quarter judges it beside the champion. Raises
    NoDriftPolicy. None where another process is at it. `parameters` leave nothing to tune.
    """
    live = governed_live(KIND_CODE, product.code, on=until)
    if live is None:
        raise NoDriftPolicy(f"No policy on drift is in force for {product.code}.", product=product.code)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, product.pk])
        if not cursor.fetchone()[0]:
            return None
    try:
        earlier = RetrainingProposal.objects.filter(product=product, until=until).first()
        return earlier or _propose(product, until, live.value, at, progress, parameters)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, product.pk])


def _propose(
    product: Product,
    until: date,
    policy: DriftPolicy,
    at: datetime,
    progress: Progress,
    parameters: msgspec.Struct | None,
) -> RetrainingProposal:
    definition = governed_live(BAD_DEFINITION, product.code, on=until)
    matured = _matured(product, until, policy, definition)
    counts = {"outcomes": matured.height, "bads": int(matured["bad"].sum()) if matured.height else 0}
    goods = counts["outcomes"] - counts["bads"]
    stated = {"labels": _labels(product, until, matured)}
    if definition is None or not _is_enough(policy, counts["outcomes"], counts["bads"], goods):
        wanted = {"outcomes_least": policy.retraining_outcomes_least, "bads_least": policy.retraining_bads_least}
        why = {"has_definition": definition is not None, **wanted, **stated}
        return _keep(product, until, State.NOT_ENOUGH_DATA, counts, at, evidence=why)
    try:
        package, evidence = _trained(product, until, policy, matured, progress, parameters)
        with transaction.atomic():
            name = f"{product.code} retrained {until}"
            row = model_register(product=product, name=name, package=package, at=at)
            return _keep(product, until, State.PROPOSED, counts, at, evidence={**evidence, **stated}, package=row)
    except RiskEngineError as error:
        return _keep(product, until, State.REFUSED, counts, at, evidence=stated, error=error)


def _trained(
    product: Product,
    until: date,
    policy: DriftPolicy,
    matured: pl.DataFrame,
    progress: Progress,
    parameters: msgspec.Struct | None,
) -> tuple[bytes, dict[str, Any]]:
    # Training loads slowly, and what only reports never needs it.
    from scoring.training.product import in_own_names
    from scoring.training.request import Request
    from scoring.training.run import train

    catalogue = in_own_names(catalogue_live(), product.code)
    rows = matured.sort("business_date", maintain_order=True).rename({"bad": TARGET, "business_date": DECIDED_ON})
    rows = rows.select(TARGET, DECIDED_ON, *(name for name in catalogue.of_product(product.code) if name in rows))
    split = rows[DECIDED_ON][int(rows.height * (1.0 - TEST_SHARE))]
    early, late = rows.filter(pl.col(DECIDED_ON) < split), rows.filter(pl.col(DECIDED_ON) >= split)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{product.code}-matured-{until}.parquet"
        early.write_parquet(path)
        request = Request(
            data=path,
            target=TARGET,
            product=product.code,
            catalogue=catalogue,
            parameters=parameters,
            scale=policy_grades(product.code),
            drop=[DECIDED_ON],
        )
        run = train(
            request,
            model=policy.retraining_model,
            statement=_statement(product, until, early),
            name=f"{product.code} retrained {until}",
            is_packed=True,
            progress=progress,
        )
    if run.package is None or run.fitted is None:
        raise TypeError("a run that packs gives a package")
    evidence = evidence_out_of_time(product, run.fitted.model, late.rename({TARGET: "bad"}), DECIDED_ON)
    return run.package, {**evidence, "findings": run.findings, "metrics": run.validation.metrics}


def _matured(product: Product, until: date, policy: DriftPolicy, definition: Live | None) -> pl.DataFrame:
    """Every decision old enough that was paid out and turned out, with its values as recorded then."""
    _, last = cohort_days(until, policy, definition.value if definition else None)
    cases = decisions_between(product, _EARLIEST, last)
    if definition is None:
        return cases.clear().with_columns(loan_id=pl.lit(None, dtype=pl.Int64), bad=pl.lit(None, dtype=pl.Int8))
    return outcomes_of_decisions(cases, definition.value, product, until)


def _labels(product: Product, until: date, matured: pl.DataFrame) -> dict[str, Any]:
    """Officers' outcomes of cases closed by the end of `until`, beside the matured ones of the same loans.

    Stated, and nothing else: they are no target and leave no row out. They exist for worked cases alone, which the
    model and the rules themselves chose; trouble that an officer helped to cure is no default; and to drop what was
    called a false alarm would be to choose rows by their outcome. What contradicts is counted, for a person to judge.
    """
    known_by = review_as_of(until, product)
    found = labels_beside(product, matured.select("loan_id", "bad"), warned_by=known_by, known_by=known_by)
    return {name: value for name, value in found.items() if name != "triggers"}


def _statement(product: Product, until: date, early: pl.DataFrame) -> Statement:
    """What the candidate predicts: the definition in force; learnt from the accepted only."""
    days: list[date] = early[DECIDED_ON].to_list()
    first, last = min(days), max(days)
    sample = Text(
        f"Decisions of {product.code} from {first} to {last} that were accepted and paid out, values as recorded"
        f" then, outcomes as known by {until}.",
        f"{product.code} 自{first}至{last}已获批并放款的审批，变量取当时记录值，结果以{until}前已知者为准。",
    )
    limit = Text("Proposed by schedule; nobody has looked at it yet.", "由定时任务提出，尚未经人工审视。")
    unsaid = Text("", "")
    statement = Statement(None, unsaid, unsaid, sample, [limit], is_accepted_only=True)
    return statement_under(statement, product.code, on=until)


def _is_enough(policy: DriftPolicy, outcomes: int, bads: int, goods: int) -> bool:
    return outcomes >= policy.retraining_outcomes_least and min(bads, goods) >= policy.retraining_bads_least


def _keep(
    product: Product,
    until: date,
    state: str,
    counts: dict[str, int],
    at: datetime,
    *,
    evidence: dict[str, Any] | None = None,
    package: ModelPackage | None = None,
    error: RiskEngineError | None = None,
) -> RetrainingProposal:
    champion = model_champion(product)
    with transaction.atomic():
        row = RetrainingProposal.objects.create(
            product=product,
            until=until,
            state=state,
            package=package,
            evidence={**(evidence or {}), "champion": champion.content_hash if champion else ""},
            error_code=error.code if error else "",
            error_text=error.message if error else "",
            created_at=at,
            **counts,
        )
        entry_append(
            kind="drift.retraining",
            object_type="retraining_proposal",
            object_id=product.code,
            actor=ACTOR,
            payload={
                "proposal": row.pk,
                "product": product.code,
                "until": until.isoformat(),
                "state": state,
                "model": package.content_hash if package else "",
                **counts,
            },
            recorded_at=at,
        )
    return row


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
