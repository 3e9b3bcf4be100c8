"""The variable catalogue: what each variable means, may be used for, and what its absence means. Pure."""

from typing import Literal

import msgspec

VariableType = Literal["integer", "number", "string", "boolean", "date"]
Source = Literal["application", "bureau", "loan", "standing", "velocity", "list"]
Direction = Literal["higher_is_riskier", "higher_is_safer", "none"]
MissingPolicy = Literal["reject", "refer", "default", "skip"]
Audience = Literal["internal", "lender", "applicant"]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a coded variable and what it means."""

    code: str | int
    en: str
    zh: str


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variable. Money is integer minor units and its name ends in `_minor`."""

    name: str
    en: str
    zh: str
    type: VariableType
    products: list[str]
    source: Source
    purpose: str
    """Legal purpose of processing."""
    missing: MissingPolicy
    """Absent: reject the request, refer to a person, use `default`, or skip (stays unknown)."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    codes: list[Code] = []
    default: str | int | float | bool | None = None
    direction: Direction = "none"
    is_prohibited_basis: bool = False
    consent_scope: str = "credit_decision"
    sensitivity: Literal["ordinary", "sensitive"] = "ordinary"
    retention_months: int = 60
    reason_code: str = ""
    """Reason given when this variable is a principal cause in the model; empty if it can never be one."""
    column: str = ""
    """Column of the shipped data file it comes from."""
    scale: int = 1
    """Factor from the file's unit to ours (100 for money)."""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason's wording, and the widest audience that may read it."""

    code: str
    en: str
    zh: str
    audience: Audience


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every variable and reason wording, frozen under one content hash."""

    variables: list[Variable]
    reasons: list[Reason]

    def of_product(self, product: str) -> dict[str, Variable]:
        """The variables of a product by name, in catalogue order."""
        return {variable.name: variable for variable in self.variables if product in variable.products}

    def reasons_by_code(self) -> dict[str, Reason]:
        """Wordings by reason code."""
        return {reason.code: reason for reason in self.reasons}
