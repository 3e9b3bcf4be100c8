"""`manage.py value_report`: what a source of data adds. Exit 0 if it adds, 1 if not or if it breaks fairness, 2 wrong
use."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from riskengine.errors import RiskEngineError
from scoring.alternative_sources import SOURCES
from scoring.catalogue import Catalogue
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.training.errors import TrainingInputError


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.alternative.value`."""

    help = "Say with paired intervals what columns, or a graph, add to a model, and what they do to fairness."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file")
        parser.add_argument("--target", required=True, help="column with the outcome: two values, bad and good")
        parser.add_argument(
            "--with",
            required=True,
            dest="source",
            help="columns of the source, separated by commas; graph for those of --graph; or a scope of consent"
            " (social_data, …) for the catalogued columns of it",
        )
        parser.add_argument("--product", help="whose catalogued columns a scope of consent stands for")
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=HELP)
        parser.add_argument("--without", help="columns to compare with (default: all others)")
        parser.add_argument("--drop", default="", help="columns that neither side may read")
        parser.add_argument("--graph", type=Path, help="folder with links, shared or transactions")
        parser.add_argument("--key", help="column naming each row's party in the graph (default: nodeid or party)")
        parser.add_argument("--thin", help="which rows are thin files: column[missing], column[<=0] or column[value]")
        parser.add_argument("--attribute", action="append", default=[], help="attribute to test fairness by; repeat")
        parser.add_argument("--cv", type=int, default=5, help="stratified folds (default 5)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument("--least", type=float, default=0.0, help="least gain of AUC that counts (default 0)")
        parser.add_argument("--report", required=True, type=Path, help="write the figures as JSON")
        parser.add_argument("--register", metavar="SOURCE", help="keep as evidence of this source (a scope of consent)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = self._measure(options)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        self._print(report)
        if report["verdict"] != "adds":
            sys.exit(1)

    def _measure(self, options: dict[str, Any]) -> dict[str, Any]:
        from scoring.alternative.report import Asked, report_make  # heavy; not needed to print the help

        if not options["report"].parent.is_dir():
            raise TrainingInputError(f"--report: there is no folder {options['report'].parent}.")
        asked = Asked(
            data=options["data"],
            target=options["target"],
            source=self._source(options),
            without=_names(options["without"]) if options["without"] else None,
            drop=_names(options["drop"]),
            graph=options["graph"],
            key=options["key"],
            thin=options["thin"],
            attributes=options["attribute"],
            folds=options["cv"],
            seed=options["seed"],
            least=options["least"],
        )
        report = report_make(asked, progress=self.stdout.write)
        if options["register"]:
            from scoring.services.alternative.value_reports import value_report_keep  # only this needs the database

            kept = value_report_keep(source=options["register"], document=report, at=timezone.now())
            self.stdout.write(f"kept as evidence of {kept.source}: {kept.content_hash}")
            report = {**report, "content_hash": kept.content_hash}
        options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        return report

    def _source(self, options: dict[str, Any]) -> list[str]:
        """Columns as given; a scope of consent stands for the columns of its catalogued variables."""
        names, product = _names(options["source"]), options["product"]
        scopes = [name for name in names if name in SOURCES]
        if not scopes:
            return names
        if product is None:
            raise TrainingInputError(
                f"--with {scopes[0]} needs --product: its columns are those of the product's catalogue."
            )
        reading = catalogue_at_hand(options["catalogue"])
        self.stdout.write(reading.source)
        found = [_columns_of(name, reading.catalogue, product) if name in SOURCES else [name] for name in names]
        return [column for columns in found for column in columns]

    def _print(self, report: dict[str, Any]) -> None:
        low, high = report["interval"]
        self.stdout.write(f"auc without {report['auc_without']:.4f}, with {report['auc_with']:.4f}")
        self.stdout.write(f"difference {report['auc_difference']:+.4f}, {low:+.4f} to {high:+.4f}")
        thin = report["thin_file"]
        if thin and thin["state"] == "measured":
            low, high = thin["interval"]
            words = f"thin files ({thin['n']}): {thin['auc_difference']:+.4f}, {low:+.4f} to {high:+.4f}"
            self.stdout.write(words)
        self.stdout.write(f"fairness {report['fairness_state']}; verdict {report['verdict']}")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _columns_of(scope: str, catalogue: Catalogue, product: str) -> list[str]:
    variables = catalogue.of_product(product).values()
    found = [item.column or item.name for item in variables if item.consent_scope == scope]
    if not found:
        raise TrainingInputError(f"The catalogue has no variable of {scope} for {product}.")
    return found
