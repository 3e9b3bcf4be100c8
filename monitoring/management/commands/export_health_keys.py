"""manage.py export_health_keys DIR: the key file and the one-file verifier of health codes, for use offline."""

import shutil
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from monitoring.services.health.keys import keys_file
from monitoring.verifier import verify_health_code

VERIFIER = "verify_health_code.py"
KEYS = "health_keys.json"


class Command(BaseCommand):
    """Write the public keys and the verifier."""

    help = "Export the public keys of health codes and the verifier of one file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("folder", type=Path, help="folder to write both into; made where there is none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write both and say how to use them."""
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / KEYS).write_text(keys_file(timezone.now()))
        shutil.copyfile(verify_health_code.__file__, folder / VERIFIER)
        command = f"{Path(sys.executable).name} {folder / VERIFIER} TOKEN --key {folder / KEYS}"
        self.stdout.write(f"Verify a token offline with:\n  {command}\n")
