"""`manage.py load_lending_club`: US loans of 2018 by state with the states' economies, from files that do not ship."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from monitoring.services.regions.lending_club import lending_club_load


class Command(BaseCommand):
    help = "Load lending_2018q1.parquet and us_state_month_macro.parquet unless they are loaded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="Where both files are, such as $RISKENGINE_DATA_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0; 2 where a file is not there."""
        try:
            written = lending_club_load(directory=options["directory"], at=timezone.now())
        except FileNotFoundError as error:
            raise CommandError(f"{error} is not there.", returncode=2) from error
        self.stdout.write(f"{written['loans']:,} loans, {written['indicators']:,} indicators of states")
