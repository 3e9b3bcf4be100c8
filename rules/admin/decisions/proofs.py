"""How a model's reasons were proven, as rows: the PD had the values been the reference applicant's. Pure."""

from collections.abc import Mapping
from typing import Any

from rules.variable_words import variable_words
from rules.words import Language, pick
from scoring.catalogue import Reason, Variable
from scoring.package import ScoringModel
from scoring.replacement import Replacement
from scoring.scaling import pd_from_margin


def proof_rows(
    found: Replacement,
    model: ScoringModel,
    margin: float,
    contributions: Mapping[str, float],
    variables: Mapping[str, Variable],
    values: Mapping[str, Any],
    wordings: Mapping[str, Reason],
    language: Language,
) -> dict[str, Any]:
    """Per reason its variables with both values, the PD had they been the reference's, and its contributions' sum.

    Besides, the PD with all reasons replaced, the reference's own, and what all contributions come to.
    """
    base = model.schema.reference.values
    rows = [
        {
            "code": reason.code,
            "wording": wordings.get(reason.code),
            "variables": [
                {
                    "label": pick((variables[name].en, variables[name].zh), language) if name in variables else name,
                    "value": variable_words(variables.get(name), values.get(name), language),
                    "reference": variable_words(variables.get(name), base.get(name), language),
                }
                for name in reason.variables
            ],
            "pd": pd_from_margin(margin - reason.excess),
            "drop": _signed(-reason.excess),
            "contribution": _signed(sum(contributions.get(name, 0.0) for name in reason.variables)),
        }
        for reason in found.reasons
    ]
    named = {name for reason in found.reasons for name in reason.variables}
    rest = sum(value for name, value in contributions.items() if name not in named)
    return {
        "rows": rows,
        "pd": pd_from_margin(margin),
        "pd_together": pd_from_margin(margin - found.closed),
        "drop_together": _signed(-found.closed),
        "pd_reference": pd_from_margin(margin - found.gap),
        "drop_reference": _signed(-found.gap),
        "share": found.closed / found.gap if found.gap > 0 else None,
        "is_sound": found.is_sound,
        "rest": _signed(rest),
        "base": _signed(model.base),
        "sum": _signed(margin),
    }


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")
