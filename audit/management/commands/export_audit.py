"""`manage.py export_audit DIR`: hand the log to an auditor, with the verifier; or a proof for one entry."""

import shlex
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
from audit.verifier import verify_audit
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Export the signed audit log into a new folder, or with --entry the proof for one entry into a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", type=Path, help="new folder; with --entry, the file of the proof")
        parser.add_argument("--entry", type=int, help="number of the audit entry to prove")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checkpoint_sign(timezone.now())
            is_sound = self._export(options["target"]) if options["entry"] is None else self._prove(options)
        except AuditEntry.DoesNotExist as error:
            raise CommandError(f"There is no audit entry {options['entry']}.", returncode=2) from error
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        except OSError as error:
            raise CommandError(f"Cannot write {options['target']}: {error.strerror}.", returncode=2) from error
        target = options["target"]
        verifier = Path(verify_audit.__file__) if options["entry"] is not None else target / "verify_audit.py"
        command = [sys.executable, str(verifier), str(target), "--key", str(public_key_export())]
        self.stdout.write(f"Verify: {shlex.join(command)}")
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
