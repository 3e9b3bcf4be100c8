"""Which facts about a customer may be told from outside, as the live catalogue has them."""

from typing import Literal

from scoring.catalogue import Catalogue
from scoring.services.catalogues.book_variables import loan_may_hold

FactRefusal = Literal["unknown_variable", "not_a_fact", "alternative_variable", "value_out_of_range"]
MESSAGES: dict[FactRefusal, str] = {
    "unknown_variable": "The live catalogue knows no such variable.",
    "not_a_fact": "This variable is not read from facts; the catalogue says where it comes from.",
    "alternative_variable": "Alternative data are told as such, under their law, review, pilot and consent.",
    "value_out_of_range": "The catalogue allows no such value.",
}


def fact_refusal(catalogue: Catalogue, name: str, value: object) -> FactRefusal | None:
    """Why nobody may tell this value as a fact; None: it may be told.

    Where products have variables of one name, the value is one that some product's may hold: each reads what fits it.
    """
    named = [item for item in catalogue.variables if item.name == name]
    facts = [item for item in named if item.source == "fact"]
    if not facts:
        return "not_a_fact" if named else "unknown_variable"
    if any(item.is_alternative for item in named):
        return "alternative_variable"
    if not isinstance(value, str | int | float) or not any(loan_may_hold(item, value) for item in facts):
        return "value_out_of_range"
    return None
