"""`manage.py verify_audit`: is the audit log what it was when it was signed? Exit 0 sound, 1 findings."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit.services.checkpoints import checkpoint_sign
from audit.services.verification import log_verify
from audit.verifier.verify_audit import load_key
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Verify the audit log against its signed checkpoints, stored and exported."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--report", type=Path, help="write the result as JSON")
        parser.add_argument("--key", type=Path, action="append", default=[], help="public key used before (PEM)")
        parser.add_argument("--no-sign", action="store_true", help="leave the newest entries to the next checkpoint")

    def handle(self, *args: Any, **options: Any) -> None:
        refusal = None if options["no_sign"] else self._sign()
        report = log_verify(tuple(load_key(path) for path in options["key"]))
        if refusal:
            report.add(refusal.code, refusal.message)
        if options["report"]:
            text = json.dumps(asdict(report) | {"is_sound": report.is_sound}, indent=1)
            options["report"].write_text(text + "\n")
        for finding in report.findings:
            place = "" if finding.position is None else f" (entry {finding.position})"
            self.stdout.write(f"FINDING {finding.code}{place}: {finding.message}")
        self.stdout.write(
            f"{report.entries} entries, {report.checkpoints} checkpoints, {report.entries_per_second} entries/s: "
            + ("sound" if report.is_sound else "NOT SOUND")
        )
        if not report.is_sound:
            sys.exit(1)

    def _sign(self) -> RiskEngineError | None:
        try:
            checkpoint_sign(timezone.now())
        except RiskEngineError as error:
            return error
        return None
