"""The variable catalogue: what each variable means, may be used for, and what its absence means. Pure."""

import datetime as dt
import re
from collections import Counter
from typing import Any, Literal

import msgspec

from riskengine.errors import InvalidInput
from scoring.alternative_sources import SOURCES
from scoring.portrait_dimensions import PortraitDimension, Provenance
from scoring.post_loan import POST_LOAN_FIELDS, post_loan_problems
from scoring.velocity import COUNTS, ListLookup, Velocity, velocity_problems

VariableType = Literal["integer", "number", "string", "boolean", "date"]
Source = Literal[
    "application", "bureau", "loan", "standing", "velocity", "list", "fact", "model",
    "customer_month", "previous_review", "delinquency", "diversion",
]  # fmt: skip
Direction = Literal["higher_is_riskier", "higher_is_safer", "none"]
MissingPolicy = Literal["reject", "refer", "default", "skip"]
Audience = Literal["internal", "lender", "applicant"]
Purpose = Literal["creditworthiness", "affordability", "identity", "legal_capacity", "fairness_testing"]
ConsentScope = Literal[
    "credit_decision", "bureau_report", "account_conduct", "fairness_testing",
    "social_data", "text_data", "transfer_data", "transaction_data",
]  # fmt: skip

# Why each variable may be processed at all, in words for the admin and for people who ask.
PURPOSES: dict[Purpose, tuple[str, str]] = {
    "creditworthiness": ("Assess whether the credit is likely to be repaid", "评估信贷偿还可能性"),
    "affordability": ("Assess whether the instalments can be borne from income", "评估收入对还款的承受能力"),
    "identity": ("Know with whom the contract is made", "核实签约人身份"),
    "legal_capacity": ("Establish that the person may make the contract", "确认具有签约的行为能力"),
    "fairness_testing": ("Show that decisions do not disadvantage protected groups", "检验决策未对受保护群体造成不利"),
}
_PYTHON_TYPES: dict[VariableType, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "date": (str,),
}


_OPTIONAL: dict[str, Any] = {"field": "", "velocity": None, "list": None, "dimension": "", "refresh_days": None,
                             "provenance": "", "is_actionable": False, "step": None, "is_alternative": False,
                             "is_link": False, "is_review_only": False}  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
LIMIT_ATTRIBUTE = "limit_minor"
"""The attribute of a loan that is kept beside its attributes: its limit."""
_OF_THE_SCORE = frozenset({"pd", "score_points", "grade"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class InvalidCatalogue(InvalidInput):
    """The document is not a catalogue, or contradicts itself."""

    code = "invalid_catalogue"


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a coded variable and what it means."""

    code: str | int
    en: str
    zh: str


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One variable of one product. Money is integer minor units and its name ends in `_minor`.

    A request carries every variable whose source is not `standing`, `velocity`, `list`, `fact` or `model`; those we
    read ourselves, facts (`lending.CustomerFact`) for portraits and where rules or the model name them.
    """

    name: str
    en: str
    zh: str
    type: VariableType
    products: list[str]
    source: Source
    purpose: Purpose
    """Legal purpose of processing; in words in `PURPOSES`."""
    missing: MissingPolicy
    """Absent: reject the request, refer to a person, use `default`, or skip (stays unknown)."""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    codes: list[Code] = []
    default: str | int | float | bool | None = None
    example: str | int | float | bool | None = None
    """A value of a real case; the examples of a product's variables are one case, whole."""
    direction: Direction = "none"
    is_prohibited_basis: bool = False
    consent_scope: ConsentScope = "credit_decision"
    sensitivity: Literal["ordinary", "sensitive"] = "ordinary"
    retention_months: int = 60
    reason_code: str = ""
    """Reason given when this variable is a principal cause in the model; empty if it can never be one."""
    column: str = ""
    """Column of the shipped data file it comes from."""
    scale: int = 1
    """Factor from the file's unit to ours (100 for money)."""
    series: Literal["", "payment_status", "billed_minor", "paid_minor"] = ""
    """After payout: the field of a loan's months it is read from, `lag_months` before the latest month."""
    lag_months: int = 0
    attribute: str = ""
    """After payout: the key in the loan's attributes it is read from (`limit_minor`: the loan's own limit)."""
    field: str = ""
    """Of a source that only reviews read (`scoring.post_loan`): the field, `lag_months` back where it has months."""
    velocity: Velocity | None = None
    """Source `velocity`: what is counted."""
    list: ListLookup | None = None
    """Source `list`: on which list the applicant is looked for."""
    dimension: PortraitDimension | Literal[""] = ""
    """Where it stands in a customer's portrait; empty: in none."""
    refresh_days: int | None = None
    """Days within which its source should have told it anew; a portrait holds its age against them."""
    provenance: Provenance | Literal[""] = ""
    """Who a value of it comes from where the source does not say; empty: see `scoring.portraits.held`."""
    is_actionable: bool = False
    """Whether an applicant can do something about it: only such are changed in "would have been approved with …"."""
    step: float | None = None
    """Smallest change of a number that can be acted on; None: about a twentieth of the value, rounded."""
    is_alternative: bool = False
    """Read only where law, review, pilot and consent open its scope (`scoring.alternative.gate`); never a reason."""
    is_link: bool = False
    """Tells of a link to a bad party, which may refer to a person and do nothing else. What a guarantor or
    co-borrower is legally liable for is no such link: it counts like any other variable."""
    is_review_only: bool = False
    """Read by reviews of loans paid out, never by an application: what is counted for it costs a decision nothing."""
    note_en: str = ""
    note_zh: str = ""
    """Source, caveat or citation, for the reader of the catalogue."""

    @property
    def is_for_reviews(self) -> bool:
        """Whether only reviews read it, as is said of it or because its source is known to them alone."""
        return self.is_review_only or self.source in POST_LOAN_FIELDS

    @property
    def is_needed(self) -> bool:
        """Whether nobody is decided upon without it: its absence refuses a request or sends it to a person."""
        return self.missing in ("reject", "refer")

    def label_of(self, value: object, language: Literal["en", "zh"] = "en") -> str:
        """What a coded value means, empty for a value without a code."""
        return next((getattr(code, language) for code in self.codes if code.code == value), "")


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason's wording, and the widest audience that may read it."""

    code: str
    en: str
    zh: str
    audience: Audience


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every variable and reason wording, frozen under one content hash."""

    variables: list[Variable]
    """A name is unique within a product; two products may use one name for the same thing."""
    reasons: list[Reason]

    def of_product(self, product: str) -> dict[str, Variable]:
        """The variables of a product by name, in catalogue order."""
        return {variable.name: variable for variable in self.variables if product in variable.products}

    def reasons_by_code(self) -> dict[str, Reason]:
        """Wordings by reason code."""
        return {reason.code: reason for reason in self.reasons}


def catalogue_json(catalogue: Catalogue) -> dict[str, Any]:
    """The catalogue as it is stored and hashed: what came to be asked later only where it is said."""
    document: dict[str, Any] = msgspec.to_builtins(catalogue)
    for variable in document["variables"]:
        for name, unsaid in _OPTIONAL.items():
            if variable[name] == unsaid:
                del variable[name]
    return document


def catalogue_read(data: bytes) -> Catalogue:
    """A catalogue from its JSON. Raises InvalidInput with every problem found, `facts["problems"]`."""
    try:
        catalogue = msgspec.json.decode(data, type=Catalogue)
    except msgspec.DecodeError as error:
        raise InvalidCatalogue("This is not a variable catalogue.", problems=[str(error)]) from error
    if problems := catalogue_problems(catalogue):
        raise InvalidCatalogue("The variable catalogue contradicts itself.", problems=problems)
    return catalogue


def catalogue_problems(catalogue: Catalogue) -> list[str]:
    """Everything wrong with the catalogue that its types do not already exclude, in words."""
    reasons = Counter(reason.code for reason in catalogue.reasons)
    names = Counter((product, variable.name) for variable in catalogue.variables for product in variable.products)
    return [
        *(f"reasons: {code} is given {count} times" for code, count in reasons.items() if count > 1),
        *(f"{product}: {name} is given {count} times" for (product, name), count in names.items() if count > 1),
        *(problem for variable in catalogue.variables for problem in _variable_problems(variable, set(reasons))),
    ]


def is_date(value: object) -> bool:
    """Whether the value is a calendar date as text, YYYY-MM-DD: as text such dates have the order of time."""
    # The pattern too: fromisoformat alone also takes week dates, and ten characters that only begin like a date.
    try:
        return isinstance(value, str) and bool(_DATE.fullmatch(value) and dt.date.fromisoformat(value))
    except ValueError:
        return False


def may_hold(variable: Variable, value: str | int | float | bool) -> bool:
    """Whether the value has the variable's type and is one of its codes or within its range."""
    if type(value) not in _PYTHON_TYPES[variable.type] or (variable.type == "date" and not is_date(value)):
        return False
    if variable.codes:
        return value in [code.code for code in variable.codes]
    if isinstance(value, str):
        return True
    low, high = variable.minimum, variable.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _variable_problems(variable: Variable, reasons: set[str]) -> list[str]:
    allowed = _PYTHON_TYPES[variable.type]
    codes = [code.code for code in variable.codes]
    bad_bounds = variable.minimum is not None and variable.maximum is not None and variable.minimum > variable.maximum
    checks = {
        "is no name: small letters, digits and _": not _NAME.fullmatch(variable.name),
        "is a name of the score": variable.name in _OF_THE_SCORE,
        "has no label in both languages": not (variable.en and variable.zh),
        "names no product": not variable.products,
        "has a minimum above its maximum": bad_bounds,
        "has codes, but is neither text nor a whole number": bool(codes) and variable.type not in ("string", "integer"),
        "has two equal codes": len(set(codes)) < len(codes),
        "has a code of another type": any(type(code) not in allowed for code in codes),
        "has a code without meaning in both languages": any(not (code.en and code.zh) for code in variable.codes),
        "has the policy default and no default": variable.missing == "default" and variable.default is None,
        "has a default that is not one of its values": variable.default is not None
        and not may_hold(variable, variable.default),
        "has an example that is not one of its values": variable.example is not None
        and not may_hold(variable, variable.example),
        "names a reason that has no wording": bool(variable.reason_code) and variable.reason_code not in reasons,
        # An applicant must never be told that a protected trait counted against them: it must not count.
        "is a prohibited basis with a reason": variable.is_prohibited_basis and bool(variable.reason_code),
        "is a prohibited basis or our own record, so no applicant can act on it": variable.is_actionable
        and (variable.is_prohibited_basis or variable.source not in ("application", "bureau")),
        "has a step that is not positive": variable.step is not None and not variable.step > 0,
        "has a refresh period of less than a day": variable.refresh_days is not None and variable.refresh_days < 1,
    }
    found = [problem for problem, is_found in checks.items() if is_found]
    found += _own_problems(variable) + _alternative_problems(variable)
    return [f"{variable.name} {problem}" for problem in found]


def _alternative_problems(variable: Variable) -> list[str]:
    """What alternative data must be: opened by a consent of its own, missed by nobody, and no one's reason."""
    is_of_source, is_alternative = variable.consent_scope in SOURCES, variable.is_alternative
    checks = {
        "is alternative, so it needs a consent of its source": is_alternative and not is_of_source,
        "has the consent scope of alternative data and is not marked as such": is_of_source and not is_alternative,
        "is alternative, so its absence must be passed over": is_alternative and variable.missing != "skip",
        "is alternative, so it can be no principal reason": is_alternative and bool(variable.reason_code),
        "is alternative, so no applicant is told to change it": is_alternative and variable.is_actionable,
        "is alternative, so it comes from a request or from facts": is_alternative
        and variable.source not in ("application", "fact"),
        "tells of a link to a bad party, so it can be no principal reason": variable.is_link
        and bool(variable.reason_code),
    }
    return [problem for problem, is_found in checks.items() if is_found]


def _own_problems(variable: Variable) -> list[str]:
    """What is wrong with what we count or look up ourselves."""
    velocity = variable.velocity
    is_own = variable.source in ("velocity", "list", "fact", "model", *POST_LOAN_FIELDS)
    checks = {
        "is counted, but says not what": variable.source == "velocity" and velocity is None,
        "is looked up, but says not on which list": variable.source == "list" and variable.list is None,
        "says what is counted and is not counted": variable.source != "velocity" and velocity is not None,
        "names a list and is not looked up": variable.source != "list" and variable.list is not None,
        "is looked up on a list, so it must be boolean": variable.source == "list" and variable.type != "boolean",
        "is in every request, so not only reviews read it": variable.is_review_only and not is_own,
        "is never in a request, so its absence cannot refuse one": is_own and variable.missing == "reject",
    }
    if velocity is not None:
        fitting = "integer" if velocity.aggregate in COUNTS else "number"
        checks[f"is a {velocity.aggregate}, so its type must be {fitting}"] = variable.type != fitting
    found = [problem for problem, is_found in checks.items() if is_found]
    found += post_loan_problems(variable.source, variable.field, variable.type, variable.lag_months)
    return [*found, *(velocity_problems(velocity) if velocity is not None else ())]
