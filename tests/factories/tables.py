"""Small decision tables and scorecards for tests."""

from typing import Any


def table(
    name: str,
    inputs: list[str],
    rows: list[tuple[list[str], list[str]]],
    *,
    policy: str = "F",
    outputs: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A table with one number output `value` unless told otherwise; rows are (cells, results)."""
    return {
        "name": name,
        "hit_policy": policy,
        "en": name,
        "zh": name,
        "inputs": [{"expression": expression} for expression in inputs],
        "outputs": outputs or [{"name": "value"}],
        "rows": [{"when": when, "then": then} for when, then in rows],
    }


def characteristic(name: str, expression: str, *bins: tuple[str, float], **fields: Any) -> dict[str, Any]:
    """A characteristic from (test, points) pairs; `special` likewise."""
    special = fields.pop("special", ())
    return {
        "name": name,
        "en": name,
        "zh": name,
        "expression": expression,
        "bins": [{"when": when, "points": points} for when, points in bins],
        "special": [{"when": when, "points": points} for when, points in special],
        **fields,
    }


def scorecard(name: str, *characteristics: dict[str, Any], initial_points: float = 0) -> dict[str, Any]:
    """A scorecard of these characteristics."""
    return {
        "name": name,
        "en": name,
        "zh": name,
        "characteristics": list(characteristics),
        "initial_points": initial_points,
    }


def derived(name: str, expression: str) -> dict[str, Any]:
    """A derived variable."""
    return {"name": name, "en": name, "zh": name, "expression": expression}
