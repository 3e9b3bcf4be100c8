"""Which catalogue a command reads: what is live, so that approved directions and prohibitions hold, or a file."""

from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from scoring.catalogue import Catalogue, catalogue_read
from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live
from scoring.training.errors import TrainingInputError

SHIPPED: Final = Path(settings.BASE_DIR) / "data" / "catalogue.json"
HELP: Final = "read this catalogue file, not the live catalogue (data/catalogue.json where none is live)"
"""Of the option `--catalogue` of every command that asks here."""
_NONE_LIVE = (
    "no catalogue is live in the database: data/catalogue.json is read; import_catalogue takes a file in, and two"
    " people take it live"
)
_NO_DATABASE = "no database is at hand: data/catalogue.json is read, not what is live; --catalogue names another file"


class Reading(NamedTuple):
    """A catalogue, and in a line for the person at the command where it comes from."""

    catalogue: Catalogue
    source: str


def catalogue_at_hand(file: Path | None = None) -> Reading:
    """The catalogue of `file`; without one what is live, or the shipped one where nothing is, saying so.

    Raises TrainingInputError where the file cannot be read, InvalidCatalogue where it is none.
    """
    if file is not None:
        return Reading(_read(file), f"catalogue: {file}")
    try:
        return Reading(catalogue_live(), "catalogue: what is live in the database")
    except NoLiveCatalogueError:
        return Reading(_read(SHIPPED), _NONE_LIVE)
    except (DatabaseError, ImproperlyConfigured):
        return Reading(_read(SHIPPED), _NO_DATABASE)


def _read(file: Path) -> Catalogue:
    try:
        return catalogue_read(file.read_bytes())
    except OSError as error:
        raise TrainingInputError(f"{file} cannot be read: {error}") from error
