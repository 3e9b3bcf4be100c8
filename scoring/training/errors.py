"""Why a model cannot be trained from what was given."""

from riskengine.errors import InvalidInput


class TrainingInputError(InvalidInput):
    """The table, the target or an option does not allow training; the message says which and what would."""

    code = "training_input_invalid"
