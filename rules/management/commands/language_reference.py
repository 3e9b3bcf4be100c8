"""`manage.py language_reference`: writes docs/language.md from the registry of functions."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from rules.language.reference import reference


class Command(BaseCommand):
    help = "Write the reference of the rule language, or with --check say whether it is as it would be written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="exit 1 if docs/language.md is out of date")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        place = Path(settings.BASE_DIR) / "docs" / "language.md"
        if not check:
            place.write_text(reference(), encoding="utf-8")
            self.stdout.write(str(place))
        elif not place.exists() or place.read_text(encoding="utf-8") != reference():
            self.stderr.write("docs/language.md is out of date: manage.py language_reference")
            raise SystemExit(1)
