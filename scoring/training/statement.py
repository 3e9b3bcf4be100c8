"""What a model's PD means, in words that no data can supply: horizon, definition of bad, sample, limits."""

import math
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from scoring.training.errors import TrainingInputError


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence in both languages."""

    en: str
    zh: str


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The governed definition of bad that the target follows, by its content hash."""

    product: str
    number: int
    content_hash: str
    days_past_due: int
    window_months: int
    horizon_months: int


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of the model card, written by a person and kept beside the model."""

    pd_horizon_months: int | None
    """None: the data do not say over which time default was observed; PDs of such a model mix with no others."""
    pd_horizon: Text
    bad_definition: Text
    sample: Text
    limits_of_use: list[Text]
    approved_below_pd: float | None = None
    """Applicants with a PD of at most this are approved: the reference that reasons are measured against is their
    median. None: the safer half of the training applications."""
    is_accepted_only: bool = True
    """Whether only applicants whom somebody accepted are in the sample, as nearly always."""
    population_odds: float | None = None
    """Good : bad in the population that PDs are meant for; None: PDs stay at the sample's odds."""
    population_source: Text | None = None
    definition: Definition | None = None
    owner: str = ""
    """The person or unit that answers for the model."""
    next_validation_on: date | None = None
    """By when somebody must have validated it anew."""
    exit_rule: Text | None = None
    """When the model must be taken out of use."""

    def __post_init__(self) -> None:
        if (self.population_odds is None) != (self.population_source is None):
            raise ValueError("population_odds and population_source are stated together")
        if self.population_odds is not None and not 0.0 < self.population_odds < math.inf:
            raise ValueError("population_odds are positive and finite")
        if self.approved_below_pd is not None and not 0.0 < self.approved_below_pd < 1.0:
            raise ValueError("approved_below_pd is a PD between 0 and 1")


ACCEPTED_ONLY = Text(
    "Learnt from accepted applicants only: what those declined would have done is unknown, and no figure here says.",
    "仅由已获批的申请学习而得：被拒申请人的表现未知，此处任何指标均不反映。",
)
EVERY_APPLICANT = Text(
    "Outcomes are known of applicants whether accepted or not.", "无论是否获批，申请人的结果均已知。"
)


NOT_STATED = Statement(
    pd_horizon_months=None,
    pd_horizon=Text("not stated", "未说明"),
    bad_definition=Text("the target column as given; not stated", "所给目标列，未说明"),
    sample=Text("not stated", "未说明"),
    limits_of_use=[
        Text(
            "Without a stated horizon and definition of bad this model must not be used for decisions.",
            "未说明期限和违约定义的模型不得用于审批决定。",
        )
    ],
)


def statement_read(path: Path) -> Statement:
    """A statement from its JSON file. Raises TrainingInputError."""
    try:
        statement = msgspec.json.decode(path.read_bytes(), type=Statement)
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingInputError(f"{path} is not a model statement: {error}") from error
    if statement.definition is not None:
        raise TrainingInputError(f"{path}: a governed definition is taken from where it is governed, not from a file.")
    return statement


def statement_card(statement: Statement) -> dict[str, Any]:
    """What a card keeps of the sample's choice, of the definition and of the model's keeping, by key."""
    return {
        "definition": msgspec.to_builtins(statement.definition),
        "selection": {
            "is_accepted_only": statement.is_accepted_only,
            **msgspec.to_builtins(ACCEPTED_ONLY if statement.is_accepted_only else EVERY_APPLICANT),
        },
        **_keeping(statement),
    }


def _keeping(statement: Statement) -> dict[str, Any]:
    """Who answers for the model, until when and under which condition: what is stated of it."""
    found = msgspec.to_builtins(statement)
    return {name: found[name] for name in ("owner", "next_validation_on", "exit_rule") if found[name]}
