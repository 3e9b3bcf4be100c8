"""`manage.py segment_report`: an SVM against boosted trees on customers' segments, now and at a later date."""

import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.models import Product
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    """Parses and prints; the work is in its service. Exit 2 where there is nothing to compare."""

    help = "Compare an SVM with XGBoost on customers' segments: told from portraits of one date, or for a later one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--product", required=True, metavar="CODE")
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD")
        parser.add_argument("--later", type=date.fromisoformat, metavar="DATE", help="also foretell the segment then")
        parser.add_argument("--most", type=int, default=3000, metavar="N", help="customers drawn (default 3000)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument("--report", required=True, type=Path, metavar="OUT.json", help="where the figures go")

    def handle(self, **options: Any) -> None:
        from rules.services.portraits.segment_study import segments_study  # heavy; not needed to print the help

        began = time.perf_counter()
        product = Product.objects.filter(code=options["product"]).first()
        if product is None:
            raise CommandError(f"There is no product {options['product']}.", returncode=2)
        if options["most"] < 1 or not options["report"].parent.is_dir():
            raise CommandError("--most must be positive, and the folder of --report must exist.", returncode=2)
        try:
            report = segments_study(
                product,
                options["as_of"],
                later=options["later"],
                most=options["most"],
                seed=options["seed"],
                at=timezone.now(),
                progress=self.stdout.write,
            )
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        report["seconds"] = round(time.perf_counter() - began, 3)
        options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        for part in ("same_date", "later_date"):
            if part in report:
                self._print(part, report[part])

    def _print(self, part: str, compared: dict[str, Any]) -> None:
        self.stdout.write(f"{part}: {compared['customers']} customers, {compared['classes']}")
        for name, one in compared["models"].items():
            figures = ", ".join(f"{key} {one[key]:.4f}" for key in ("accuracy", "balanced_accuracy", "macro_f1"))
            self.stdout.write(f"  {name}: {figures}")
        for pair in compared["pairs"]:
            interval = f"{pair['difference']:+.4f} ({pair['low']:+.4f} to {pair['high']:+.4f})"
            self.stdout.write(f"  {pair['second']} over {pair['first']}: {interval}, p {pair['p_value']:.3g}")
