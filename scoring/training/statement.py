"""What a model's PD means, in words that no data can supply: horizon, definition of bad, sample, limits."""

from pathlib import Path

import msgspec

from scoring.training.errors import TrainingInputError


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence in both languages."""

    en: str
    zh: str


class Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Part of the model card, written by a person and kept beside the model."""

    pd_horizon_months: int | None
    """None: the data do not say over which time default was observed; PDs of such a model mix with no others."""
    pd_horizon: Text
    bad_definition: Text
    sample: Text
    limits_of_use: list[Text]


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
        return msgspec.json.decode(path.read_bytes(), type=Statement)
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingInputError(f"{path} is not a model statement: {error}") from error
