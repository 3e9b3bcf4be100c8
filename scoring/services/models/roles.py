"""What a model may become from which state, and where an approval keeps which of them was asked for."""

from typing import Any

from audit.models import Approval
from riskengine.errors import Conflict, InvalidInput
from scoring.models import ModelPackage

State = ModelPackage.State
ROLE = "role"
"""Key of an approval's evidence: what the model becomes. Approvals from before there was a choice have none."""
ROLES_OF = {
    State.CANDIDATE: (State.CHAMPION, State.CHALLENGER, State.APPROVED),
    State.APPROVED: (State.CHAMPION, State.CHALLENGER),
    State.CHALLENGER: (State.CHAMPION,),
    State.RETIRED: (State.CHAMPION,),
    State.CHAMPION: (),
}
"""What a model may be put forward as, by its state."""


class ModelNotCandidateError(Conflict):
    """The champion is not put forward; candidates and earlier champions are."""

    code = "model_not_candidate"


class ModelRoleError(Conflict):
    """A model in this state cannot become that."""

    code = "model_role_impossible"


class ModelRoleChangedError(Conflict):
    """The checker was shown a request for another role than the one that waits now."""

    code = "model_role_changed"


class ModelPurposeUnknownError(InvalidInput):
    """The package's card names a purpose that no rule can choose."""

    code = "model_purpose_unknown"


class ModelReasonMissingError(InvalidInput):
    """A model is retired for a reason."""

    code = "model_reason_missing"


def approval_role(approval: Approval) -> str:
    """What the model becomes if this is approved."""
    return str(approval.evidence.get(ROLE, State.CHAMPION))


def role_require(model: ModelPackage, role: str) -> None:
    """Raises ModelNotCandidateError, ModelRoleError unless the model may be put forward as `role`."""
    if model.state == State.CHAMPION:
        raise ModelNotCandidateError("This model is the champion already.", model=model.pk, state=model.state)
    if role not in ROLES_OF[State(model.state)]:
        raise ModelRoleError("A model in this state cannot become that.", model=model.pk, state=model.state, role=role)


def purpose_require(card: dict[str, Any]) -> None:
    """Raises ModelPurposeUnknownError unless the card names no purpose, which is the main score, or a known one."""
    purpose = card.get("purpose", ModelPackage.Purpose.MAIN)
    if purpose not in ModelPackage.Purpose.values:
        raise ModelPurposeUnknownError("The package is for a purpose that there is not.", purpose=str(purpose)[:40])
