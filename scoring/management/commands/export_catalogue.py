"""`manage.py export_catalogue`: write the live variable catalogue as JSON. Exits 0, 1 if none is live, 2 misused."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.services.catalogues.life import NoLiveCatalogueError, catalogue_live_version


class Command(BaseCommand):
    """Writes what `import_catalogue` reads."""

    help = "Write the live variable catalogue to a JSON file, for review and for import_catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = catalogue_live_version()
        except NoLiveCatalogueError as error:
            raise CommandError(error.message, returncode=1) from error
        try:
            options["file"].write_bytes(msgspec.json.format(msgspec.json.encode(version.document), indent=2) + b"\n")
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error}", returncode=2) from error
        self.stdout.write(f"Version {version.number} ({version.content_hash}) is in {options['file']}.")
