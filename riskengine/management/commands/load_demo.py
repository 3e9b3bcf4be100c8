"""`manage.py load_demo`: products, staff, keys, catalogue, models, rule sets, the card book and example decisions."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from riskengine.demo.load import demo_load
from riskengine.demo.places import credentials_file
from riskengine.errors import RiskEngineError


class Command(BaseCommand):
    help = "Load the demo, once: what is there already stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 when the demo is whole, 1 when a step was refused."""
        try:
            for name, result in demo_load(credentials=credentials_file(), at=timezone.now()):
                self.stdout.write(f"{name}: {_words(result)}")
        except RiskEngineError as error:
            raise CommandError(f"{error.code}: {error.message} {error.facts}") from error


def _words(result: object) -> str:
    if isinstance(result, bool):
        return "live now" if result else "was live"
    return str(result)
