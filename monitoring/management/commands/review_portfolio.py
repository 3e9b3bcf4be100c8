"""`manage.py review_portfolio --as-of DATE`: the review in this process, with progress."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.models import ReviewRun
from monitoring.services.at_once import PARTS_AT_ONCE
from monitoring.services.reviews import products_to_review, review_report, review_run, stopwatch
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Review the loans of every product with a post-loan rule set, as of the end of a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", required=True, type=business_day, help="Business date, YYYY-MM-DD")
        parser.add_argument("--product", default="", help="Code of one product; default: all")
        parser.add_argument("--at-once", type=int, default=PARTS_AT_ONCE, help="Parts at a time; default: %(default)s")
        parser.add_argument("--report", type=Path, help="Where to write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: every loan due is done or skipped with a cause; 1: some failed; 2: wrong use."""
        reports = []
        try:
            for product in products_to_review(options["product"], opened_by=options["as_of"]):
                elapsed, begun = stopwatch(), timezone.now()
                run = review_run(
                    product=product, day=options["as_of"], at_once=options["at_once"], progress=self._progress
                )
                reports.append(review_report(run, elapsed()))
                self._show(reports[-1])
                if run.ended_at and run.ended_at < begun:
                    self.stdout.write(f"Complete since {run.ended_at:%Y-%m-%d %H:%M} UTC; nothing was reviewed again.")
        except RiskEngineError as error:
            raise CommandError(f"{error.message} ({error.code})", returncode=2) from error
        if options["report"]:
            body = reports[0] if len(reports) == 1 else {"reviews": reports}
            options["report"].write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n")
        if any(report["state"] != ReviewRun.State.COMPLETE for report in reports):
            raise CommandError("Not every loan due was reviewed.", returncode=1)

    def _progress(self, run: ReviewRun, accounted: int) -> None:
        self.stdout.write(f"{run.product.code}: {accounted:,} of {run.due_count:,} loans")

    def _show(self, report: dict[str, Any]) -> None:
        levels = ", ".join(f"{level} {count:,}" for level, count in report["levels"].items())
        self.stdout.write(
            f"{report['product']} as of {report['as_of']}: due {report['due']:,} = done {report['done']:,}"
            f" + failed {report['failed']:,} + skipped {report['skipped']:,}, {report['state'].lower()}"
        )
        self.stdout.write(f"levels: {levels or 'none'}; warnings open: {report['warnings_open']:,}")
        self.stdout.write(f"{report['seconds']} s, {report['peak_memory_mb']} MB at most")


def business_day(text: str) -> date:
    """A date such as 2005-09-30. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2005-09-30") from None
