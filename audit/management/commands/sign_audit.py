"""`manage.py sign_audit`: sign a checkpoint now, and accept a new signing key after the old one was replaced."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.services.checkpoints import checkpoint_sign
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Sign a checkpoint over the audit log now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accept-new-key", action="store_true", help="the signing key was replaced on purpose")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checkpoint = checkpoint_sign(timezone.now(), is_new_key_accepted=options["accept_new_key"])
        except RiskEngineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Signed {checkpoint.tree_size} entries." if checkpoint else "Nothing new to sign.")
