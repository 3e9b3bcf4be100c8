"""Which warnings open cases, so that officers can work them off: thresholds now and proposed, from the last review."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec
import numpy as np
from django.db import connection

from audit.models import GovernedDocument, User
from audit.services.governed import governed_draft
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.levels import LEVELS, NONE, level_rank
from monitoring.models import ReviewRun, TriggerReport
from monitoring.services.portfolio.reading import Shown, runs_by_month, runs_latest
from monitoring.triggers.capacity import capacity_threshold
from monitoring.warning_policy import ABSENT, KIND_CODE, WarningPolicy, warning_policy_of

WEEK: Final = 5 / 7
"""Working days in a day."""
MONTH_DAYS: Final = 30
_FOUND: Final = "SELECT level, pd FROM monitoring_portfolioloan WHERE run_id = %(run)s AND level <> 'NONE'"
_IS_CASE: Final = """(coalesce({of}.level, 'NONE') <> 'NONE' AND (
    array_position(%(levels)s::text[], {of}.level::text) - 1 > %(rank)s
    OR array_position(%(levels)s::text[], {of}.level::text) - 1 = %(rank)s AND coalesce({of}.pd >= %(pd)s, true)))"""
_ENTERED: Final = """
SELECT count(*) FROM monitoring_portfolioloan now
LEFT JOIN monitoring_portfolioloan before ON before.loan_id = now.loan_id AND before.run_id = %(before)s
WHERE now.run_id = %(run)s AND {now} AND NOT {before}
"""
Pds = Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]


@dataclass(frozen=True)
class Line:
    """What one choice of thresholds means."""

    case_from: str
    case_pd: float
    cases: int
    """Loans of the last review that it opens cases for."""
    a_day: float
    """Cases a working day, if every loan still in trouble comes back as soon as it may."""
    days_of_work: float
    """Working days in which officers work off the cases of one review."""
    entered: int | None
    """Of the cases, loans that had none by the review before; None without one."""
    precision: float | None
    """Accounts with a case that came to default, as a share: out of fold, from the last report on triggers."""
    recall: float | None


@dataclass(frozen=True)
class Capacity:
    """The policy's thresholds beside those that fit, and beside a case for every warning."""

    run: ReviewRun
    policy: WarningPolicy
    report: TriggerReport | None
    returns_after: int
    """Working days after which a loan may have its next case: from review to review, or the cooldown if longer."""
    now: Line
    proposed: Line
    every: Line

    @property
    def most(self) -> int:
        """Cases of one review that officers can work off in time."""
        return _most(self.policy, self.returns_after)

    @property
    def is_fitting(self) -> bool:
        """Whether the proposal fits: accounts of one PD, or with none, go together, and may be too many at the top."""
        return self.proposed.cases <= self.most

    @property
    def recall_given_up(self) -> float | None:
        """Share of defaults that have a case by the policy's thresholds and none by those proposed; negative where the
        proposal opens more. None where nobody measured it."""
        now, proposed = self.now.recall, self.proposed.recall
        return None if now is None or proposed is None else now - proposed

    @property
    def has_proposal(self) -> bool:
        """Whether other thresholds than those in force fit."""
        now, proposed = self.now, self.proposed
        return (now.case_from, now.case_pd) != (proposed.case_from, proposed.case_pd)


def capacity_of(product: Product, on: date, policy: WarningPolicy | None = None) -> Capacity | None:
    """How the product's thresholds fit the capacity stated in its policy on warnings, or in another `policy` than the
    one in force; None before its first review."""
    runs = runs_latest(Shown(product=product))
    if not runs:
        return None
    policy = policy or warning_policy_of(product.code, on=on)
    run, before = runs[0], _before(product, runs[0])
    days = (run.as_of - before.as_of).days if before else MONTH_DAYS
    returns_after = max(round(max(days, policy.cooldown_days) * WEEK), 1)
    pds = _pds(run)
    report = _report(product)
    most = _most(policy, returns_after)

    def line(case_from: str, case_pd: float) -> Line:
        cases = _cases(pds, case_from, case_pd)
        precision, recall = _measured(report, case_from, case_pd)
        return Line(
            case_from,
            case_pd,
            cases,
            cases / returns_after,
            cases / policy.capacity_per_day,
            _entered(run, before, case_from, case_pd) if before else None,
            precision,
            recall,
        )

    return Capacity(
        run=run,
        policy=policy,
        report=report,
        returns_after=returns_after,
        now=line(policy.case_from, policy.case_pd),
        proposed=line(*thresholds_fitting(pds, most)),
        every=line("BLUE", 0.0),
    )


def thresholds_fitting(pds: Pds, most: int) -> tuple[str, float]:
    """(level, PD) from which warnings open cases so that at most `most` do: the most severe first, at the edge by PD.

    `pds` by level, NaN where not known: those reach any PD. In hundredths, such that never more do.
    """
    used, found = 0, (LEVELS[-1], 1.0)
    for level in reversed(LEVELS[1:]):
        values = pds.get(level, np.empty(0))
        if used + values.size <= most:
            used, found = used + values.size, (level, 0.0)
            continue
        free = most - used - int(np.isnan(values).sum())
        if free < 0:
            return found
        limit = capacity_threshold(values, free)
        if limit is not None:
            below = math.floor(limit * 100) / 100
            return level, below if int((values >= below).sum()) <= free else min(round(below + 0.01, 2), 1.0)
        return found
    return found


def capacity_draft(*, product: Product, author: User, at: datetime) -> GovernedDocument | None:
    """A draft of the policy on warnings with the thresholds that fit; None where there is nothing to propose.

    Somebody submits it and another person approves it, as any. Raises what `governed_draft` raises.
    """
    found = capacity_of(product, business_date_of(at, product.timezone))
    if found is None:
        return None
    base = WarningPolicy() if found.policy == ABSENT else found.policy
    policy = msgspec.structs.replace(base, case_from=found.proposed.case_from, case_pd=found.proposed.case_pd)
    return governed_draft(
        kind=KIND_CODE, name=product.code, document=policy, author=author, at=at, valid_from=at.date()
    )


def _most(policy: WarningPolicy, returns_after: int) -> int:
    return policy.capacity_per_day * min(returns_after, policy.work_days)


def _before(product: Product, run: ReviewRun) -> ReviewRun | None:
    numbers = [one for runs in runs_by_month(Shown(product=product)).values() for one in runs if one != run.pk]
    return ReviewRun.objects.filter(pk__in=numbers, as_of__lt=run.as_of).order_by("-as_of").first()


def _pds(run: ReviewRun) -> Pds:
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, {"run": run.pk})
        rows = cursor.fetchall()
    by_level: dict[str, list[float]] = {}
    for level, pd in rows:
        by_level.setdefault(level, []).append(math.nan if pd is None else pd)
    return {level: np.array(values, dtype=np.float64) for level, values in by_level.items()}


def _cases(pds: Pds, case_from: str, case_pd: float) -> int:
    rank = level_rank(case_from)
    above = sum(values.size for level, values in pds.items() if level_rank(level) > rank)
    edge = pds.get(case_from, np.empty(0))
    return int(above + (np.isnan(edge) | (edge >= case_pd)).sum())


def _entered(run: ReviewRun, before: ReviewRun, case_from: str, case_pd: float) -> int:
    statement = _ENTERED.format(now=_IS_CASE.format(of="now"), before=_IS_CASE.format(of="before"))
    values: dict[str, Any] = {
        "levels": list(LEVELS),
        "rank": level_rank(case_from),
        "pd": case_pd,
        "run": run.pk,
        "before": before.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"run": run.pk, "before": before.pk})
        return int(cursor.fetchone()[0])


def _report(product: Product) -> TriggerReport | None:
    """The last report that measured cases."""
    reports = TriggerReport.objects.filter(product=product, document__has_key="cases")
    return reports.order_by("-created_at", "-pk").first()


def _measured(report: TriggerReport | None, case_from: str, case_pd: float) -> tuple[float | None, float | None]:
    """(precision, recall) at the next hundredth of the PD."""
    if report is None or case_from == NONE:
        return None, None
    steps = next(one["steps"] for one in report.document["cases"] if one["level"] == case_from)
    fired, right = steps[min(math.ceil(case_pd * 100 - 1e-9), 100)]
    return (right / fired if fired else None), (right / report.defaults if report.defaults else None)
