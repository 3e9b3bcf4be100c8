"""`manage.py import_model`: take an XGBoost model made elsewhere as a candidate. Exits 0, 1 refused, 2 misused."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from riskengine.errors import RiskEngineError
from scoring.foreign.errors import ForeignModelError, ForeignParityError
from scoring.foreign.mapping import Mapping
from scoring.package import BrokenPackageError
from scoring.services.models.foreign import foreign_import
from scoring.services.models.honesty import ModelNotHonestError
from scoring.services.models.keeping import keeping_of
from scoring.services.models.life import product_by_code
from scoring.training.statement import statement_read


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.foreign`."""

    help = "Import an XGBoost model (UBJ or JSON) with a mapping to the catalogue and rows that prove its predictions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--booster", required=True, type=Path, help="UBJ or JSON, objective binary:logistic")
        parser.add_argument("--mapping", required=True, type=Path, help="JSON: features, in the booster's order")
        parser.add_argument(
            "--rows", required=True, type=Path, help="CSV or parquet: variables, expected_pd, and outcome if known"
        )
        parser.add_argument("--product", required=True)
        parser.add_argument("--name", required=True)
        parser.add_argument("--statement", required=True, type=Path, help="JSON: horizon, definition of bad, limits")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            mapping = msgspec.json.decode(options["mapping"].read_bytes(), type=Mapping)
            booster, rows = options["booster"].read_bytes(), options["rows"].read_bytes()
        except (OSError, msgspec.DecodeError) as error:
            raise CommandError(f"A file cannot be read: {error}", returncode=2) from error
        try:
            model = foreign_import(
                product=product_by_code(options["product"]),
                name=options["name"],
                booster=booster,
                mapping=mapping,
                rows=rows,
                rows_name=options["rows"].name,
                statement=statement_read(options["statement"]),
                at=timezone.now(),
            )
        except (ForeignModelError, BrokenPackageError, ModelNotHonestError) as error:
            self.stderr.write(f"{error.code}: {error.message}")
            if isinstance(error, ForeignParityError):
                self.stderr.writelines(error.lines())
            sys.exit(1)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        self.stdout.write(f"registered as candidate {model.pk}")
        if open_facts := keeping_of(model, timezone.localdate()).words:
            self.stdout.write(open_facts)
