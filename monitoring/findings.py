"""What a review finds of each loan: PD, level, rules and patterns that hit, reasons. Pure given portraits and hits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, NamedTuple

import polars as pl

from monitoring.events import CustomerHits
from monitoring.levels import LEVELS, NONE, level_rank, level_worst
from monitoring.portraits import MONTHS_LATE, OWN_COLUMNS
from rules.engine.columns import PATTERN_OUTCOME
from rules.engine.outcomes import BUSINESS_DATE, DEFAULT_REASON, MISSING_REASON, UNKNOWN_LEVEL
from rules.services.bundles import Bundle
from scoring.catalogue import Reason

REASON_LIMIT: Final = 4
FRESH_DAYS: Final = 100
"""A loan whose latest month known ended longer ago is skipped: its portrait says nothing of today."""

PATTERN_FAILURE: Final = "PATTERN_ENGINE_FAILED"
UNKNOWN: Final = LEVELS[UNKNOWN_LEVEL]
"""What cannot be told is at least a warning of the mildest level."""


@dataclass(frozen=True)
class Judgement:
    """What the rules and patterns say; the same object for loans of which they say the same."""

    level: str
    rule_codes: tuple[str, ...]
    unknown_codes: tuple[str, ...]
    pattern_hits: list[dict[str, Any]]
    reasons: list[dict[str, str]]

    @cached_property
    def columns(self) -> tuple[str, str, str, str]:
        """As JSON: rules that hit, rules that could not be told, pattern hits, reasons."""
        parts = (self.rule_codes, self.unknown_codes, self.pattern_hits, self.reasons)
        first, second, third, fourth = (json.dumps(part, ensure_ascii=False) for part in parts)
        return first, second, third, fourth


class Finding(NamedTuple):
    """One loan in one review."""

    loan_id: int
    customer_id: int
    wrapped_key: str
    """Hex."""
    months_late: int | None
    pd: float | None
    grade: str | None
    portrait: bytes
    """The variables by name, with `_latest_month`, as JSON."""
    judgement: Judgement


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


def findings_of(
    frame: pl.DataFrame, bundle: Bundle, hits: Mapping[int, CustomerHits], business_date: date
) -> list[Finding]:
    """Findings of portraits judged as of the business date, in their order. `hits` are pattern hits by customer."""
    program = bundle.program
    if program is None:  # bundle_live refuses such a bundle
        raise ValueError("A review needs a rule set.")
    customers = [hits.get(customer) for customer in frame["_customer_id"].to_list()]
    patterns = [_patterns_of_loan(*pair) for pair in zip(customers, frame["_loan_id"].to_list(), strict=True)]
    scored = _scored(frame, bundle).with_columns(pl.Series(PATTERN_OUTCOME, _worst(patterns), dtype=pl.String))
    judged = program.evaluate_columns(scored.with_columns(pl.lit(business_date.isoformat()).alias(BUSINESS_DATE)))
    reader = _Reader(bundle)
    own = scored.select("_loan_id", "_customer_id", "_wrapped_key", MONTHS_LATE, "pd").iter_rows()
    names = [name for name in frame.columns if name not in OWN_COLUMNS]
    portraits = frame.select("_latest_month", *names).write_ndjson().encode().splitlines()
    truths = judged.select("outcome", *reader.rule_codes).iter_rows()
    rows = zip(own, judged["grade"].to_list(), portraits, truths, patterns, strict=True)
    return [
        Finding(loan, customer, key, late, pd, grade, portrait, reader.judgement(said, hit))
        for (loan, customer, key, late, pd), grade, portrait, said, hit in rows
    ]


def _worst(patterns: list[list[dict[str, Any]]]) -> list[str | None]:
    return [level_worst(entry["level"] for entry in entries) if entries else None for entries in patterns]


def _scored(frame: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    if bundle.model is None:
        empty = (pl.lit(None, dtype=pl.Float64).alias("pd"), pl.lit(None, dtype=pl.Int64).alias("score_points"))
        return frame.with_columns(*empty)
    pds = bundle.model.predict_pd(frame)
    points = [bundle.model.points(pd) for pd in pds.tolist()]
    return frame.with_columns(pl.Series("pd", pds), pl.Series("score_points", points, dtype=pl.Int64))


class _Reader:
    """What is the same for every loan: wording, and each rule's place on the ladder."""

    def __init__(self, bundle: Bundle) -> None:
        document = bundle.program.document if bundle.program else None
        self.rules = [rule for rule in document.rules if rule.enabled] if document else []
        self.rule_codes = [rule.code for rule in self.rules]
        self._known: dict[tuple[Any, ...], Judgement] = {}
        self.wording: dict[str, Reason] = bundle.catalogue.reasons_by_code() if bundle.catalogue else {}

    def judgement(self, said: tuple[Any, ...], patterns: list[dict[str, Any]]) -> Judgement:
        """From the outcome and each rule's truth, and the pattern hits of one loan."""
        if patterns:
            return self._judgement(said, patterns)
        found = self._known.get(said)
        if found is None:
            found = self._known[said] = self._judgement(said, patterns)
        return found

    def _judgement(self, said: tuple[Any, ...], patterns: list[dict[str, Any]]) -> Judgement:
        level, truths = said[0], said[1:]
        hit = [rule for rule, truth in zip(self.rules, truths, strict=True) if truth]
        unknown = [rule for rule, truth in zip(self.rules, truths, strict=True) if truth is None]
        causes = [(rule.then.outcome, rule.then.reason) for rule in hit if rule.then.outcome]
        causes += [(entry["level"], entry["reason"]) for entry in patterns]
        causes += [(UNKNOWN, MISSING_REASON) for rule in unknown if rule.on_unknown == "refer"]
        if level != NONE and not causes:
            causes.append((level, DEFAULT_REASON))
        return Judgement(
            level=level,
            rule_codes=tuple(rule.code for rule in hit),
            unknown_codes=tuple(rule.code for rule in unknown),
            pattern_hits=patterns,
            reasons=self._reasons(causes),
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
