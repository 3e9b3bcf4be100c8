"""`manage.py thin_file_report`: does a model for thin files do better there than the main one? Exit 0; 2 wrong use."""

from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskengine.errors import RiskEngineError
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.training.request import Request
from scoring.training.thin_files import thin_files


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.training.thin_files`."""

    help = "Figures for customers without credit history and for the others, of the main model and of one for them."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file")
        parser.add_argument("--target", required=True, help="column with the outcome")
        parser.add_argument("--thin", required=True, help='"COLUMN = value|value", joined by " and "')
        parser.add_argument("--product", help="read the columns through the catalogue as this product's variables")
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=HELP)
        parser.add_argument("--main", default="xgboost", help="kind of the main model (default xgboost)")
        parser.add_argument("--model", default="scorecard", help="kind of the model for thin files (default scorecard)")
        parser.add_argument("--cv", type=int, default=5, help="stratified folds (default 5)")
        parser.add_argument("--seeds", type=int, default=3, help="splits to average over (default 3)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument("--report", type=Path, help="write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = self._figures(options)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        if options["report"]:
            options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=2))
        for line in _lines(found):
            self.stdout.write(line)

    def _figures(self, options: dict[str, Any]) -> dict[str, Any]:
        catalogue = None
        if options["product"]:
            catalogue, source = catalogue_at_hand(options["catalogue"])
            self.stdout.write(source)
        request = Request(
            data=options["data"],
            target=options["target"],
            seed=options["seed"],
            product=options["product"],
            catalogue=catalogue,
        )
        return thin_files(
            request,
            options["thin"],
            main=options["main"],
            scorecard=options["model"],
            folds=options["cv"],
            seeds=options["seeds"],
            progress=self.stdout.write,
        )


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for part in ("thin", "thick"):
        count = found["counts"][part]
        lines.append(f"{part}: {count['rows']} rows, {count['bads']} bad ({count['bad_rate']:.1%})")
        lines += [
            f"  {name} ({found['kinds'][name]}): auc {one['auc']:.4f} [{one['auc_low']:.4f}, {one['auc_high']:.4f}],"
            f" ece {one['ece']:.4f}, mean PD {one['mean_pd']:.4f}"
            for name, one in found[part].items()
        ]
    gain = found["against_main"]
    verdict = "better" if gain["low"] > 0 else "worse" if gain["high"] < 0 else "no proven difference"
    lines.append(
        f"thin_file against main on thin rows: {gain['difference']:+.4f} [{gain['low']:+.4f}, {gain['high']:+.4f}]:"
        f" {verdict}"
    )
    return lines
