"""`manage.py import_catalogue`: take a whole variable catalogue as a version. Exits 0, 1 refused, 2 misused."""

import sys
from pathlib import Path
from typing import Any, cast

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from audit.models import User
from riskengine.errors import RiskEngineError
from scoring.catalogue import Catalogue, catalogue_read
from scoring.models import CatalogueVersion
from scoring.own_words import Change, catalogue_changes
from scoring.services.catalogues.files import catalogue_take, catalogue_widened
from scoring.services.catalogues.life import CatalogueIsLiveError, catalogue_of


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.services.catalogues`."""

    help = "Keep a variable catalogue (JSON) as a version, say what it changes, and put it forward for approval."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON, as export_catalogue writes it")
        parser.add_argument("--submit-as", metavar="USER", help="who asks for its approval; somebody else approves")
        parser.add_argument(
            "--new-only", action="store_true", help="keep what is live as it is, and add the variables it has not"
        )
        parser.add_argument("--comment", default="", help="what the checker should know")

    def handle(self, *args: Any, **options: Any) -> None:
        maker = _user(options["submit_as"])
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error}", returncode=2) from error
        try:
            catalogue = catalogue_read(data)
            if options["new_only"] and (live := _live()) is not None:
                catalogue = catalogue_widened(live, catalogue)
            self._tell(catalogue)
            version = catalogue_take(catalogue=catalogue, maker=maker, at=timezone.now(), comment=options["comment"])
        except CatalogueIsLiveError:
            self.stdout.write("This is what is live already; nothing was done.")
        except RiskEngineError as error:
            problems = cast("list[str]", error.facts.get("problems", []))
            self.stderr.write(f"{error.code}: {'refused, nothing was kept.' if problems else error.message}")
            for problem in problems:
                self.stderr.write(f"  {problem}")
            sys.exit(1)
        else:
            waits = "waits for approval by a second person" if maker else "is kept and not submitted"
            self.stdout.write(f"Version {version.number} ({version.content_hash}) {waits}.")

    def _tell(self, catalogue: Catalogue) -> None:
        live = CatalogueVersion.objects.filter(is_live=True).first()
        if live is None:
            self.stdout.write(f"No catalogue is live; this one has {len(catalogue.variables)} variables.")
            return
        changes = catalogue_changes(catalogue_of(live), catalogue)
        self.stdout.write(f"Against version {live.number}, which is live: {len(changes)} differences.")
        for change in changes:
            self.stdout.writelines(_lines(change))


def _live() -> Catalogue | None:
    version = CatalogueVersion.objects.filter(is_live=True).first()
    return catalogue_of(version) if version else None


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no user {name}.", returncode=2)
    return found


def _lines(change: Change) -> list[str]:
    head = f"  {change.kind} {change.part} {change.name}\n"
    if change.kind != "changed":
        return [head]
    return [head, *(f"    {field}: {was or 'nothing'} -> {now or 'nothing'}\n" for field, was, now in change.lines)]
