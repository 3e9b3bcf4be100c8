"""Small catalogues and rule-set documents for tests."""

from typing import Any

from rules.engine.document import RuleSetDocument, document_read
from rules.engine.program import Program, compile_program
from scoring.catalogue import Catalogue, Code, Reason, Variable

PRODUCT = "instalment"
REASONS = ("INCOME_LOW", "TOO_YOUNG", "REQUIRED_INFORMATION_MISSING", "NO_RULE_APPLIED", "PERSON_REVIEW")
COUNTER = ("COUNTER_OFFER_AMOUNT", "COUNTER_OFFER_TERM")


def variable(name: str, kind: Any = "number", **fields: Any) -> Variable:
    """A variable of the test product."""
    defaults: dict[str, Any] = {
        "en": name,
        "zh": name,
        "products": [PRODUCT],
        "source": "application",
        "purpose": "creditworthiness",
        "missing": "skip",
    }
    return Variable(name=name, type=kind, **{**defaults, **fields})


def catalogue(*more: Variable) -> Catalogue:
    """Income, age (prohibited), amount, term, purpose (coded), is_student, and what is given."""
    variables = [
        variable("income", minimum=0, maximum=100_000),
        variable("age", "integer", is_prohibited_basis=True, minimum=14, maximum=110),
        variable("amount_minor", "integer", minimum=0, maximum=10_000_000),
        variable("term_months", "integer", minimum=1, maximum=120),
        variable("purpose", "string", codes=[Code("CAR", "Car", "汽车"), Code("HOME", "Home", "住房")]),
        variable("is_student", "boolean"),
        *more,
    ]
    reasons = [Reason(code, code, code, "applicant") for code in (*REASONS, *COUNTER)]
    return Catalogue(variables=variables, reasons=reasons)


def rule(code: str, when: str, outcome: str = "", **fields: Any) -> dict[str, Any]:
    """A rule; a REFER or DECLINE gets a reason unless told otherwise."""
    then = {"outcome": outcome, **fields.pop("then", {})}
    if outcome in ("REFER", "DECLINE"):
        then.setdefault("reason", "INCOME_LOW")
    return {"code": code, "label_en": code, "label_zh": code, "when": when, "then": then, **fields}


APPROVE_ALL = rule("OK", "true", "APPROVE")


def parameter(name: str, value: Any, **fields: Any) -> dict[str, Any]:
    """A number parameter from 0 to 1,000,000 unless told otherwise."""
    return {"name": name, "en": name, "zh": name, "value": value, "minimum": 0, "maximum": 1_000_000, **fields}


def content(**sections: Any) -> dict[str, Any]:
    """A pre-loan document as JSON data: approves everybody unless rules are given."""
    return {
        "schema": 1,
        "product": PRODUCT,
        "stage": "PRE_LOAN",
        "default_outcome": "REFER",
        "rules": [APPROVE_ALL],
        **sections,
    }


def document(**sections: Any) -> RuleSetDocument:
    """The same, read."""
    return document_read(content(**sections))


def program(*more: Variable, **sections: Any) -> Program:
    """The same, compiled."""
    made = document(**sections)
    return compile_program(made, catalogue(*more), product=made.product, stage=made.stage)


GRADES = [{"grade": "A", "max_pd": 0.05}, {"grade": "B", "max_pd": 0.2}, {"grade": "C", "max_pd": 1}]
OFFER = {"table": "offers", "amount_variable": "amount_minor", "term_variable": "term_months"}


def offer_table(*rows: tuple[list[str], list[str]]) -> dict[str, Any]:
    """An offer table by grade and income."""
    return {
        "name": "offers",
        "inputs": [{"expression": "grade"}, {"expression": "income"}],
        "outputs": [{"name": "amount_cap_minor"}, {"name": "annual_rate"}, {"name": "term_cap_months"}],
        "rows": [{"when": when, "then": then} for when, then in rows],
    }
