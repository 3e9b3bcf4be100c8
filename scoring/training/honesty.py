"""The checks that a model must stand before anybody believes its figures, and how report and card keep them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from scoring.training.cross_validation import CrossValidation
from scoring.training.families import Fit
from scoring.training.grading import BANDS, Grading
from scoring.training.leaks import leak_check
from scoring.training.negative_control import NegativeControl, family_held_out_auc, negative_control
from scoring.training.reject_inference import FEWEST, reject_inference
from scoring.training.request import Prepared, Request
from scoring.training.screening import screen, screening_rows
from scoring.training.suspects import Suspect, leak_rows, leaks_standing, leaks_waive

_DIGITS = 6


class Honesty(msgspec.Struct, frozen=True):
    """What the checks found."""

    suspects: list[Suspect]
    control: NegativeControl
    calibration: dict[str, Any]
    """Tests of the out-of-fold PDs."""
    screening: list[dict[str, Any]]
    rejects: dict[str, Any] | None
    """The sensitivity to rows without an outcome, where there are such."""
    later: dict[str, Any] | None = None
    """Figures and tests of later periods, where rows have dates."""

    @property
    def findings(self) -> list[str]:
        """A sentence for everything that stands in the way of registering."""
        found = [f"{one.column} seems to know the outcome: {one.why}" for one in leaks_standing(self.suspects)]
        if not self.control.is_passed:
            found.append(f"shuffled outcomes are ranked with AUC {self.control.auc:.4f}, not 0.50")
        return found

    def report(self) -> dict[str, Any]:
        """Keys of the report."""
        return {
            "leak_suspects": leak_rows(self.suspects),
            "negative_control_auc": self.control.auc,
            "negative_control": self._control(),
            "calibration_tests": self.calibration,
            "screening": self.screening,
            "reject_inference": self.rejects,
            **({"out_of_time": self.later} if self.later is not None else {}),
        }

    def card(self) -> dict[str, Any]:
        """Keys of the card."""
        return {
            "leak_check": {"suspects": leak_rows(self.suspects)},
            "negative_control": self._control(),
            "calibration_tests": self.calibration,
            "screening": self.screening,
            "reject_inference": self.rejects,
            **({"out_of_time": figures_rounded(self.later)} if self.later is not None else {}),
        }

    def _control(self) -> dict[str, Any]:
        return {
            "auc": round(self.control.auc, _DIGITS),
            "standard_error": round(self.control.standard_error, _DIGITS),
            "shuffles": self.control.shuffles,
            "rows": self.control.rows,
            "is_passed": self.control.is_passed,
        }


def suspects_of(request: Request, prepared: Prepared, waivers: Mapping[str, str]) -> list[Suspect]:
    """The leak check of a request's table. What a person dropped is not looked at. Raises TrainingInputError."""
    unseen = [name for name in (request.target, *request.drop) if name in prepared.frame.columns]
    suspects = leak_check(
        prepared.frame.drop(unseen),
        prepared.outcome,
        prepared.recipe.columns,
        decided_on=request.date_column if request.date_column in prepared.frame.columns else None,
        seed=prepared.recipe.seed,
    )
    return leaks_waive(suspects, waivers)


def honesty_check(
    prepared: Prepared,
    validation: CrossValidation,
    fit: Fit,
    suspects: Sequence[Suspect],
    *,
    later: dict[str, Any] | None = None,
    grading: Grading = BANDS,
    progress: Callable[[str], None],
) -> Honesty:
    """The checks that need the family and the parameters it chose; `later` is what `out_of_time` gave."""
    recipe = msgspec.structs.replace(prepared.recipe, parameters=validation.chosen)
    held_out = family_held_out_auc(fit, recipe)
    control = negative_control(prepared.frame, prepared.outcome, held_out, seed=recipe.seed, progress=progress)
    progress(f"negative control done: {control.shuffles} shuffles of {control.rows} rows")
    calibration = figures_rounded(grading.tests(prepared.outcome, validation.pds, on="out_of_fold"))
    progress("screening variables by gain, information and a linear machine")
    screened = screen(prepared.frame, prepared.outcome, prepared.recipe.columns, seed=recipe.seed)
    if prepared.undecided.height >= FEWEST:
        progress(f"what if: {prepared.undecided.height} rows without an outcome had been accepted")
    rejects = reject_inference(prepared.frame, prepared.outcome, prepared.undecided, fit, recipe)
    return Honesty(list(suspects), control, calibration, screening_rows(screened), figures_rounded(rejects), later)


def figures_rounded(value: Any) -> Any:
    """Nested figures to six digits, so that a card is the same on every machine."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {name: figures_rounded(part) for name, part in value.items()}
    return [figures_rounded(part) for part in value] if isinstance(value, list) else value
