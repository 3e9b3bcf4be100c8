"""`manage.py export_audit DIR`: hand the log to an auditor, with the verifier; or a proof for one entry."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.models import AuditEntry
from audit.services.checkpoints import checkpoint_sign
from audit.services.signing import public_key_export
from audit.services.verification import entry_proof, log_export
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Export the signed audit log into a new folder, or with --entry the proof for one entry into a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="new folder; with --entry, the file of the proof")
        parser.add_argument("--entry", type=int, help="number of the audit entry to prove")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checkpoint_sign(timezone.now())
            is_sound = self._prove(options) if options["entry"] else self._export(options["target"])
        except (RiskEngineError, AuditEntry.DoesNotExist) as error:
            raise CommandError(str(error), returncode=2) from error
        key = public_key_export()
        self.stdout.write(f"Verify: python verify_audit.py {options['target']} --key {key}")
        if not is_sound:
            sys.exit(1)

    def _export(self, folder: Path) -> bool:
        report = log_export(folder)
        for finding in report.findings:
            self.stdout.write(f"FINDING {finding.code}: {finding.message}")
        self.stdout.write(f"{report.entries} entries, {report.checkpoints} checkpoints written to {folder}")
        return report.is_sound

    def _prove(self, options: dict[str, Any]) -> bool:
        options["target"].write_text(entry_proof(AuditEntry.objects.get(pk=options["entry"])))
        return True
