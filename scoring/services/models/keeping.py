"""Who answers for a model, by when it is validated anew, and when it must go: on its card, or governed later.

A card is part of the bytes that are approved and never changes. What is decided of a model afterwards, the next day
after a validation above all, is a governed document named by its content hash; it stands before what the card says.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.governed_kinds import Kind, Text, Words
from audit.services.governed_live import Live, governed_lives
from riskengine.errors import Conflict, InvalidInput
from scoring.models import ModelPackage

KIND_CODE: Final = "model_keeping"
LONGEST_YEARS: Final = 3
"""A model is validated anew within so many years, whatever it decides."""
Fact = Literal["owner", "next_validation_on", "exit_rule"]
_WORDS: dict[Fact, str] = {
    "owner": "its owner",
    "next_validation_on": "the day by which it is validated anew",
    "exit_rule": "the rule by which it is taken out of use",
}


class ModelNotKeptError(InvalidInput):
    """Nobody answers for the model, or nobody said until when and when not; `facts["missing"]` names what is open."""

    code = "model_not_kept"


class ModelValidationOverdue(Conflict):
    """The day has passed by which the model was to be validated anew: validate it and have the next day approved."""

    code = "model_validation_overdue"


class ModelKeeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What holds of a model from an approval on; name: its content hash."""

    owner: str
    next_validation_on: dt.date
    exit_rule: Text


class Keeping(NamedTuple):
    """What is stated of a model on a day; empty or None where nobody said it."""

    owner: str
    next_validation_on: dt.date | None
    exit_rule: Text | None
    document: int | None
    """The governed document in force that says so; None: the card does."""

    @property
    def words(self) -> str:
        """What is not stated, as one line for who registers the model; empty where all is."""
        if not self.missing:
            return ""
        open_facts = ", ".join(_WORDS[name] for name in self.missing)
        return f"not stated of this model: {open_facts}; until somebody does, nobody can put it forward"

    @property
    def missing(self) -> list[Fact]:
        """What nobody has stated, in order."""
        return [name for name in _WORDS if not getattr(self, name)]

    def is_overdue(self, on: dt.date) -> bool:
        """Whether the day has passed by which somebody was to validate it; False where there is none."""
        return self.next_validation_on is not None and self.next_validation_on < on


def keepings_of(models: Iterable[ModelPackage], on: dt.date) -> dict[str, Keeping]:
    """What is stated of each model on a day, by content hash."""
    lives = governed_lives(KIND_CODE, on)
    return {one.content_hash: _keeping(one.card, lives.get(one.content_hash)) for one in models}


def keeping_of(model: ModelPackage, on: dt.date) -> Keeping:
    """What is stated of a model on a day."""
    return _keeping(model.card, governed_lives(KIND_CODE, on, name=model.content_hash).get(model.content_hash))


def keeping_require(model: ModelPackage, on: dt.date) -> Keeping:
    """Raises ModelNotKeptError unless all three are stated, ModelValidationOverdue where the day has passed."""
    found = keeping_of(model, on)
    if found.missing:
        raise ModelNotKeptError(
            f"Not stated of this model: {', '.join(_WORDS[name] for name in found.missing)}. Train or import it with"
            " a statement that says so, or have it approved as a setting of the kind model_keeping.",
            model=model.pk,
            missing=found.missing,
        )
    if found.is_overdue(on):
        raise ModelValidationOverdue(
            f"This model was to be validated anew by {found.next_validation_on}. Validate it, then have the next day"
            " approved as a setting of the kind model_keeping.",
            model=model.pk,
            next_validation_on=str(found.next_validation_on),
        )
    return found


def _keeping(card: dict[str, Any], live: Live | None) -> Keeping:
    if live is not None:
        value: ModelKeeping = live.value
        return Keeping(value.owner, value.next_validation_on, value.exit_rule, live.id)
    day, rule = card.get("next_validation_on"), card.get("exit_rule")
    return Keeping(
        str(card.get("owner") or "").strip(),
        dt.date.fromisoformat(day) if day else None,
        Text(rule["en"], rule["zh"]) if rule else None,
        None,
    )


def _check(keeping: ModelKeeping, _name: str) -> list[str]:
    rule = keeping.exit_rule
    checks = {
        _("Name the person or unit that answers for the model."): not keeping.owner.strip(),
        _("Say in both languages when the model is taken out of use."): not (rule.en.strip() and rule.zh.strip()),
    }
    return [str(words) for words, is_wrong in checks.items() if is_wrong]


def _day_check(keeping: ModelKeeping, valid_from: dt.date) -> list[str]:
    day = keeping.next_validation_on
    if day < valid_from:
        return [_("The next validation lies before the day from which this holds.")]
    if day > valid_from + dt.timedelta(days=366 * LONGEST_YEARS):
        return [_("The next validation is due within %(years)d years.") % {"years": LONGEST_YEARS}]
    return []


def _models() -> list[tuple[str, Words]]:
    models = ModelPackage.objects.defer("package").order_by("-pk")
    return [(one.content_hash, f"{one.name} #{one.pk} · {one.get_state_display()}") for one in models]


KIND = Kind(
    KIND_CODE,
    ModelKeeping,
    title=gettext_lazy("Owner and validation of a model"),
    help=gettext_lazy(
        "Who answers for a model, by when it is validated anew and when it is taken out of use. No model goes live"
        " without. After a validation write the next day here: what is in force stands before the model's card."
    ),
    check=_check,
    day_check=_day_check,
    name_choices=_models,
    labels={
        "owner": gettext_lazy("Owner"),
        "next_validation_on": gettext_lazy("Next validation by"),
        "exit_rule": gettext_lazy("Taken out of use when"),
    },
    permission="scoring.change_modelpackage",
    is_protective=True,
)
