"""The refusals of a DMN model: each names the element and what is wrong with it."""

from riskengine.errors import InvalidInput


class DmnInvalid(InvalidInput):
    """The model is not well formed, or one of its expressions cannot be read."""

    code = "dmn_invalid"


class DmnUnsupported(InvalidInput):
    """The model uses a construct that is known and not evaluated here; `facts["construct"]` names it."""

    code = "dmn_unsupported"


class DmnTooLarge(InvalidInput):
    """The model, an expression or an evaluation passes its bound."""

    code = "dmn_too_large"


class DmnUnknownDecision(InvalidInput):
    """The model has no decision of that name."""

    code = "dmn_unknown_decision"
