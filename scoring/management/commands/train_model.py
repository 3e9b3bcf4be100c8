"""`manage.py train_model`: train, check and package a model from any table. Exit 0 clean, 1 findings, 2 wrong use."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from riskengine.errors import RiskEngineError
from scoring.catalogue import Catalogue
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.services.policy_grades import policy_grades
from scoring.training.errors import TrainingInputError
from scoring.training.families import FAMILIES
from scoring.training.product import in_own_names
from scoring.training.request import Request
from scoring.training.run import train
from scoring.training.statement import NOT_STATED, Statement, statement_read
from scoring.training.summary import summary_lines


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.training`."""

    help = "Train a model on a table (parquet or CSV), cross-validate it honestly, and package or register it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file")
        parser.add_argument("--target", required=True, help="column with the outcome: two values, bad and good")
        parser.add_argument("--model", default="xgboost", help=f"kind of model: {', '.join(FAMILIES)}")
        parser.add_argument("--compare", action="store_true", help="all kinds on the same folds, in the report too")
        parser.add_argument("--cv", type=int, default=5, help="stratified folds (default 5)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument(
            "--monotone",
            help="auto (inferred), none, or a JSON file of column to direction;"
            " default: the catalogue's with --product, else auto",
        )
        parser.add_argument("--drop", default="", help="columns to leave out, separated by commas")
        parser.add_argument("--where", default="", help='train on such rows only: "COLUMN = value", joined by " and "')
        parser.add_argument(
            "--purpose",
            default="",
            choices=["", "THIN_FILE", "AMOUNT_CONTROL", "POST_LOAN"],
            help="what the model is for, where it is not the main score",
        )
        parser.add_argument("--date", metavar="COL", help="column of dates: test on later periods too; it is not read")
        parser.add_argument(
            "--waive-leak",
            action="append",
            default=[],
            metavar="COLUMN=REASON",
            help="why a variable that the leak check suspects may stay; kept on the model card; may be repeated",
        )
        parser.add_argument("--product", help="read the columns through the catalogue as this product's variables")
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=HELP)
        parser.add_argument(
            "--own-names",
            action="store_true",
            help="columns are the catalogue's variables by name and in its units, as post_loan_rows writes them",
        )
        parser.add_argument("--statement", type=Path, help="JSON: horizon, definition of bad, sample, limits of use")
        parser.add_argument(
            "--definition",
            action="store_true",
            help="the target follows the product's governed definition of bad in force: name it on the card",
        )
        parser.add_argument("--name", help="name on the model card (default: the product or the file)")
        parser.add_argument("--report", type=Path, help="write the figures as JSON")
        parser.add_argument("--package", type=Path, help="train on all rows too and write the model package")
        parser.add_argument("--register", metavar="NAME", help="register the package as a candidate (needs --product)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            findings = self._train(options)
        except RiskEngineError as error:
            raise CommandError(error.message, returncode=2) from error
        for finding in findings:
            self.stderr.write(finding)
        if findings:
            sys.exit(1)

    def _train(self, options: dict[str, Any]) -> list[str]:
        _check(options)
        run = train(
            _request(options, self._catalogue(options)),
            model=options["model"],
            folds=options["cv"],
            statement=_statement(options),
            name=options["register"] or options["name"] or "",
            is_packed=bool(options["package"] or options["register"]),
            waivers=_waivers(options["waive_leak"]),
            is_compared=options["compare"],
            progress=self.stdout.write,
        )
        if options["report"]:
            _write(options["report"], msgspec.json.format(msgspec.json.encode(run.report), indent=2))
        for line in summary_lines(run.report):
            self.stdout.write(line)
        if run.package is not None and options["package"]:
            _write(options["package"], run.package)
            self.stdout.write(f"package {options['package']}: {len(run.package)} bytes")
        if run.package is not None and options["register"]:
            self._register(options, run.package)
        violations = run.validation.monotonicity_violations
        return [*([f"{violations} monotonicity violations"] if violations else []), *run.findings]

    def _catalogue(self, options: dict[str, Any]) -> Catalogue | None:
        if not options["product"]:
            return None
        reading = catalogue_at_hand(options["catalogue"])
        self.stdout.write(reading.source)
        return in_own_names(reading.catalogue, options["product"]) if options["own_names"] else reading.catalogue

    def _register(self, options: dict[str, Any], data: bytes) -> None:
        # Only this option needs the database.
        from scoring.services.models.honesty import ModelNotHonestError
        from scoring.services.models.keeping import keeping_of
        from scoring.services.models.life import model_register, product_by_code

        product = product_by_code(options["product"])
        self.stdout.write("registering: the package is loaded in a process of its own first")
        try:
            model = model_register(product=product, name=options["register"], package=data, at=timezone.now())
        except ModelNotHonestError as error:
            self.stderr.write(error.message)
            sys.exit(1)
        self.stdout.write(f"registered as candidate {model.pk}")
        if open_facts := keeping_of(model, timezone.localdate()).words:
            self.stdout.write(open_facts)


def _check(options: dict[str, Any]) -> None:
    if options["register"] and not options["product"]:
        raise TrainingInputError("--register needs --product: a registered model reads catalogued variables only.")
    for option in ("report", "package"):
        if options[option] and not options[option].parent.is_dir():
            raise TrainingInputError(f"--{option}: there is no folder {options[option].parent}.")
        if options[option] and options[option].is_dir():
            raise TrainingInputError(f"--{option}: {options[option]} is a folder.")


def _waivers(given: list[str]) -> dict[str, str]:
    waivers = dict(text.split("=", 1) for text in given if "=" in text)
    if len(waivers) < len(given):
        raise TrainingInputError("--waive-leak takes COLUMN=REASON, once for each column.")
    return waivers


def _request(options: dict[str, Any], catalogue: Catalogue | None) -> Request:
    return Request(
        data=options["data"],
        target=options["target"],
        seed=options["seed"],
        monotone=options["monotone"],
        drop=[name.strip() for name in options["drop"].split(",") if name.strip()],
        product=options["product"],
        catalogue=catalogue,
        where=options["where"],
        purpose=options["purpose"],
        date_column=options["date"],
        scale=policy_grades(options["product"], options["purpose"]) if options["product"] else None,
    )


def _statement(options: dict[str, Any]) -> Statement:
    """The statement given, or the one kept for the product, or one that says that nothing is stated; under the
    governed definition of bad if the target follows it."""
    product = options["product"]
    kept = settings.BASE_DIR / "data" / "models" / f"{product}.statement.json"
    file = options["statement"] or (kept if product and kept.is_file() else None)
    statement = statement_read(file) if file else NOT_STATED
    if not options["definition"]:
        return statement
    if not product:
        raise TrainingInputError("--definition needs --product: each product has its own.")
    from scoring.services.bad_definitions import statement_under  # only this option needs the database

    return statement_under(statement, product, on=timezone.localdate())


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise TrainingInputError(f"{path} cannot be written: {error}") from error
