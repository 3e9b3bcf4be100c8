"""`manage.py portraits --as-of DATE`: portraits of all customers, counted and, on request, kept."""

import json
import time
from argparse import ArgumentParser
from collections import Counter
from datetime import UTC, date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.business_dates import business_date_end
from riskengine.errors import RiskEngineError
from rules.services.portraits.customers import customer_batches, portraits_placed
from scoring.services.portraits.instruments import instruments_live
from scoring.services.portraits.snapshots import snapshots_save

ACTOR = "system:portraits"


class Command(BaseCommand):
    """Batches of a thousand, each kept in a transaction of its own: a run cut short goes on where it is repeated."""

    help = "Make the portraits of all customers as of the end of a day (UTC), or as of now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD; default: now")
        parser.add_argument("--product", default="", metavar="CODE", help="only who has a loan or application of it")
        parser.add_argument("--save", action="store_true", help="keep the portraits")
        parser.add_argument("--report", type=Path, metavar="OUT.json", help="where the counts go, as JSON")

    def handle(self, **options: Any) -> None:
        now, began = timezone.now(), time.perf_counter()
        as_of = min(business_date_end(options["as_of"], "UTC"), now) if options["as_of"] else now
        segments: Counter[str] = Counter()
        states: Counter[str] = Counter()
        broken: set[int] = set()
        kept = 0
        try:
            instruments = instruments_live(now.astimezone(UTC).date())
            for batch in customer_batches(options["product"]):
                made = portraits_placed(batch, as_of, read_at=now, instruments=instruments, broken=broken)
                segments.update(one.placed.code for one in made)
                states.update(one.portrait.coefficient.cause or "assessed" for one in made)
                if options["save"]:
                    portraits = [(one.portrait, one.placed.code) for one in made]
                    kept += snapshots_save(portraits=portraits, at=now, actor=ACTOR)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=1) from error
        seconds = time.perf_counter() - began
        report = {
            "as_of": as_of.isoformat(),
            "customers": segments.total(),
            "kept": kept,
            "key_broken": sorted(broken),
            "segments": dict(segments.most_common()),
            "coefficients": dict(states.most_common()),
            "seconds": round(seconds, 3),
            "customers_per_second": round(segments.total() / seconds, 1) if seconds else 0.0,
        }
        if options["report"]:
            options["report"].write_text(json.dumps(report, indent=1))
        self.stdout.write(json.dumps(report, indent=1))
