"""What the live post-loan policy would have warned of on past days, by models that had not seen the account."""

from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.db.models.functions import TruncMonth

from audit.services.log import entry_append
from lending.models import LoanMonth, Product
from monitoring.levels import NONE
from monitoring.models import TriggerReport
from monitoring.services.reviews import review_as_of
from monitoring.services.warning_labels import labels_beside
from monitoring.services.warning_outcomes import Outcomes, accounts_of, default_day, month_end
from monitoring.services.warning_simulation import Progress, Simulation
from monitoring.triggers.report import Trigger, triggers_report
from riskengine.errors import InvalidInput
from rules.engine.document import Pattern, Rule
from rules.services.bundles.loading import POST_LOAN, Bundle, bundle_live

ACTOR: Final = "system:warning_report"
MOST_DAYS: Final = 24


class NothingToMeasure(InvalidInput):
    """No account of the file can be reviewed as of the day."""

    code = "nothing_to_measure"


def warning_report(
    *, product: Product, day: date, outcomes: Outcomes, defaulted_on: date | None, progress: Progress
) -> dict[str, Any]:
    """The report as of the end of `day`, as `docs/warnings.md` says. Reads the book, writes nothing to it.

    `defaulted_on`: the day of default where the file names none; else the end of the month after the latest in the
    book. Raises NothingToMeasure, TooFewOutcomes, ModelNotRefittable, and what `bundle_live` raises.
    """
    bundle = bundle_live(product.code, POST_LOAN)
    last_day = defaulted_on or default_day(product) or month_end(day, 1)
    accounts, left_out = accounts_of(outcomes, product, day, last_day)
    if not accounts.loan_ids:
        raise NothingToMeasure("No account of the file was open on that day.", day=day.isoformat())
    simulation = Simulation(product, bundle, accounts, progress)
    days = review_days(product, day)
    judged = [simulation.review(one) for one in days]
    last = judged[-1].frame
    if last.is_empty():
        raise NothingToMeasure("No account of the file can be reviewed as of that day.", day=day.isoformat())
    return {
        "schema": 1,
        "product": product.code,
        "as_of": day.isoformat(),
        "accounts": len(accounts.loan_ids),
        "defaults": int(accounts.bad.sum()),
        "default_rate": round(float(accounts.bad.mean()), 6),
        "outcome_unknown": outcomes.unknown,
        "not_in_book": left_out,
        "skipped": simulation.skips,
        "bundle": {
            "bundle_hash": bundle.bundle_hash,
            "rule_set": bundle.rule_set_hash,
            "model": bundle.model_hash,
            "catalogue": bundle.catalogue_hash,
        },
        "out_of_fold": simulation.training,
        "labels": labels_beside(
            product,
            pl.DataFrame(
                {"loan_id": list(accounts.loan_ids), "bad": accounts.bad}, schema_overrides={"loan_id": pl.Int64}
            ),
            warned_by=review_as_of(day, product),
            known_by=review_as_of(last_day, product),
        ),
        **triggers_report(accounts, judged, triggers_of(bundle)),
    }


@transaction.atomic
def warning_report_store(*, product: Product, report: dict[str, Any], at: datetime) -> TriggerReport:
    """Keep a report for the page of triggers; recorded in the audit log."""
    stored = TriggerReport.objects.create(
        product=product,
        as_of=date.fromisoformat(report["as_of"]),
        bundle_hash=report["bundle"]["bundle_hash"],
        accounts=report["accounts"],
        defaults=report["defaults"],
        document=report,
        created_at=at,
    )
    named = ("product", "as_of", "accounts", "defaults", "precision", "recall", "false_alarms_per_1000")
    entry_append(
        kind="triggers.reported",
        object_type="trigger_report",
        object_id=str(stored.pk),
        actor=ACTOR,
        payload={**{name: report[name] for name in named}, "bundle_hash": stored.bundle_hash},
        recorded_at=at,
    )
    return stored


def review_days(product: Product, day: date) -> list[date]:
    """Month ends for which the book has months of the product, up to `day`, and `day` itself; the latest 24."""
    months = LoanMonth.objects.filter(loan__product=product, business_date__lte=day)
    firsts = months.annotate(first=TruncMonth("business_date")).values_list("first", flat=True).distinct()
    ends = {month_end(first, 0) for first in firsts}
    return sorted({end for end in ends if end < day} | {day})[-MOST_DAYS:]


def triggers_of(bundle: Bundle) -> list[Trigger]:
    """The enabled rules that give a level, and the patterns, in the order of the document."""
    document = bundle.program.document if bundle.program else None
    if document is None:  # bundle_live refuses such a bundle
        raise ValueError("A report needs a rule set.")
    rules = [rule for rule in document.rules if rule.enabled and rule.then.outcome not in ("", NONE)]
    patterns = [pattern for pattern in document.patterns if pattern.enabled]
    return [_trigger("rule", rule) for rule in rules] + [_trigger("pattern", pattern) for pattern in patterns]


def _trigger(kind: str, item: Rule | Pattern) -> Trigger:
    return Trigger(item.code, kind, item.then.outcome, item.label_en, item.label_zh)
