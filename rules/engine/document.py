"""The rule-set document: the whole policy of one product at one stage as plain data, version 1 of its schema.

Every text named `when`, `expression`, a table's inputs and cells are in the rule language. Names they may read: the
product's catalogued variables, the parameters, derived variables, tables and scorecards (in any order that is not a
circle), the score: `pd` (0 to 1), `score_points`, `grade`, and `business_date`, the product's date of the decision.
Numbers are doubles; money is integer minor units; dates are texts, YYYY-MM-DD.

A field added later has a default that means what documents without it meant.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rules.engine.part import Code, Constant, Formula, Identifier, Label, Note, Part
from rules.engine.reading import document_convert
from rules.engine.tables import (
    Bin,
    Characteristic,
    LegalCap,
    Offer,
    Row,
    Scorecard,
    Table,
    TableInput,
    TableOutput,
)

__all__ = [
    "Bin",
    "Case",
    "CaseEvent",
    "Characteristic",
    "Derived",
    "Expect",
    "Grade",
    "LegalCap",
    "Offer",
    "Parameter",
    "Pattern",
    "Row",
    "Rule",
    "RuleSetDocument",
    "ScoreWith",
    "Scorecard",
    "Step",
    "Table",
    "TableInput",
    "TableOutput",
    "Then",
    "document_json",
    "document_read",
    "document_same",
]

Stage = Literal["PRE_LOAN", "POST_LOAN"]
OnUnknown = Literal["refer", "ignore"]


class Parameter(Part, frozen=True):
    """A threshold with a name: changed without touching a rule, inside the range its owner allows.

    Numbers (`integer`, `number`) need `minimum` and `maximum`; the other types have none.
    """

    name: Identifier
    en: Label
    zh: Label
    value: Constant
    type: Literal["integer", "number", "string", "boolean", "date"] = "number"
    unit: Label = ""
    minimum: float | None = None
    maximum: float | None = None
    help_en: Note = ""
    help_zh: Note = ""


class Derived(Part, frozen=True):
    """A variable computed from others."""

    name: Identifier
    en: Label
    zh: Label
    expression: Formula
    unit: Label = ""


class Then(Part, frozen=True):
    """What a hit does.

    `outcome` "" changes no outcome. `reason` is a code of the catalogue's reasons: every outcome but the mildest
    (APPROVE, NONE) needs one. A rule that reads the score (`pd`, `score_points`, `grade`) is a score cut-off: the
    model's own reasons are given in place of its reason. `points` are added up. `set` gives names values for the
    reader of the evaluation; a later rule overrides an earlier one.
    """

    outcome: str = ""
    reason: str = ""
    points: float = 0.0
    set: dict[Identifier, Constant] = {}


class Rule(Part, frozen=True):
    """One condition and what follows. `on_unknown`: where the condition cannot be told, refer to a person or ignore."""

    code: Code
    label_en: Label
    label_zh: Label
    when: Formula
    then: Then
    on_unknown: OnUnknown = "refer"
    enabled: bool = True
    legal_basis: Note = ""
    """The law that lets this rule read a prohibited basis (legal capacity, maturity age); empty for all others."""
    help_en: Note = ""
    help_zh: Note = ""


class Step(Part, frozen=True, rename={"alias": "as"}):
    """One fact of a pattern: alias, kind of event, and a condition over `alias.field` of this and earlier steps.

    `is_absent`: no such fact may follow the step before it (until the next step, or at the end until the window
    closes). The first step is never absent; no later condition reads an absent one.
    """

    alias: Identifier
    event: Code
    where: Formula = ""
    is_absent: bool = False


class Pattern(Part, frozen=True):
    """Several facts in time that mean something together. `within` is an ISO-8601 duration ("P7D")."""

    code: Code
    label_en: Label
    label_zh: Label
    steps: Annotated[list[Step], Meta(min_length=1, max_length=8)]
    within: Annotated[str, Meta(max_length=40)]
    then: Then
    enabled: bool = True
    help_en: Note = ""
    help_zh: Note = ""


class Grade(Part, frozen=True):
    """A grade holds PDs above the previous grade's `max_pd` up to its own, included; the last one's is 1."""

    grade: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+-]{1,8}\Z")]
    max_pd: Annotated[float, Meta(gt=0, le=1)]
    en: Label = ""
    zh: Label = ""


class Expect(Part, frozen=True):
    """What a case must give; what is left out may be anything. `hits`: rules that hit, others may too. `tables`: the
    result of tables (`name`, or `name.output` of several) and the totals of scorecards."""

    outcome: str | UnsetType = UNSET
    grade: str | UnsetType | None = UNSET
    hits: list[str] | UnsetType = UNSET
    misses: list[str] | UnsetType = UNSET
    reasons: list[str] | UnsetType = UNSET
    amount_offered_minor: int | UnsetType | None = UNSET
    tables: dict[str, float | str | bool | list[float | str | bool | None] | None] | UnsetType = UNSET


class CaseEvent(Part, frozen=True):
    """A risk event of a case: its kind and fields, so many seconds before the decision."""

    kind: Code
    seconds_before: Annotated[int, Meta(ge=0)]
    phone_key: Label = ""
    device_key: Label = ""
    address_key: Label = ""
    customer: Label = "applicant"
    category: Label = ""
    amount_minor: int | None = None


class Case(Part, frozen=True):
    """An application the policy is tried on. Variables left out of `inputs` are missing.

    `origin`: empty for one written by hand, `boundary` for a generated one, or `decision/…`, which
    tells decisions apart without naming them.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    inputs: dict[str, float | str | bool | None]
    expect: Expect
    pd: Annotated[float, Meta(ge=0, le=1)] | None = None
    score_points: float | None = None
    zh: Label = ""
    business_date: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")] = ""
    events: Annotated[list[CaseEvent], Meta(max_length=200)] = []
    origin: Label = ""


class ScoreWith(Part, frozen=True):
    """Applications of whom `when` holds are scored by the model of this purpose, not by the main one.

    Asked before anything is scored, so `when` reads no score; the first that holds counts. Where it cannot be told, or
    no such model is live, the main model scores and a person decides.
    """

    purpose: Literal["THIN_FILE"]
    when: Formula


class RuleSetDocument(Part, frozen=True):
    """A whole policy. Outcomes in order of severity: pre-loan APPROVE, REFER, DECLINE; post-loan NONE, BLUE, YELLOW,
    ORANGE, RED. The most severe hit wins; without a hit `default_outcome`, which is never APPROVE."""

    schema: Literal[1]
    product: Code
    stage: Stage
    default_outcome: str
    parameters: Annotated[list[Parameter], Meta(max_length=500)] = []
    derived: Annotated[list[Derived], Meta(max_length=300)] = []
    rules: Annotated[list[Rule], Meta(max_length=500)] = []
    patterns: Annotated[list[Pattern], Meta(max_length=64)] = []
    tables: Annotated[list[Table], Meta(max_length=50)] = []
    scorecards: Annotated[list[Scorecard], Meta(max_length=20)] = []
    grades: Annotated[list[Grade], Meta(max_length=40)] = []
    offer: Offer | None = None
    cases: Annotated[list[Case], Meta(max_length=5_000)] = []
    score_with: Annotated[list[ScoreWith], Meta(max_length=8)] = []


def document_read(data: object) -> RuleSetDocument:
    """The document held in `data` (a dict, or JSON text or bytes).

    Raises DocumentInvalid (an InvalidInput) with every problem of its shape. Whether its texts and numbers make sense
    is `validate`'s question.
    """
    return document_convert(data, RuleSetDocument)


def document_json(document: RuleSetDocument) -> dict[str, Any]:
    """The document as plain JSON data, every field written out; `document_read(document_json(d)) == d`."""
    result: dict[str, Any] = msgspec.to_builtins(document)
    return result


def document_same(left: object, right: object) -> bool:
    """Whether two documents say the same, however many of their fields each writes out."""
    return document_read(left) == document_read(right)
