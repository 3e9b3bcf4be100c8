"""`manage.py replay`: decide stored decisions again and compare, byte for byte, or one against another version."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskengine.errors import RiskEngineError
from rules.models import Decision
from rules.services.bundles.versions import version_by_number
from rules.services.decisions.replay import decisions_replay
from rules.services.decisions.replay_against import ReplayDiff, decision_against


class Command(BaseCommand):
    """Exit 0 when every decision comes out the same (or is erased), 1 when one does not, 2 on wrong use."""

    help = (
        "Decide stored decisions again with their own bundle and compare the documents byte for byte; or decide one "
        "against another version and say what would differ."
    )

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        """Django's own --version gives way to the version to decide with."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **options)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which decisions, how strict, against what, and where the report goes."""
        parser.add_argument("decisions", nargs="*", type=UUID, help="ids of decisions")
        parser.add_argument("--all", action="store_true", help="every decision")
        parser.add_argument("--strict", action="store_true", help="a decision that cannot be replayed counts as failed")
        parser.add_argument("--version", dest="against", help="number or content hash of the version to decide with")
        parser.add_argument("--report", type=Path, help="write the result as JSON to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay and report."""
        if options["against"] is not None:
            self._against(options)
            return
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

    def _against(self, options: dict[str, Any]) -> None:
        if options["all"] or len(options["decisions"]) != 1:
            raise CommandError("Name exactly one decision with --version.", returncode=2)
        decisions = Decision.objects.select_related("application__customer", "product")
        decision = decisions.filter(pk=options["decisions"][0]).first()
        if decision is None:
            raise CommandError("There is no such decision.", returncode=2)
        try:
            diff = decision_against(decision, version_by_number(decision.product.code, options["against"]))
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        if options["report"]:
            report = {**msgspec.to_builtins(diff), "is_clean": diff.is_clean}
            options["report"].write_bytes(msgspec.json.encode(report))
        self._print(diff)
        if not diff.is_clean:
            raise SystemExit(1)

    def _print(self, diff: ReplayDiff) -> None:
        self.stdout.write(f"decision {diff.decision} against version {diff.version_number} ({diff.content_hash[:12]})")
        for change in diff.changes:
            self.stdout.write(f"  {change.part}: {_text(change.before)} -> {_text(change.after)}")
        for rule in diff.rules:
            self.stdout.write(f"  rule {rule.code}: {rule.before} -> {rule.after}")
        if not diff.changes and not diff.rules:
            self.stdout.write("  nothing would differ")
        if diff.has_other_patterns:
            self.stdout.write("  its patterns look for events that the record does not hold: they may find less")
        self.stdout.write(f"deterministic: {'yes' if diff.is_deterministic else 'NO'}")
        self.stdout.write(f"the recorded decision reproduces: {diff.recorded} {diff.recorded_why}".rstrip())


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
