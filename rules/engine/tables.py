"""The parts of a rule-set document that are tables: decision tables, scorecards and the offer."""

from typing import Annotated, Literal

from msgspec import Meta

from rules.engine.part import Constant, Formula, Identifier, Label, Note, Part


class TableInput(Part, frozen=True):
    """A column of conditions: what its cells test. `values`: the tests that every value meets (`[0..120]`,
    `"A","B"`), for the search of gaps; empty: what the catalogue allows."""

    expression: Formula
    en: Label = ""
    zh: Label = ""
    values: Formula = ""


class TableOutput(Part, frozen=True):
    """A column of results. `values`: those allowed, the first has the highest priority (hit policies P and O).
    `default`: an expression that holds where no row is hit; empty: unknown."""

    name: Identifier
    type: Literal["number", "string", "boolean", "date"] = "number"
    en: Label = ""
    zh: Label = ""
    unit: Label = ""
    values: list[Constant] = []
    default: Formula = ""


class Row(Part, frozen=True):
    """One row; all cells are texts. Per input a test (`-` is any; `"A"`, `"A","B"`, `< 5`, `[1..5]`, `]1..5]`,
    `not("A")`), per output an expression (`500000`, `"A"`, `min(amount_minor, 300000)`)."""

    when: list[Formula]
    then: list[Formula]
    note: Note = ""


HitPolicy = Literal["U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"]


class Table(Part, frozen=True):
    """A decision table. Its name stands for its one output; `name.output` for each of several.

    Hit policies as in DMN: U one row at most may be true; A several if they agree; P the one whose output comes
    first in the allowed values; F the first; R, O and C all of them as a list (in order of rows, of allowed values, of
    rows; without a hit it is empty, or holds the default); C+ C< C> C# their sum, least, greatest, count (numbers, one
    output). A breach of U or A is unknown.
    A row that cannot be told makes the result unknown wherever it could change it: with F, no row after it is hit,
    because a later one could be too generous. The table an offer names is asked for the offer alone (policy F).
    """

    name: Identifier
    inputs: list[TableInput]
    outputs: Annotated[list[TableOutput], Meta(min_length=1)]
    rows: Annotated[list[Row], Meta(min_length=1, max_length=2_000)]
    hit_policy: HitPolicy = "F"
    en: Label = ""
    zh: Label = ""
    help_en: Note = ""
    help_zh: Note = ""


class Bin(Part, frozen=True):
    """Points for the values that meet a test, written as a table cell (`< 25`, `[25..40[`, `"A","B"`)."""

    when: Formula
    points: float
    en: Label = ""
    zh: Label = ""


class Characteristic(Part, frozen=True):
    """What a scorecard gives points for. `special` (codes that are no measurements, such as -999) is looked at before
    `bins`, first match each. `missing_points` are for an unknown value; None makes the total unknown. So does a value
    that no bin takes. `reason`: the reason code where it costs the most points; empty if it can never be one."""

    name: Identifier
    expression: Formula
    bins: Annotated[list[Bin], Meta(min_length=1, max_length=200)]
    special: Annotated[list[Bin], Meta(max_length=50)] = []
    missing_points: float | None = None
    reason: str = ""
    en: Label = ""
    zh: Label = ""


class Scorecard(Part, frozen=True):
    """Points added up. Its name stands for the total: `initial_points` and the points of every characteristic."""

    name: Identifier
    characteristics: Annotated[list[Characteristic], Meta(min_length=1, max_length=100)]
    initial_points: float = 0.0
    en: Label = ""
    zh: Label = ""
    help_en: Note = ""
    help_zh: Note = ""


class LegalCap(Part, frozen=True):
    """The most the law allows from a business date until another (excluded; empty: still), with its citation.

    `of` names what it caps: `amount_minor`, `annual_rate` or `term_months`. It holds where `when` is true or cannot be
    told; empty: always.
    """

    of: Literal["amount_minor", "annual_rate", "term_months"]
    maximum: Annotated[float, Meta(ge=0)]
    from_date: Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
    en: Label
    zh: Label
    citation: Note
    until_date: Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")] = ""
    when: Formula = ""


class Offer(Part, frozen=True):
    """How an approved applicant's offer comes from a table.

    The table's outputs are read by name: `amount_cap_minor` (the most that may be lent, minor units), `annual_rate` (a
    share, 0.12), `term_cap_months` (the longest term). `amount_variable` and `term_variable` name the variables that
    hold what was requested. Offered is the smallest of requested, cap and legal cap, in whole units; less than
    requested in either is a counter-offer, with the reasons named here: `cap_reason` where the law set it. A rate above
    its legal cap is lowered to it. An approval whose table gives no row, an unknown cell, or nothing to lend, becomes
    REFER; so does one with legal caps and no business date.
    """

    table: Identifier
    amount_variable: Identifier
    term_variable: Identifier
    amount_reason: str = "COUNTER_OFFER_AMOUNT"
    term_reason: str = "COUNTER_OFFER_TERM"
    caps: Annotated[list[LegalCap], Meta(max_length=50)] = []
    cap_reason: str = "COUNTER_OFFER_LEGAL_CAP"
