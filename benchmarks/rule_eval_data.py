"""The benchmark's rule set as a compiled program, and its rows."""

import random
from typing import Any

import polars as pl

from benchmarks.rule_eval_rules import NUMBERS, RULES, TEXTS, TRUTHS
from rules.engine.document import document_read
from rules.engine.program import Program, compile_program
from scoring.catalogue import Catalogue, Code, Reason, Variable

PRODUCT, STAGE = "bench", "PRE_LOAN"
MISSING_SHARE = 0.08
FIELDS = (*NUMBERS, *TEXTS, *TRUTHS)


def benchmark_catalogue() -> Catalogue:
    """The 60 fields, catalogued."""
    variables = [_variable(name, "integer" if high > 2 else "number") for name, (_, high) in NUMBERS.items()]
    variables += [
        _variable(name, "string", [Code(code, code, code) for code in codes]) for name, codes in TEXTS.items()
    ]
    variables += [_variable(name, "boolean") for name in TRUTHS]
    reasons = [Reason("R", "r", "r", "internal"), Reason("NO_RULE_APPLIED", "n", "n", "internal")]
    return Catalogue(variables=variables, reasons=reasons)


def _variable(name: str, kind: Any, codes: list[Code] | None = None) -> Variable:
    return Variable(
        name=name,
        en=name,
        zh=name,
        type=kind,
        products=[PRODUCT],
        source="application",
        purpose="creditworthiness",
        missing="skip",
        codes=codes or [],
    )


def benchmark_program() -> Program:
    """The 60 rules compiled. Unknown is ignored, as in the reference; approval is the 61st rule, always true."""
    rules: list[dict[str, Any]] = [
        {
            "code": f"R{number:02}",
            "label_en": text,
            "label_zh": text,
            "when": text,
            "then": {"outcome": outcome, "reason": "R"},
            "on_unknown": "ignore",
        }
        for number, (outcome, text) in enumerate(RULES)
    ]
    rules.append({**rules[0], "code": "APPROVE", "when": "true", "then": {"outcome": "APPROVE"}})
    document = document_read(
        {"schema": 1, "product": PRODUCT, "stage": STAGE, "default_outcome": "REFER", "rules": rules}
    )
    return compile_program(document, benchmark_catalogue(), product=PRODUCT, stage=STAGE)


def benchmark_rows(count: int, *, seed: int = 7) -> list[dict[str, Any]]:
    """Applications with every field present, MISSING_SHARE of the values None; most thresholds are rarely crossed."""
    rng = random.Random(seed)
    return [
        {name: None if rng.random() < MISSING_SHARE else _value(rng, name) for name in FIELDS} for _ in range(count)
    ]


def _value(rng: random.Random, name: str) -> Any:
    if name in NUMBERS:
        low, high = NUMBERS[name]
        value = low + (high - low) * rng.random()
        return round(value) if high > 2 else round(value, 3)
    return rng.choice(TEXTS[name]) if name in TEXTS else rng.random() < 0.5


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows as columns of the types a portfolio has."""
    schema: dict[str, Any] = {**dict.fromkeys(NUMBERS, pl.Float64), **dict.fromkeys(TEXTS, pl.String)}
    return pl.DataFrame(rows, schema={**schema, **dict.fromkeys(TRUTHS, pl.Boolean)}, strict=False)
