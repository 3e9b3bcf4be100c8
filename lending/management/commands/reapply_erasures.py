"""`manage.py reapply_erasures DIR`: after a restore from a backup, erase again whom a newer export says was erased."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.models import Customer
from lending.services.customers import customer_erase

ERASED = b'"kind":"customer.erased"'


class Command(BaseCommand):
    help = "Erase again the customers that an export of the audit log names as erased. Verify the export first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("export", type=Path, help="folder written by export_audit, newer than the backup")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["export"] / "entries.jsonl"
        if not path.is_file():
            raise CommandError(f"{path} is not there.", returncode=2)
        numbers = set(erased_in(path))
        readable = Customer.objects.filter(pk__in=numbers, erased_at=None)
        count = 0
        for customer in readable:
            customer_erase(customer=customer, at=timezone.now(), actor="system:reapply_erasures")
            count += 1
        self.stdout.write(f"{len(numbers)} erasures in the log, {count} applied again.")


def erased_in(path: Path) -> Iterator[int]:
    """The numbers of the customers whose erasure the exported log records."""
    with path.open("rb") as lines:
        for line in lines:
            if ERASED in line:
                entry = json.loads(line)
                if entry["kind"] == "customer.erased":
                    yield int(entry["object_id"])
