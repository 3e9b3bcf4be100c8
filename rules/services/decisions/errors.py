"""Why a request for a decision is refused; each code is stable."""

from riskengine.errors import Conflict, InvalidInput, NotFound, NotPermitted


class InvalidRequest(InvalidInput):
    """The body does not have the shape of a request; `facts["problems"]` names every field."""

    code = "invalid_request"


class IdempotencyKeyReused(InvalidInput):
    """The key was used before with another body."""

    code = "idempotency_key_reused"


class ApplicationDiffers(Conflict):
    """The application number belongs to an application for another product or of another person."""

    code = "application_differs"


class AsOfNotPermitted(NotPermitted):
    """Only keys with the scope `as_of` decide as of another time."""

    code = "as_of_not_permitted"


class DryRunNotPermitted(NotPermitted):
    """Only keys with the scope `dry_run` decide without a record."""

    code = "dry_run_not_permitted"


class VersionNotPermitted(NotPermitted):
    """Only keys with both scopes `dry_run` and `as_of` choose the version that decides, and only in a dry run."""

    code = "version_not_permitted"


class AsOfInFuture(InvalidInput):
    """Nobody knows yet what will be known then."""

    code = "as_of_in_future"


class DecisionNotFound(NotFound):
    """No decision of the caller's has this id."""

    code = "decision_not_found"
