"""What a review finds of each loan: PD, level, rules and patterns that hit, reasons. Pure given portraits and hits."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import polars as pl

from monitoring.events import CustomerHits
from monitoring.levels import LEVELS, NONE, level_rank, level_worst
from monitoring.portraits import MONTHS_LATE, OWN_COLUMNS
from rules.engine.columns import PATTERN_OUTCOME
from rules.engine.outcomes import DEFAULT_REASON, MISSING_REASON, UNKNOWN_LEVEL
from rules.services.bundles import Bundle
from scoring.catalogue import Reason

REASON_LIMIT: Final = 4
FRESH_DAYS: Final = 100
"""A loan whose latest month known ended longer ago is skipped: its portrait says nothing of today."""

PATTERN_FAILURE: Final = "PATTERN_ENGINE_FAILED"
UNKNOWN: Final = LEVELS[UNKNOWN_LEVEL]
"""What cannot be told is at least a warning of the mildest level."""


class Finding(msgspec.Struct, kw_only=True):
    """One loan in one review."""

    loan_id: int
    customer_id: int
    wrapped_key: str
    """Hex."""
    pd: float | None
    grade: str
    level: str
    rule_codes: list[str]
    unknown_codes: list[str]
    pattern_hits: list[dict[str, Any]]
    reasons: list[dict[str, str]]
    months_late: int
    portrait: dict[str, Any]
    """The variables by name, with `_latest_month`."""


def skipped(frame: pl.DataFrame, business_date: date) -> tuple[pl.DataFrame, dict[str, int]]:
    """(portraits that can be judged, number left out by cause: no_month, stale, erased)."""
    oldest = (business_date - timedelta(days=FRESH_DAYS)).isoformat()
    cause = (
        pl.when(pl.col("_wrapped_key").is_null())
        .then(pl.lit("erased"))
        .when(pl.col("_latest_month").is_null())
        .then(pl.lit("no_month"))
        .when(pl.col("_latest_month") < oldest)
        .then(pl.lit("stale"))
    )
    marked = frame.with_columns(cause.alias("_cause"))
    counts = marked.filter(pl.col("_cause").is_not_null()).group_by("_cause").len().sort("_cause")
    usable = marked.filter(pl.col("_cause").is_null()).drop("_cause")
    return usable, dict(counts.iter_rows())


def findings_of(frame: pl.DataFrame, bundle: Bundle, hits: Mapping[int, CustomerHits]) -> list[Finding]:
    """Findings of judged portraits in their order. `hits` are pattern hits by customer."""
    program = bundle.program
    if program is None:  # bundle_live refuses such a bundle
        raise ValueError("A review needs a rule set.")
    customers = [hits.get(customer) for customer in frame["_customer_id"].to_list()]
    patterns = [_patterns_of_loan(*pair) for pair in zip(customers, frame["_loan_id"].to_list(), strict=True)]
    scored = _scored(frame, bundle).with_columns(pl.Series(PATTERN_OUTCOME, _worst(patterns), dtype=pl.String))
    judged = program.evaluate_columns(scored)
    reader = _Reader(bundle)
    names = [name for name in frame.columns if name not in OWN_COLUMNS]
    own = scored.select(*OWN_COLUMNS, "pd").iter_rows(named=True)
    portraits = frame.select("_latest_month", *names).iter_rows(named=True)
    columns = judged.select("outcome", "grade", *reader.rule_codes).iter_rows(named=True)
    rows = zip(own, columns, portraits, patterns, strict=True)
    return [reader.finding(*row) for row in rows]


def _worst(patterns: list[list[dict[str, Any]]]) -> list[str | None]:
    return [level_worst(entry["level"] for entry in entries) if entries else None for entries in patterns]


def _scored(frame: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    if bundle.model is None:
        empty = (pl.lit(None, dtype=pl.Float64).alias("pd"), pl.lit(None, dtype=pl.Int64).alias("score_points"))
        return frame.with_columns(*empty)
    pds = bundle.model.score_frame(frame)
    points = [bundle.model.points(pd) for pd in pds.tolist()]
    return frame.with_columns(pl.Series("pd", pds), pl.Series("score_points", points, dtype=pl.Int64))


class _Reader:
    """What is the same for every loan: wording, and each rule's place on the ladder."""

    def __init__(self, bundle: Bundle) -> None:
        document = bundle.program.document if bundle.program else None
        self.rules = [rule for rule in document.rules if rule.enabled] if document else []
        self.rule_codes = [rule.code for rule in self.rules]
        self.wording: dict[str, Reason] = bundle.catalogue.reasons_by_code() if bundle.catalogue else {}

    def finding(
        self,
        row: dict[str, Any],
        judged: dict[str, Any],
        portrait: dict[str, Any],
        patterns: list[dict[str, Any]],
    ) -> Finding:
        """One loan's finding from its own columns, the rules' columns, its portrait and its pattern hits."""
        hit = [rule for rule in self.rules if judged[rule.code]]
        unknown = [rule for rule in self.rules if judged[rule.code] is None]
        causes = [(rule.then.outcome, rule.then.reason) for rule in hit if rule.then.outcome]
        causes += [(entry["level"], entry["reason"]) for entry in patterns]
        causes += [(UNKNOWN, MISSING_REASON) for rule in unknown if rule.on_unknown == "refer"]
        level = judged["outcome"]
        if level != NONE and not causes:
            causes.append((level, DEFAULT_REASON))
        return Finding(
            loan_id=row["_loan_id"],
            customer_id=row["_customer_id"],
            wrapped_key=row["_wrapped_key"],
            pd=row["pd"],
            grade=judged["grade"] or "",
            level=level,
            rule_codes=[rule.code for rule in hit],
            unknown_codes=[rule.code for rule in unknown],
            pattern_hits=patterns,
            reasons=self._reasons(causes),
            months_late=row[MONTHS_LATE] or 0,
            portrait=portrait,
        )

    def _reasons(self, causes: list[tuple[str, str]]) -> list[dict[str, str]]:
        worst_first = sorted(causes, key=lambda cause: -level_rank(cause[0]))
        codes = list(dict.fromkeys(reason for level, reason in worst_first if level != NONE and reason))
        return [self._worded(code) for code in codes[:REASON_LIMIT]]

    def _worded(self, code: str) -> dict[str, str]:
        reason = self.wording.get(code)
        return {"code": code, "en": reason.en if reason else code, "zh": reason.zh if reason else code}


def _patterns_of_loan(hits: CustomerHits | None, loan_id: int) -> list[dict[str, Any]]:
    if hits is None:
        return []
    if hits.failure:  # unknown is never silently none
        return [{"code": hits.failure, "level": UNKNOWN, "reason": PATTERN_FAILURE, "facts": []}]
    return [
        {"code": hit.code, "level": hit.outcome, "reason": hit.reason, "facts": hit.facts}
        for hit, loans in zip(hits.hits, hits.loan_ids, strict=True)
        if not loans or loan_id in loans
    ]
