"""`manage.py post_loan_rows --product CODE --as-of DATE [DATE …] --out FILE`: rows for a model of loans paid out."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.management.commands.review_portfolio import business_day
from monitoring.services.post_loan_rows import TARGET, post_loan_rows
from riskengine.errors import RiskEngineError
from scoring.services.models.life import product_by_code


class Command(BaseCommand):
    help = (
        "Write what reviews would have read of each loan on a day, and whether it turned bad since. Train on it with"
        " train_model --own-names --purpose POST_LOAN --target bad --date as_of --definition."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--product", required=True, help="Code of the product")
        parser.add_argument("--as-of", required=True, nargs="+", type=business_day, help="Business dates, YYYY-MM-DD")
        parser.add_argument("--until", type=business_day, help="Outcomes known by the end of this day; default: today")
        parser.add_argument("--out", required=True, type=Path, help="Parquet file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0, or 2 for wrong use."""
        try:
            product = product_by_code(options["product"])
            until = options["until"] or timezone.localdate()
            rows = post_loan_rows(product=product, days=options["as_of"], until=until)
            rows.write_parquet(options["out"])
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error}", returncode=2) from error
        bads = int(rows[TARGET].sum()) if rows.height else 0
        self.stdout.write(f"{rows.height:,} loans with a known outcome, {bads:,} bad: {options['out']}")
