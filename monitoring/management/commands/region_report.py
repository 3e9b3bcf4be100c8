"""`manage.py region_report --as-of DATE --report OUT.json`: how products move, and what their regions mean."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from monitoring.services.regions.reports import region_report


class Command(BaseCommand):
    help = "Report products and regions by complete business months as of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, help="Business date, YYYY-MM-DD")
        parser.add_argument("--months", type=int, choices=range(1, 7), default=6, help="Months shown, 1 to 6")
        parser.add_argument("--report", type=Path, help="Where to write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0; 2 on wrong use."""
        as_of: date = options["as_of"]
        found = region_report(as_of=as_of, at=timezone.now(), months=options["months"])
        if options["report"]:
            text = json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False)
            options["report"].write_text(text + "\n")
        if found["policy"] is None:
            self.stdout.write("No policy on products and regions is in force: nothing is judged.")
        weighting = found["weighting"]
        self.stdout.write(
            f"{found['month'][:7]}: weights of Zh {weighting['basis'].lower()} {weighting['why'].lower()}"
        )
        for product in found["products"]:
            last, zh = product["months"][-1], product["zh"]
            parts = "  ".join(f"{name} {_said(last[name])}" for name in ("sqbd", "lbd", "wyx"))
            mark = " (made up)" if product["is_synthetic"] else ""
            value = "–" if zh["zh"] is None else f"{zh['zh']:.5f}"
            limit = "–" if zh["threshold"] is None else f"{zh['threshold']:.5f}"
            self.stdout.write(f"  {product['product']}{mark}: {parts}  Zh {value} DR {limit} {zh['state'].lower()}")


def _said(part: dict[str, Any]) -> str:
    return str(part["state"]).lower() if part["value"] is None else f"{part['value']:+.3f}"
