"""`manage.py generate_region_book`: a made-up book of three products in 36 made-up regions, marked as made up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.regions.synthetic import MONTHS, SEED
from monitoring.services.regions.synthetic import synthetic_book_ensure, synthetic_influence_ensure
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Write the made-up book of products and regions up to the last complete month, unless it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--months", type=int, default=MONTHS, help="Months of history")
        parser.add_argument("--seed", type=int, default=SEED, help="The same seed makes the same book")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0; 2 where no policy is in force to assess its regions under."""
        now = timezone.now()
        seed: int = options["seed"]
        written = synthetic_book_ensure(as_of=now.date(), at=now, months=options["months"], seed=seed)
        try:
            fits = synthetic_influence_ensure(as_of=now.date(), at=now, seed=seed)
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        self.stdout.write(f"{written:,} months of products, {fits} fits of regions")
