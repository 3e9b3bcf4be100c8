"""What a leak check found, and what a person said about it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from scoring.training.errors import TrainingInputError

Kind = Literal["near_copy", "power", "beyond_the_rest", "settles", "missingness", "together", "timing", "order", "name"]


class Suspect(msgspec.Struct, frozen=True):
    """A variable that seems to know the outcome, and why."""

    column: str
    kind: Kind
    why: str
    figure: float
    is_read: bool = True
    """Whether the model reads it; only those stand in the way of registering."""
    waived_because: str = ""


def leaks_waive(suspects: Sequence[Suspect], waivers: Mapping[str, str]) -> list[Suspect]:
    """The suspects with their waivers. Raises TrainingInputError for one without a reason, or of no suspect."""
    named = {suspect.column for suspect in suspects}
    wrong = [f"{column}: say why" for column, reason in waivers.items() if not reason.strip()]
    wrong += [f"{column}: it is under no suspicion" for column in waivers if column not in named]
    if wrong:
        raise TrainingInputError(f"Waivers: {'; '.join(wrong)}.", problems=wrong)
    return [
        msgspec.structs.replace(suspect, waived_because=waivers.get(suspect.column, "").strip()) for suspect in suspects
    ]


def leaks_standing(suspects: Sequence[Suspect]) -> list[Suspect]:
    """Those that the model reads and nobody waived."""
    return [suspect for suspect in suspects if suspect.is_read and not suspect.waived_because]


def leak_rows(suspects: Sequence[Suspect]) -> list[dict[str, Any]]:
    """As the report and the card keep them; figures to six digits."""
    return [msgspec.to_builtins(msgspec.structs.replace(one, figure=round(one.figure, 6))) for one in suspects]
