"""`manage.py raise_trigger_events --as-of DATE`: the night's job, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.management.commands.review_portfolio import business_day
from monitoring.services.reviews import products_to_review, review_as_of
from monitoring.services.trigger_events import trigger_events_raise
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Raise risk events for the triggers of early warnings from the facts known by the end of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, type=business_day, help="Business date, YYYY-MM-DD")
        parser.add_argument("--product", default="", help="Code of one product; default: all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0, or 2 for wrong use."""
        try:
            for product in products_to_review(options["product"]):
                as_of = review_as_of(options["as_of"], product)
                raised = trigger_events_raise(product=product, as_of=as_of, at=timezone.now())
                told = ", ".join(f"{kind} {count:,}" for kind, count in sorted(raised.items()))
                self.stdout.write(f"{product.code}: {told or 'nothing'}")
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
