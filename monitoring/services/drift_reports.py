"""Drift reports: one per product and period, made from what was recorded, with the alert that follows from it."""

import logging
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec
import polars as pl
from django.db import connection, transaction

from audit.services.governed_live import Live, governed_live, governed_lives
from audit.services.log import entry_append
from lending.models import Product
from monitoring.drift_policy import KIND_CODE, DriftPolicy
from monitoring.models import DriftFigure, DriftReport
from monitoring.services.drift_alerts import drift_cases_raise, drift_level
from monitoring.services.drift_cases import (
    POST_LOAN,
    decisions_between,
    outcomes_of_decisions,
    outcomes_of_loans,
    reviews_between,
    reviews_cases,
    reviews_speaking,
)
from monitoring.services.drift_challengers import challengers_beside
from monitoring.services.drift_figures import Figure, outcome_figures, population_figures, rule_figures
from monitoring.services.drift_references import model_reference, rules_reference
from monitoring.services.drift_variables import review_variable_figures
from riskengine.errors import NotFound, RiskEngineError
from rules.services.bundles.loading import PRE_LOAN
from scoring.bad_definition import BadDefinition
from scoring.models import ModelPackage
from scoring.services.bad_definitions import KIND_CODE as BAD_DEFINITION

logger = logging.getLogger(__name__)
ACTOR = "system:drift"
State = DriftReport.State


class NoDriftPolicy(NotFound):
    """No policy on drift is in force for the product on that day: draft one and have it approved."""

    code = "drift_policy_not_found"


class Period(msgspec.Struct, frozen=True):
    """Business dates, both included."""

    since: date
    until: date


class _Cases(msgspec.Struct, frozen=True):
    """One stage of a period: its cases, and the earlier ones whose outcome is known by its end."""

    stage: str
    frame: pl.DataFrame
    cohort: pl.DataFrame


def products_followed(on: date) -> list[Product]:
    """Active products with a policy on drift in force."""
    return list(Product.objects.filter(code__in=governed_lives(KIND_CODE, on), is_active=True).order_by("code"))


def period_ended(as_of: date, unit: str) -> Period:
    """The last whole month, or week from Monday, that had ended by the end of a business date."""
    if unit == "week":
        until = as_of - timedelta(days=(as_of.weekday() + 1) % 7)
        return Period(until - timedelta(days=6), until)
    first_of_next = as_of + timedelta(days=1)
    until = as_of if first_of_next.day == 1 else as_of.replace(day=1) - timedelta(days=1)
    return Period(until.replace(day=1), until)


@transaction.atomic
def drift_report(*, product: Product, as_of: date, at: datetime) -> DriftReport:
    """The report of the last period ended by a business date, made now unless it was before.

    Only what was decided in the period, and what was known of outcomes by its end, counts: a later run gives the same
    figures. Raises NoDriftPolicy.
    """
    live = _policy(product, as_of)
    policy: DriftPolicy = live.value
    period = period_ended(as_of, policy.period)
    with connection.cursor() as cursor:
        # Two workers at once would both find no report.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"drift/{product.code}"])
    of_period = DriftReport.objects.filter(product=product, policy_hash=live.content_hash)
    earlier = of_period.filter(since=period.since, until=period.until).first()
    if earlier is not None:
        return earlier
    definition = governed_live(BAD_DEFINITION, product.code, on=as_of)
    notes: list[str] = [] if definition else ["no_bad_definition"]
    stages = _stages(product, period, policy, definition.value if definition else None)
    figures = [figure for stage in stages for figure in _figures(product, stage, definition, period, policy, at, notes)]
    before = next((stage for stage in stages if stage.stage == PRE_LOAN), None)
    latest = next((stage.frame for stage in stages if stage.frame.height), None)
    report = DriftReport.objects.create(
        product=product,
        since=period.since,
        until=period.until,
        policy_hash=live.content_hash,
        model_hash=_last(latest, "model_hash"),
        rule_set_hash=_last(latest, "rule_set_hash"),
        state=_state(figures),
        level=drift_level(figures, policy),
        decisions=sum(stage.frame.height for stage in stages),
        matured=sum(stage.cohort.height for stage in stages),
        notes=sorted(set(notes)),
        challengers=challengers_beside(product, before.frame, before.cohort) if before else [],
        created_at=at,
    )
    DriftFigure.objects.bulk_create(_row(report, figure) for figure in figures)
    _record(report, at)
    models = {stage.stage: _last(stage.frame, "model_hash") for stage in stages}
    rule_sets = {stage.stage: _last(stage.frame, "rule_set_hash") for stage in stages}
    drift_cases_raise(report=report, figures=figures, models=models, rule_sets=rule_sets, policy=policy, at=at)
    return report


def _policy(product: Product, as_of: date) -> Live:
    live = governed_live(KIND_CODE, product.code, on=as_of)
    if live is None:
        raise NoDriftPolicy(f"No policy on drift is in force for {product.code}.", product=product.code)
    return live


def _stages(product: Product, period: Period, policy: DriftPolicy, definition: BadDefinition | None) -> list[_Cases]:
    found = []
    decisions = decisions_between(product, period.since, period.until)
    since, until = cohort_days(period.until, policy, definition)
    if decisions.height:
        cohort = decisions_between(product, since, until)
        known = outcomes_of_decisions(cohort, definition, product, period.until) if definition else cohort.clear()
        found.append(_Cases(PRE_LOAN, decisions, known))
    if reviews := reviews_between(product, period.since, period.until):
        cases, earlier = reviews_cases(reviews_speaking(reviews)), reviews_between(product, since, until)
        cohort = reviews_cases(reviews_speaking(earlier)) if earlier else cases.clear()
        known = outcomes_of_loans(cohort, definition, product, period.until) if definition else cohort.clear()
        found.append(_Cases(POST_LOAN, cases, known))
    return found


def cohort_days(until: date, policy: DriftPolicy, definition: BadDefinition | None) -> tuple[date, date]:
    """First and last business date of the whole months whose outcomes are known by a day, and judged together."""
    age = max(policy.maturity_months, definition.window_months if definition else 0)
    return _month(until, age + policy.cohort_months - 1)[0], _month(until, age)[1]


def _month(day: date, back: int) -> tuple[date, date]:
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _figures(
    product: Product,
    cases: _Cases,
    definition: Live | None,
    period: Period,
    policy: DriftPolicy,
    at: datetime,
    notes: list[str],
) -> Iterator[Figure]:
    rule_set_hash, model_hash = _last(cases.frame, "rule_set_hash"), _last(cases.frame, "model_hash")
    named = {"product": product, "stage": cases.stage, "policy": policy, "before": period.since, "at": at}
    of_rules = cases.frame.filter(pl.col("rule_set_hash") == rule_set_hash)
    hits = rules_reference(rule_set_hash=rule_set_hash, **named)  # type: ignore[arg-type]
    yield from rule_figures(cases.stage, of_rules, hits, policy)
    scored = cases.frame.filter((pl.col("model_hash") == model_hash) & pl.col("pd").is_not_null())
    model = ModelPackage.objects.filter(content_hash=model_hash).defer("package").first()
    if min(of_rules.height, scored.height or of_rules.height) < cases.frame.height:
        notes.append("latest_version_only")
    if hits is None:
        notes.append("no_rules_reference")
    if cases.stage == POST_LOAN:
        yield from _of_reviews(of_rules, product, period, policy, at, notes)
    if model is None:
        notes.append("no_model")
        return
    bins = model_reference(model=model, **named)  # type: ignore[arg-type]
    if bins is None:
        notes.append("no_model_reference")
    elif policy.reference == "training" and cases.stage == PRE_LOAN:
        notes.append("reference_is_training" if "drift_bins" in model.card else "reference_is_first_decisions")
    yield from population_figures(cases.stage, scored, bins, policy)
    if definition is not None:
        is_same = model.card["pd_horizon_months"] == definition.value.horizon_months
        if not is_same:
            notes.append("horizon_differs")
        matured = cases.cohort.filter(pl.col("model_hash") == model_hash)
        yield from outcome_figures(
            cases.stage, matured, reference_ks=model.card["metrics"]["ks"], is_same_horizon=is_same, policy=policy
        )


def _of_reviews(
    of_rules: pl.DataFrame, product: Product, period: Period, policy: DriftPolicy, at: datetime, notes: list[str]
) -> Iterator[Figure]:
    """The variables of the last model's and rule set's reviews; a bundle that does not load leaves them out."""
    own = of_rules.filter(pl.col("model_hash") == _last(of_rules, "model_hash"))
    try:
        found = list(review_variable_figures(product=product, cases=own, policy=policy, before=period.since, at=at))
    except RiskEngineError:
        logger.exception("variables_of_reviews_not_read", extra={"product": product.code})
        notes.append("variables_not_read")
        return
    if not found:
        notes.append("no_variables_reference")
    yield from found


def _last(frame: pl.DataFrame | None, column: str) -> str:
    """Of the last case that has one; thin files may be scored by a model of their own, which is not followed here."""
    named = [] if frame is None else [found for found in frame[column].to_list() if found]
    return str(named[-1]) if named else ""


def _state(figures: list[Figure]) -> str:
    states = {figure.verdict.state for figure in figures}
    if "drifting" in states:
        return State.DRIFTING
    return State.STABLE if "stable" in states else State.NOT_ENOUGH_DATA


def _row(report: DriftReport, figure: Figure) -> DriftFigure:
    fields = msgspec.structs.asdict(figure.verdict)
    return DriftFigure(
        report=report,
        stage=figure.stage,
        measure=figure.measure,
        subject=figure.subject,
        distribution=figure.distribution,
        **{**fields, "state": fields["state"].upper()},
    )


def _record(report: DriftReport, at: datetime) -> None:
    entry_append(
        kind="drift.reported",
        object_type="drift_report",
        object_id=str(report.pk),
        actor=ACTOR,
        payload={
            "product": report.product.code,
            "since": report.since.isoformat(),
            "until": report.until.isoformat(),
            "policy_hash": report.policy_hash,
            "state": report.state,
            "level": report.level,
        },
        recorded_at=at,
    )
