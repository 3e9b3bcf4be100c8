"""A model whose card shows a variable that knows the outcome, or skill on shuffled outcomes, is not kept."""

from typing import Any

from riskengine.errors import InvalidInput


class ModelNotHonestError(InvalidInput):
    """Its checks found what nobody has waived; `facts["columns"]` names the variables."""

    code = "model_not_honest"


class ModelLeaksError(ModelNotHonestError):
    """Variables seem to know the outcome, and no reason is given why they may stay."""

    code = "model_leak_suspected"


class ModelControlFailedError(ModelNotHonestError):
    """The procedure found skill where outcomes were shuffled: it sees what it is measured on."""

    code = "model_negative_control_failed"


def honesty_require(card: dict[str, Any]) -> None:
    """Pass a card whose checks are clean or waived, and one from before there were such checks.

    Raises ModelLeaksError, ModelControlFailedError.
    """
    control = card.get("negative_control")
    if control and not control["is_passed"]:
        raise ModelControlFailedError(
            f"Shuffled outcomes are ranked with AUC {control['auc']}, not 0.50 within three standard errors of"
            f" {control['standard_error']}: nothing of this procedure can be registered.",
            auc=control["auc"],
        )
    suspects = [one for one in card.get("leak_check", {}).get("suspects", ()) if _stands(one)]
    if suspects:
        named = "; ".join(f"{one['column']} ({one['why']})" for one in suspects)
        raise ModelLeaksError(
            f"Not registered: these variables seem to know the outcome: {named}."
            " Drop them, or waive each with a reason.",
            columns=[one["column"] for one in suspects],
        )


def _stands(suspect: dict[str, Any]) -> bool:
    return bool(suspect["is_read"]) and not str(suspect["waived_because"]).strip()
