"""`manage.py profile_variables`: measure a product's variables on a table of real cases. Exit 0 clean, 2 wrong use."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lending.models import Product
from riskengine.errors import RiskEngineError
from scoring.services.profiles import profiles_store
from scoring.training.table import table_read


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.profiles`."""

    help = "Measure what the variables of a product were observed to be, for the checks and the rule editor."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--product", required=True, help="code of the product")
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file with the catalogue's columns")
        parser.add_argument("--source-en", default="", help="where it comes from, in English (default: its name)")
        parser.add_argument("--source-zh", default="", help="the same in Chinese")

    def handle(self, *args: Any, **options: Any) -> None:
        data: Path = options["data"]
        product = Product.objects.filter(code=options["product"]).first()
        if product is None:
            raise CommandError(f"There is no product {options['product']}.", returncode=2)
        source_en = options["source_en"] or data.name
        try:
            profiles = profiles_store(
                product=product,
                frame=table_read(data),
                source_en=source_en,
                source_zh=options["source_zh"] or source_en,
                as_of=timezone.localdate(),
            )
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        if not profiles:
            raise CommandError("The table has no column of a catalogued variable.", returncode=2)
        self.stdout.write(f"{len(profiles)} variables measured")
