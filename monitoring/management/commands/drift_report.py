"""`manage.py drift_report --product P --as-of DATE`: whether a product's model and rules drift."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.models import DriftReport
from monitoring.services.drift_reports import drift_report
from monitoring.services.drift_shown import drift_report_json
from riskengine.errors import RiskEngineError
from scoring.services.models.life import product_by_code


class Command(BaseCommand):
    help = "Report the drift of a product over the last period that ended by a day, under its drift policy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--product", required=True, help="Code of the product")
        parser.add_argument("--as-of", required=True, type=_day, help="Business date, YYYY-MM-DD")
        parser.add_argument("--report", type=Path, help="Where to write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: nothing drifts, or there is not enough data to say; 1: something drifts; 2: wrong use."""
        try:
            product = product_by_code(options["product"])
            report = drift_report(product=product, as_of=options["as_of"], at=timezone.now())
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        found = drift_report_json(report)
        if options["report"]:
            options["report"].write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        self._show(found)
        if report.state == DriftReport.State.DRIFTING:
            raise CommandError("Something drifts.", returncode=1)

    def _show(self, found: dict[str, Any]) -> None:
        self.stdout.write(
            f"{found['product']} {found['since']} to {found['until']}: {found['state'].lower()};"
            f" {found['decisions']:,} cases, {found['matured']:,} matured outcomes"
        )
        for figure in found["figures"]:
            if figure["state"] != "STABLE":
                value = "–" if figure["value"] is None else f"{figure['value']:.4f}"
                self.stdout.write(
                    f"  {figure['stage']:9} {figure['measure']:13} {figure['subject'] or '(whole)':24} {value:>8}"
                    f"  {figure['state'].lower()}"
                )
        for note in found["notes"]:
            self.stdout.write(f"  note: {note}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-10-31") from None
