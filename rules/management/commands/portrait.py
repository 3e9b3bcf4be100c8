"""`manage.py portrait --customer N --as-of DATE`: one customer's portrait, printed and, on request, kept."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lending.business_dates import business_date_end
from lending.models import Customer
from riskengine.errors import RiskEngineError
from rules.services.portraits.customers import portraits_placed
from scoring.services.portraits.snapshots import snapshots_save

ACTOR = "system:portraits"


class Command(BaseCommand):
    """Prints JSON: dimensions with their quality, the coefficient and its parts, the segment. Exit 2 on wrong use."""

    help = "Print one customer's portrait as of the end of a day (UTC), or as of now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customer", type=customer_number, required=True, metavar="N", help="C00000012, or 12")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD; default: now")
        parser.add_argument("--values", action="store_true", help="print values too: they are personal data")
        parser.add_argument("--save", action="store_true", help="keep the portrait")

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        as_of = min(business_date_end(options["as_of"], "UTC"), now) if options["as_of"] else now
        if not Customer.objects.filter(pk=options["customer"]).exists():
            raise CommandError(f"There is no customer {options['customer']}.", returncode=2)
        try:
            made = portraits_placed([options["customer"]], as_of, read_at=now)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=1) from error
        if not made:
            raise CommandError("This customer's personal data is erased.", returncode=1)
        portrait, placed = made[0]
        document = msgspec.to_builtins(portrait)
        for dimension in document["dimensions"]:
            for held in dimension["held"]:
                if not options["values"]:
                    del held["value"]
        document |= {"segment": placed.code, "segments_unknown": list(placed.unknown)}
        if options["save"]:
            kept = snapshots_save(portraits=[(portrait, placed.code)], at=now, actor=ACTOR)
            document["kept"] = bool(kept)
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))


def customer_number(text: str) -> int:
    """The number of a customer, written as the pages write it (C00000012) or bare. Raises ValueError."""
    return int(text.removeprefix("C"))
