"""`manage.py graph_features`: work out the graphs of customers now. Exits 0; 1 where no source is open."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from scoring.services.alternative.graph_runs import graph_features_run


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.services.alternative.graph_runs`."""

    help = "Work out what the graphs of the book say of each person who consents, without waiting for the week's end."

    def handle(self, *args: Any, **options: Any) -> None:
        runs = graph_features_run(now=timezone.now, is_asked=True)
        for run in runs:
            links = ", ".join(f"{kind} {count}" for kind, count in run.links.items())
            self.stdout.write(
                f"{run.source}: {run.parties} customers, links {links or 'none'}, {run.bads} known bad;"
                f" recorded for {run.recorded} of {run.due} who consent"
            )
            self.stdout.writelines(f"  {cause}: {count}\n" for cause, count in run.closed.items())
        if not runs:
            self.stderr.write("No source of alternative data is in a pilot: nothing may be worked out.")
            sys.exit(1)
