"""`manage.py amount_control_report`: train the amount control, hold it against the main model. Exit 0; 2 wrong use."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from riskengine.errors import RiskEngineError
from scoring.amount_control import LEVELS
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.training.amount_control import Inputs, amount_control_family, inputs_of
from scoring.training.amount_control_report import amount_control_figures
from scoring.training.cross_validation import CrossValidation
from scoring.training.errors import TrainingInputError
from scoring.training.honesty import honesty_check, suspects_of
from scoring.training.packing import package_pack
from scoring.training.request import Prepared, Request, request_prepare
from scoring.training.statement import statement_read

GRADES = "A=0.06,B=0.12,C=0.22,D=0.38,E=0.6,F=1"
"""Of the shipped policy for instalment loans."""
MODELS = settings.BASE_DIR / "data" / "models"
BOUNDS = "0.1,0.2,0.35,0.5,1"


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.training.amount_control`."""

    help = "Train the model of the amount control, compare it with the main model, and register it if asked."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file")
        parser.add_argument("--target", required=True, help="column with the outcome")
        parser.add_argument("--product", required=True, help="read the columns through the catalogue as this product's")
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=HELP)
        parser.add_argument("--amount", default="amount_minor", help="variable of the amount asked")
        parser.add_argument("--main", default="xgboost", help="kind of the main model (default xgboost)")
        parser.add_argument("--bounds", default=BOUNDS, help=f"highest PD of each level (default {BOUNDS})")
        parser.add_argument("--grades", default=GRADES, help=f"grade=highest PD of each grade (default {GRADES})")
        parser.add_argument("--cv", type=int, default=5)
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument(
            "--statement", type=Path, help="JSON: horizon, definition of bad, limits of use (default: the product's)"
        )
        parser.add_argument("--report", type=Path, help="write the figures as JSON")
        parser.add_argument("--package", type=Path, help="train on all rows too and write the model package")
        parser.add_argument("--register", metavar="NAME", help="register the model as a candidate for amount control")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._report(options)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error

    def _report(self, options: dict[str, Any]) -> None:
        bounds = [float(text) for text in options["bounds"].split(",")]
        if len(bounds) != LEVELS or bounds != sorted(bounds) or bounds[-1] != 1.0:
            raise TrainingInputError(f"--bounds takes {LEVELS} rising PDs, the last of them 1.")
        pairs = (text.partition("=") for text in options["grades"].split(","))
        grades = [(name, float(most)) for name, _, most in pairs]
        catalogue, source = catalogue_at_hand(options["catalogue"])
        self.stdout.write(source)
        request = Request(
            data=options["data"],
            target=options["target"],
            seed=options["seed"],
            product=options["product"],
            catalogue=catalogue,
        )
        prepared = request_prepare(request)
        columns = [column.name for column in prepared.recipe.columns]
        inputs = inputs_of(catalogue, options["product"], columns, options["amount"])
        report, validation = amount_control_figures(
            prepared, inputs, main=options["main"], bounds=bounds, grades=grades, folds=options["cv"],
            progress=self.stdout.write,
        )  # fmt: skip
        if options["report"]:
            options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        self._print(report, options["main"])
        if options["register"] or options["package"]:
            package = self._package(options, request, prepared, inputs, validation)
            if options["package"]:
                options["package"].write_bytes(package)
                self.stdout.write(f"package {options['package']}: {len(package)} bytes")
            if options["register"]:
                self._register(options, package)

    def _print(self, report: dict[str, Any], main: str) -> None:
        for name in ("amount_control", main):
            self.stdout.write(f"{name}: auc {report[name]['auc']:.4f}, ece {report[name]['ece']:.4f}")
        gain = report["against_main"]
        self.stdout.write(f"over {main}: {gain['difference']:+.4f} [{gain['low']:+.4f}, {gain['high']:+.4f}]")
        for level, row in report["agreement"].items():
            part = report["levels"][level]
            counts = ", ".join(f"{grade} {count}" for grade, count in row.items())
            self.stdout.write(f"level {level}: {part['rows']} rows, {part['bad_rate']:.1%} bad; grades {counts}")
        self.stdout.write(f"rank correlation of levels and grades: {report['rank_correlation']:.3f}")

    def _package(
        self,
        options: dict[str, Any],
        request: Request,
        prepared: Prepared,
        inputs: Inputs,
        validation: CrossValidation,
    ) -> bytes:
        fit = amount_control_family(inputs)
        suspects = suspects_of(request, prepared, {})
        honesty = honesty_check(prepared, validation, fit, suspects, progress=self.stdout.write)
        package = package_pack(
            name=options["register"] or f"{options['product']}-amount-control",
            product=options["product"],
            statement=statement_read(options["statement"] or MODELS / f"{options['product']}.statement.json"),
            prepared=prepared,
            fitted=fit(prepared.frame, prepared.outcome, prepared.recipe),
            validation=validation,
            folds=options["cv"],
            honesty=honesty,
            purpose="AMOUNT_CONTROL",
        )
        if honesty.findings:
            self.stderr.write("\n".join(honesty.findings))
            sys.exit(1)
        return package

    def _register(self, options: dict[str, Any], package: bytes) -> None:
        # Only this option needs the database.
        from scoring.services.models.keeping import keeping_of
        from scoring.services.models.life import model_register, product_by_code

        product = product_by_code(options["product"])
        model = model_register(product=product, name=options["register"], package=package, at=timezone.now())
        self.stdout.write(f"registered as candidate {model.pk}")
        if open_facts := keeping_of(model, timezone.localdate()).words:
            self.stdout.write(open_facts)
