"""The rule-set document: the whole policy of one product at one stage as plain data, version 1 of its schema.

Every text named `when`, `expression`, a table's inputs and cells are in the rule language. Names they may read: the
product's catalogued variables, the parameters, the derived variables above, and the score: `pd` (0 to 1),
`score_points`, `grade`. Numbers are doubles; money is integer minor units.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from rules.engine.reading import document_convert

Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}\Z")]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\Z")]
Label = Annotated[str, Meta(max_length=300)]
Note = Annotated[str, Meta(max_length=4_000)]
Formula = Annotated[str, Meta(max_length=4_000)]
Constant = float | str | bool
Stage = Literal["PRE_LOAN", "POST_LOAN"]
OnUnknown = Literal["refer", "ignore"]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every part of a document shares: frozen, and a key nobody knows is refused."""


class Parameter(_Part, frozen=True):
    """A threshold with a name: changed without touching a rule, inside the range its owner allows.

    Numbers (`integer`, `number`) need `minimum` and `maximum`; `string` and `boolean` have none.
    """

    name: Identifier
    en: Label
    zh: Label
    value: Constant
    type: Literal["integer", "number", "string", "boolean"] = "number"
    unit: Label = ""
    minimum: float | None = None
    maximum: float | None = None
    help_en: Note = ""
    help_zh: Note = ""


class Derived(_Part, frozen=True):
    """A variable computed from others; may read the derived variables listed before it."""

    name: Identifier
    en: Label
    zh: Label
    expression: Formula
    unit: Label = ""


class Then(_Part, frozen=True):
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


class Rule(_Part, frozen=True):
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


class Step(_Part, frozen=True, rename={"alias": "as"}):
    """One fact of a pattern: alias, kind of event, and a condition over `alias.field` of this and earlier steps."""

    alias: Identifier
    event: Code
    where: Formula = ""


class Pattern(_Part, frozen=True):
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


class TableInput(_Part, frozen=True):
    """A column of conditions: what its cells test."""

    expression: Formula
    en: Label = ""
    zh: Label = ""


class TableOutput(_Part, frozen=True):
    """A column of results."""

    name: Identifier
    type: Literal["number", "string", "boolean"] = "number"
    en: Label = ""
    zh: Label = ""
    unit: Label = ""


class Row(_Part, frozen=True):
    """One row; all cells are texts. Per input a test (`-` is any; `"A"`, `"A","B"`, `< 5`, `[1..5]`, `]1..5]`,
    `not("A")`), per output an expression (`500000`, `"A"`, `min(amount_minor, 300000)`)."""

    when: list[Formula]
    then: list[Formula]


class Table(_Part, frozen=True):
    """A decision table; hit policy F: the first row whose cells are all true. A row that cannot be told stops the
    search: no row is hit, because a later one could be too generous."""

    name: Identifier
    inputs: list[TableInput]
    outputs: Annotated[list[TableOutput], Meta(min_length=1)]
    rows: Annotated[list[Row], Meta(min_length=1, max_length=2_000)]
    hit_policy: Literal["F"] = "F"
    en: Label = ""
    zh: Label = ""


class Offer(_Part, frozen=True):
    """How an approved applicant's offer comes from a table.

    The table's outputs are read by name: `amount_cap_minor` (the most that may be lent, minor units), `annual_rate` (a
    share, 0.12), `term_cap_months` (the longest term). `amount_variable` and `term_variable` name the variables that
    hold what was requested. Offered is the smaller of requested and cap, in whole units; less than requested in either
    is a counter-offer, with the reasons named here. An approval whose table gives no row, an unknown cell, or nothing
    to lend, becomes REFER.
    """

    table: Identifier
    amount_variable: Identifier
    term_variable: Identifier
    amount_reason: str = "COUNTER_OFFER_AMOUNT"
    term_reason: str = "COUNTER_OFFER_TERM"


class Grade(_Part, frozen=True):
    """A grade holds PDs above the previous grade's `max_pd` up to its own, included; the last one's is 1."""

    grade: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+-]{1,8}\Z")]
    max_pd: Annotated[float, Meta(gt=0, le=1)]
    en: Label = ""
    zh: Label = ""


class Expect(_Part, frozen=True):
    """What a case must give; what is left out may be anything. `hits`: rules that hit, others may too."""

    outcome: str | UnsetType = UNSET
    grade: str | UnsetType | None = UNSET
    hits: list[str] | UnsetType = UNSET
    misses: list[str] | UnsetType = UNSET
    reasons: list[str] | UnsetType = UNSET
    amount_offered_minor: int | UnsetType | None = UNSET


class Case(_Part, frozen=True):
    """An application the policy is tried on. Variables left out of `inputs` are missing."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    inputs: dict[str, float | str | bool | None]
    expect: Expect
    pd: Annotated[float, Meta(ge=0, le=1)] | None = None
    score_points: float | None = None


class RuleSetDocument(_Part, frozen=True):
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
    grades: Annotated[list[Grade], Meta(max_length=40)] = []
    offer: Offer | None = None
    cases: Annotated[list[Case], Meta(max_length=5_000)] = []


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
