"""`manage.py check_review --as-of DATE`: work reviews out anew and hold them against what they wrote."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.management.commands.review_portfolio import business_day
from monitoring.models import ReviewRun
from monitoring.services.review_check import review_check
from monitoring.services.reviews import products_to_review, review_as_of
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Work the reviews of a day out anew, with the bundles they had and the book as it was known then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, type=business_day, help="Business date, YYYY-MM-DD")
        parser.add_argument("--product", default="", help="Code of one product; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: every row comes out alike; 1: some do not; 2: wrong use."""
        has_difference, runs = False, list[ReviewRun]()
        try:
            for product in products_to_review(options["product"]):
                day = review_as_of(options["as_of"], product)
                runs += ReviewRun.objects.filter(product=product, as_of=day).select_related("product").order_by("id")
            for run in runs:
                has_difference |= self._check(run)
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        if not runs:
            raise CommandError("There is no review as of this day.", returncode=2)
        if has_difference:
            raise CommandError("Not every row comes out as it was written.", returncode=1)

    def _check(self, run: ReviewRun) -> bool:
        found = review_check(run, at=timezone.now())
        self.stdout.write(
            f"{run.product.code} as of {run.as_of.isoformat()}: {found.rows:,} results, {found.alike:,} alike,"
            f" {len(found.different):,} different, {found.gone:,} no longer there, {found.more:,} not on record"
        )
        for loan, column in found.different[:20]:
            self.stdout.write(f"  loan {loan}: {column}")
        return bool(found.different or found.more)
