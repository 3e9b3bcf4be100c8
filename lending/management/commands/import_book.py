"""Import rows into the book from the command line, from a file or a kept source, through a kept mapping."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.models import BookImport, BookMapping, BookSource
from lending.services.book_imports.landing import COUNTED
from lending.services.book_imports.rejects import rejects_csv
from lending.services.book_imports.running import import_run
from lending.services.book_imports.staging import import_ask
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Import rows into the book through a mapping. Exit 0: all went in, 1: some did not, 2: wrong use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mapping", help="name of a mapping; its latest version is used")
        parser.add_argument("--file", type=Path, help="a .csv or .parquet file")
        parser.add_argument("--source", help="name of a source kept in the admin")
        parser.add_argument("--resume", type=int, metavar="IMPORT", help="go on with an import that was cut short")
        parser.add_argument("--rejects", type=Path, metavar="OUT.csv", help="write what was left out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = self._import(options)
            done = import_run(book_import_id=row.pk, now=timezone.now, progress=self._progress)
        except RiskEngineError as error:
            raise CommandError(f"{error.code}: {error.message}", returncode=2) from None
        counts = " ".join(f"{name}={getattr(done, name)}" for name in ("rows", *COUNTED, "duplicates", "imputed"))
        self.stdout.write(f"import {done.pk} {done.state} {counts} {done.error_code}".rstrip())
        if options["rejects"]:
            options["rejects"].write_bytes(b"".join(rejects_csv(done)))
        if done.state != BookImport.State.DONE or done.rejected or done.conflicting:
            raise SystemExit(1)

    def _import(self, options: dict[str, Any]) -> BookImport:
        if options["resume"]:
            found = BookImport.objects.filter(pk=options["resume"]).first()
            if found is None:
                raise CommandError("There is no such import.", returncode=2)
            return found
        if bool(options["file"]) == bool(options["source"]):
            raise CommandError("Give either --file or --source.", returncode=2)
        mapping = BookMapping.objects.filter(name=options["mapping"] or "").order_by("-version").first()
        if mapping is None:
            raise CommandError("There is no mapping of this name.", returncode=2)
        if options["source"]:
            source = BookSource.objects.filter(name=options["source"]).first()
            if source is None:
                raise CommandError("There is no source of this name.", returncode=2)
            return import_ask(mapping=mapping, at=timezone.now(), by=None, source=source)
        try:
            data = options["file"].read_bytes()
        except OSError:
            raise CommandError("The file cannot be read.", returncode=2) from None
        return import_ask(mapping=mapping, at=timezone.now(), by=None, file_name=options["file"].name, data=data)

    def _progress(self, row: BookImport) -> None:
        landed = sum(getattr(row, name) for name in COUNTED) + row.duplicates
        self.stderr.write(f"{landed} of {row.rows}")
