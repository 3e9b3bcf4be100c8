"""What can be wrong with a model package or with what it is asked to score."""

from riskengine.errors import InvalidInput


class BrokenPackageError(InvalidInput):
    """The bytes are not a model package, or not the one that was written: nothing of it may be used."""

    code = "model_package_broken"


class GoldenRowError(BrokenPackageError):
    """The model here does not score its own golden rows bit for bit: another library version, or damage."""

    code = "model_golden_rows_differ"


class ModelInputError(InvalidInput):
    """A value has a type that the model's variable cannot have."""

    code = "model_input_invalid"
