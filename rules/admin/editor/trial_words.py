"""One side of a trial in words: outcome, offer, reasons, and each rule with the distances to its thresholds."""

from collections.abc import Sequence
from typing import Any

import msgspec

from rules.admin.decisions.parts import offer_row, offer_words, rule_rows
from rules.admin.editor.trial_parts import parts_shown
from rules.engine.expression_words import Glossary, glossary_of
from rules.engine.trace import ComparisonTrace
from rules.localised import language, localised
from rules.pattern_words import pattern_words
from rules.services.bundles.loading import Bundle
from rules.services.decisions.deciding import Verdict
from rules.words import outcome_words


def side_shown(verdict: Verdict | None, bundle: Bundle) -> dict[str, Any] | None:
    """What one version makes of the application, None where it could not be asked."""
    program = bundle.program
    if verdict is None or program is None or bundle.catalogue is None:
        return None
    glossary = glossary_of(program.document, bundle.catalogue)
    evaluation = verdict.evaluation
    return {
        "outcome": verdict.outcome,
        "outcome_words": outcome_words(verdict.outcome, language()),
        "grade": verdict.grade,
        "points": evaluation.points if evaluation else 0,
        "offer": offer_words(verdict.offer, language()),
        "offer_row": offer_row(program.document, evaluation.table_row, glossary, language()) if evaluation else None,
        "reasons": [_reason(code, bundle) for code in verdict.reasons],
        "rules": _rules(verdict, bundle, glossary),
        "patterns": _patterns(verdict, bundle),
        "parts": parts_shown(evaluation, glossary) if evaluation else [],
    }


def _reason(code: str, bundle: Bundle) -> dict[str, str]:
    wording = bundle.wordings.get(code)
    return {"code": code, "text": localised(wording) if wording else code}


def _rules(verdict: Verdict, bundle: Bundle, glossary: Glossary) -> list[dict[str, Any]]:
    if verdict.evaluation is None or bundle.program is None:
        return []
    rows = rule_rows(verdict.evaluation.rule_traces(), bundle.program.rules, glossary, language())
    return [
        {
            "code": row.trace.code,
            "label": localised(row, "label"),
            "truth": row.trace.truth,
            "outcome": row.trace.outcome,
            "outcome_words": outcome_words(row.trace.outcome, language()) if row.trace.outcome else "",
            "comparisons": _comparisons(row.comparisons, row.trace.comparisons),
            "seen": row.seen,
        }
        for row in rows
    ]


def _comparisons(words: Sequence[msgspec.Struct], traces: Sequence[ComparisonTrace]) -> list[dict[str, Any]]:
    return [{**msgspec.structs.asdict(row), "ratio": _ratio(trace)} for row, trace in zip(words, traces, strict=True)]


def _ratio(trace: ComparisonTrace) -> float | None:
    """The distance to the threshold as a share of the larger of the two, −1 to 1, for a bar."""
    if trace.distance is None or trace.value is None or trace.threshold is None:
        return None
    scale = max(abs(trace.value), abs(trace.threshold))
    return 0.0 if scale == 0 else max(-1.0, min(1.0, round(trace.distance / scale, 4)))


def _patterns(verdict: Verdict, bundle: Bundle) -> list[dict[str, str]]:
    known = {entry.code: entry for entry in bundle.program.document.patterns} if bundle.program else {}
    codes = dict.fromkeys(hit.code for hit in verdict.pattern_hits)
    return [
        {
            "code": code,
            "label": localised(known[code], "label"),
            "words": pattern_words(known[code], language(), bundle.currency),
        }
        for code in codes
        if code in known
    ]
