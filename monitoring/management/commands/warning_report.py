"""`manage.py warning_report --as-of DATE --outcomes FILE --report OUT.json`: how good the warnings are."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.management.commands.review_portfolio import business_day
from monitoring.services.reviews import products_to_review
from monitoring.services.warning_outcomes import outcomes_product, outcomes_read
from monitoring.services.warning_reports import warning_report, warning_report_store
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = (
        "Measure the live post-loan policy on known outcomes: precision, recall, false alarms and lead time of every"
        " level and trigger, each account scored by models that were not trained on it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, type=business_day, help="Business date, YYYY-MM-DD")
        parser.add_argument(
            "--outcomes", required=True, type=Path, help="CSV or parquet: external_id, default (0 or 1)"
        )
        parser.add_argument("--report", type=Path, help="Where to write the figures as JSON")
        parser.add_argument("--product", default="", help="Code of the product; default: the one of most accounts")
        parser.add_argument(
            "--defaulted-on",
            type=business_day,
            help="Day of default where the file names none; default: the end of the month after the latest in the book",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0, or 2 for wrong use."""
        try:
            outcomes = outcomes_read(options["outcomes"])
            product = outcomes_product(outcomes, products_to_review(options["product"]))
            report = warning_report(
                product=product,
                day=options["as_of"],
                outcomes=outcomes,
                defaulted_on=options["defaulted_on"],
                progress=self.stdout.write,
            )
            warning_report_store(product=product, report=report, at=timezone.now())
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        if options["report"]:
            options["report"].write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        self._show(report)

    def _show(self, report: dict[str, Any]) -> None:
        self.stdout.write(f"{report['accounts']:,} accounts, {report['defaults']:,} in default")
        for level in report["levels"]:
            if level["at_least"]:
                self.stdout.write(f"{level['level']:>28} or worse  {_line(level['at_least'])}")
        for trigger in sorted(report["triggers"], key=lambda one: -one["fired"]):
            self.stdout.write(f"{trigger['code']:>28} {trigger['level']:8}  {_line(trigger)}")
        labels = report["labels"]
        self.stdout.write(
            f"officers' outcomes by {labels['known_by'][:10]}, worked cases only: {labels['cases']:,} closed,"
            f" trouble in {_share(labels['precision']).strip()}"
        )


def _line(figures: dict[str, Any]) -> str:
    days = figures["lead_time"]["median_days"]
    return (
        f"{figures['fired']:6,} fired, precision {_share(figures['precision'])}, recall {_share(figures['recall'])},"
        f" {figures['false_alarms_per_1000']:6.1f} false per 1,000, {'–' if days is None else f'{days:.0f}'} days ahead"
    )


def _share(share: float | None) -> str:
    return "     –" if share is None else f"{share:6.1%}"
