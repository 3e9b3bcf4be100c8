"""What a review finds of each loan: PD, level, rules and patterns that hit, reasons. Pure given portraits and hits."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import msgspec
import polars as pl

from monitoring.events import CustomerHits
from monitoring.levels import LEVELS, NONE, level_rank, level_worst
from monitoring.scoring_gaps import LACKING, lacking_column, unscored_codes
from monitoring.services.portraits.reading import OWN_COLUMNS
from rules.engine.columns import PATTERN_OUTCOME
from rules.engine.outcomes import BUSINESS_DATE, DEFAULT_REASON, MISSING_REASON, UNKNOWN_LEVEL
from rules.services.bundles.loading import Bundle
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


@dataclass(frozen=True)
class Findings:
    """What a review found of some loans, by columns in order of loan; what many loans share is kept once."""

    frame: pl.DataFrame
    """OWN_COLUMNS and `pd`, `grade`, `level`, `place` (of the loan's judgement), `is_news`: level, grade or patterns
    tell something that the loan's previous review did not (before the first one: NONE)."""
    judgements: list[Judgement]
    portraits: pl.DataFrame
    """The variables by name, with `_latest_month`."""


def skip_cause(business_date: date) -> pl.Expr:
    """Why a portrait cannot be judged: erased, no_month, stale; null where it can."""
    oldest = (business_date - timedelta(days=FRESH_DAYS)).isoformat()
    return (
        pl.when(pl.col("_wrapped_key").is_null())
        .then(pl.lit("erased"))
        .when(pl.col("_latest_month").is_null())
        .then(pl.lit("no_month"))
        .when(pl.col("_latest_month") < oldest)
        .then(pl.lit("stale"))
    )


def skipped(frame: pl.DataFrame, business_date: date) -> tuple[pl.DataFrame, dict[str, int]]:
    """(portraits that can be judged, number left out by cause: no_month, stale, erased)."""
    marked = frame.with_columns(skip_cause(business_date).alias("_cause"))
    counts = marked.filter(pl.col("_cause").is_not_null()).group_by("_cause").len().sort("_cause")
    usable = marked.filter(pl.col("_cause").is_null()).drop("_cause")
    return usable, dict(counts.iter_rows())


def findings_of(frame: pl.DataFrame, bundle: Bundle, hits: Mapping[int, CustomerHits], business_date: date) -> Findings:
    """Findings of portraits judged as of the business date, in their order. `hits` are pattern hits by customer."""
    program = bundle.program
    if program is None:  # bundle_live refuses such a bundle
        raise ValueError("A review needs a rule set.")
    patterns = _patterns(frame, hits)
    worst: list[str | None] = [None] * frame.height
    for row, entries in patterns.items():
        worst[row] = level_worst(entry["level"] for entry in entries)
    scored = _scored(frame, bundle).with_columns(pl.Series(PATTERN_OUTCOME, worst, dtype=pl.String))
    judged = program.evaluate_columns(scored.with_columns(pl.lit(business_date.isoformat()).alias(BUSINESS_DATE)))
    places, judgements = _judgements(judged.with_columns(scored[LACKING]), patterns, _Reader(bundle))
    found = frame.select(*OWN_COLUMNS).with_columns(
        scored["pd"], judged["grade"].alias("grade"), judged["outcome"].alias("level"), places
    )
    names = [name for name in frame.columns if name not in OWN_COLUMNS]
    return Findings(found.with_columns(_is_news(list(patterns))), judgements, frame.select("_latest_month", *names))


def _is_news(with_patterns: list[int]) -> pl.Expr:
    is_known = pl.col("_level_before").is_not_null()
    has_changed = pl.col("level") != pl.col("_level_before").fill_null(NONE)
    has_changed |= is_known & (pl.col("grade").fill_null("") != pl.col("_grade_before").fill_null(""))
    has_hit = pl.int_range(pl.len()).is_in(with_patterns)
    return (has_changed | has_hit).alias("is_news")


def _patterns(frame: pl.DataFrame, hits: Mapping[int, CustomerHits]) -> dict[int, list[dict[str, Any]]]:
    """Pattern hits by row, of the rows that have some."""
    own = frame.select("_customer_id", "_loan_id").with_row_index()
    touched = own.filter(pl.col("_customer_id").is_in(list(hits)))
    found = {row: _patterns_of_loan(hits[customer], loan) for row, customer, loan in touched.iter_rows()}
    return {row: entries for row, entries in found.items() if entries}


def _judgements(
    judged: pl.DataFrame, patterns: Mapping[int, list[dict[str, Any]]], reader: "_Reader"
) -> tuple[pl.Series, list[Judgement]]:
    """Each row's place among the judgements: rows of which the rules say the same share one."""
    said = judged.select(LACKING, "outcome", *reader.rule_codes)
    truths = [pl.col(code).cast(pl.Int8).fill_null(2).cast(pl.String) for code in reader.rule_codes]
    key = said.select(pl.concat_str([pl.col(LACKING), pl.col("outcome"), *truths]).alias("key"))
    kinds = key.with_columns(said).unique("key", maintain_order=True).with_row_index("place")
    placed = key.join(kinds.select("key", "place"), on="key", how="left", maintain_order="left")
    places: list[int] = placed["place"].to_list()
    rows = kinds.drop("key", "place").rows()
    judgements = [reader.judgement(row, []) for row in rows]
    for row, entries in patterns.items():
        judgements.append(reader.judgement(rows[places[row]], entries))
        places[row] = len(judgements) - 1
    return pl.Series("place", places, dtype=pl.Int64), judgements


def _scored(frame: pl.DataFrame, bundle: Bundle) -> pl.DataFrame:
    """With PD and points, and LACKING: what a loan without either lacks. No model: nobody has them, nothing lacks."""
    if bundle.model is None or bundle.catalogue is None or bundle.program is None:
        empty = (pl.lit(None, dtype=pl.Float64).alias("pd"), pl.lit(None, dtype=pl.Int64).alias("score_points"))
        return frame.with_columns(*empty, pl.lit("").alias(LACKING))
    pds = bundle.model.predict_pd(frame)
    # Points are told one by one: only where the rule set has the word at all.
    is_named = b"score_points" in msgspec.json.encode(bundle.program.document)
    points = [bundle.model.points(pd) for pd in pds.tolist()] if is_named else [None] * frame.height
    scores = (pl.Series("pd", pds), pl.Series("score_points", points, dtype=pl.Int64))
    lacking = lacking_column(frame, bundle.model.features, bundle.catalogue, bundle.program.document.product)
    scored = frame.with_columns(*scores, lacking)
    is_whole = pl.col(LACKING) == ""
    return scored.with_columns(pl.when(is_whole).then(pl.col(name)) for name in ("pd", "score_points"))


class _Reader:
    """What is the same for every loan: wording, and each rule's place on the ladder."""

    def __init__(self, bundle: Bundle) -> None:
        document = bundle.program.document if bundle.program else None
        self.rules = [rule for rule in document.rules if rule.enabled] if document else []
        self.rule_codes = [rule.code for rule in self.rules]
        self.wording: dict[str, Reason] = bundle.catalogue.reasons_by_code() if bundle.catalogue else {}

    def judgement(self, said: tuple[Any, ...], patterns: list[dict[str, Any]]) -> Judgement:
        """From what its PD lacks, the outcome and each rule's truth, and the pattern hits of one loan."""
        lacking, level, *truths = said
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
            unknown_codes=(*(rule.code for rule in unknown), *unscored_codes(lacking)),
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


def _patterns_of_loan(hits: CustomerHits, loan_id: int) -> list[dict[str, Any]]:
    if hits.failure:  # unknown is never silently none
        return [{"code": hits.failure, "level": UNKNOWN, "reason": PATTERN_FAILURE, "facts": []}]
    return [
        {"code": hit.code, "level": hit.outcome, "reason": hit.reason, "facts": hit.facts}
        for hit, loans in zip(hits.hits, hits.loan_ids, strict=True)
        if not loans or loan_id in loans
    ]
