"""`manage.py replay`: decide stored decisions again and compare, byte for byte."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.core.management.base import BaseCommand, CommandError

from rules.services.replay import decisions_replay


class Command(BaseCommand):
    """Exit 0 when every decision comes out the same (or is erased), 1 when one does not, 2 on wrong use."""

    help = "Decide stored decisions again with their own bundle and compare the documents byte for byte."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which decisions, how strict, and where the report goes."""
        parser.add_argument("decisions", nargs="*", type=UUID, help="ids of decisions")
        parser.add_argument("--all", action="store_true", help="every decision")
        parser.add_argument("--strict", action="store_true", help="a decision that cannot be replayed counts as failed")
        parser.add_argument("--report", type=Path, help="write the counts as JSON to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and report."""
        if options["all"] == bool(options["decisions"]):
            raise CommandError("Name decisions or say --all.", returncode=2)
        report = decisions_replay(ids=options["decisions"] or None)
        if options["report"]:
            options["report"].write_bytes(msgspec.json.encode(report))
        self.stdout.write(
            f"replayed {report.total}: {report.same} the same, {report.erased} erased, "
            f"{report.failed} different, {report.unreplayable} not replayable"
        )
        for failure in report.failures:
            self.stdout.write(f"  {failure.decision}: {failure.why}")
        if report.failed or (options["strict"] and report.unreplayable):
            raise SystemExit(1)
