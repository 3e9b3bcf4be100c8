"""What can be wrong with an import as a whole."""

from riskengine.errors import Conflict, InvalidInput, Unavailable


class InvalidMapping(InvalidInput):
    """The mapping does not fit; `facts["problems"]` names every field and why."""

    code = "invalid_mapping"


class SourceUnreadable(InvalidInput):
    """The file or answer is no table, or too large; `facts["reason"]` says why."""

    code = "source_unreadable"


class SourceRefused(InvalidInput):
    """The source is none that may be read: not a single SELECT, no https, not a known kind."""

    code = "source_refused"


class SourceUnavailable(Unavailable):
    """The source does not answer, or refuses us."""

    code = "source_unavailable"


class ImportEnded(Conflict):
    """The import has ended; there is nothing to cancel."""

    code = "book_import_ended"
