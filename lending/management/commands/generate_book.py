"""`manage.py generate_book --loans N --seed S`: a made-up book, for measuring and trying."""

import time
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.models import Product
from lending.services.book_generation import BookAsked, book_generate
from lending.synthetic.loans import month_ends
from riskengine.errors import RiskEngineError

MOST_LOANS = 10_000_000


class Command(BaseCommand):
    help = "Write a made-up book: the same seed, months and last day give the same facts. Nothing in it is real."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loans", required=True, type=int, help="How many, each of a customer of their own")
        parser.add_argument("--seed", required=True, type=int, help="Whole number from 0: the same one, the same book")
        parser.add_argument("--months", type=int, default=6, help="Months of history, 1 to 120 (default: 6)")
        parser.add_argument("--product", default="card", help="Code of the product (default: card)")
        parser.add_argument("--until", type=date.fromisoformat, help="Last day (default: the last month end so far)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: written; 2: wrong use, or this seed's book is there already."""
        began = time.monotonic()
        if not 1 <= options["loans"] <= MOST_LOANS or not 1 <= options["months"] <= 120 or options["seed"] < 0:
            raise CommandError("Ask for 1 to 10,000,000 loans, 1 to 120 months and a seed from 0.", returncode=2)
        product = Product.objects.filter(code=options["product"]).first()
        if product is None:
            raise CommandError(f"There is no product {options['product']!r}.", returncode=2)
        now = timezone.now()
        until = month_ends(options["until"] or now.date() - timedelta(days=1), 1)[0]
        asked = BookAsked(loans=options["loans"], seed=options["seed"], months=options["months"], until=until)
        try:
            counts = book_generate(
                product=product, asked=asked, at=now, actor="system:generate_book", progress=self._progress
            )
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        seconds = time.monotonic() - began
        rows = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        self.stdout.write(f"synthetic book of {product.code} until {until}: {rows}")
        self.stdout.write(f"{seconds:.1f} s, {options['loans'] / seconds:,.0f} loans a second")

    def _progress(self, loans: int) -> None:
        self.stdout.write(f"{loans:,} loans")
