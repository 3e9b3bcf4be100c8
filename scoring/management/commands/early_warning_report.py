"""`manage.py early_warning_report`: how early the defaults of October 2005 show. Exit 0 done, 2 wrong use."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskengine.errors import RiskEngineError
from scoring.training.early_warning import HIDDEN_MONTHS, early_warning_report
from scoring.training.table import table_read


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.training.early_warning`."""

    help = "Learn early warnings 30, 60 and 90 days ahead on card accounts (Taiwan schema) and measure them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--train", required=True, type=Path, help="parquet or CSV file to learn on")
        parser.add_argument("--test", required=True, type=Path, help="parquet or CSV file to measure on")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument("--report", type=Path, help="write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            train, test = table_read(options["train"]), table_read(options["test"])
            report = early_warning_report(train, test, seed=options["seed"])
            if options["report"]:
                options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        except OSError as error:
            raise CommandError(f"{options['report']} cannot be written: {error}", returncode=2) from error
        for days in HIDDEN_MONTHS:
            self.stdout.write(
                f"{days} days: auc {report[f'auc_{days}']:.4f}, riskiest tenth {report[f'precision_top10_{days}']:.1%}"
                f" bad; not yet late: auc {report[f'auc_current_{days}']:.4f}"
            )
        if report["ids_in_both"]:
            self.stderr.write(f"{report['ids_in_both']} accounts are in both files: the figures flatter the model")
