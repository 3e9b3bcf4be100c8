"""`manage.py reasons_report`: are the reasons of declined applications true? Exit 0 if so, 1 if not, 2 wrong use."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskengine.errors import InvalidInput, RiskEngineError
from rules.engine.document import RuleSetDocument, document_read
from rules.engine.program import ScoreInput
from rules.services.bundles.loading import PRE_LOAN, bundle_live
from rules.services.reasons.truth import Application, RuleChecker
from scoring.catalogue import Catalogue, Variable
from scoring.package import ScoringModel
from scoring.package.probe import package_probe
from scoring.package.reading import package_read
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.training.table import table_read
from scoring.truth import truth_report
from scoring.variables import VariableSchema

LEAST_SHARE = 0.99
DATA = settings.BASE_DIR / "data"


class Tested(msgspec.Struct, frozen=True):
    """Whose reasons are tested."""

    model: ScoringModel
    catalogue: Catalogue
    product: str
    """Empty: a model trained outside the catalogue; each variable is a reason of its own."""
    document: RuleSetDocument | None


class UnfitDataError(InvalidInput):
    """The file does not fit the product, or no row of it is declined."""

    code = "unfit_data"


class Command(BaseCommand):
    """Parses, measures through the services, prints."""

    help = "Test the reasons of declined applications for truth, by putting the reference applicant's values in place."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--package", type=Path, help="a model package; the rules are those that ship")
        source.add_argument("--product", help="what is live for the product")
        parser.add_argument(
            "--data", required=True, type=Path, help="parquet or CSV, as the catalogue's columns name it"
        )
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=f"with --package: {HELP}")
        parser.add_argument("--rows", type=int, default=10_000, help="declined rows to test (default 10000)")
        parser.add_argument("--cut-off", type=float, help="decline above this PD (default: the median PD of the data)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument("--report", type=Path, help="write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            _check(options)
            tested = _live(options["product"]) if options["product"] else self._packaged(options)
            report = _measure(tested, options)
        except (RiskEngineError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        if options["report"]:
            options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
        self._print(report)
        if report["all_three"] < LEAST_SHARE or report["rules"]["share"] < 1:
            sys.exit(1)

    def _packaged(self, options: dict[str, Any]) -> Tested:
        data = options["package"].read_bytes()
        package_probe(data)
        reading = catalogue_at_hand(options["catalogue"])
        self.stdout.write(reading.source)
        return _packaged(package_read(data), reading.catalogue)

    def _print(self, report: dict[str, Any]) -> None:
        self.stdout.write(
            f"{report['rows']} declined rows ({report['rows_of_data']} of the data, {report['rows_made']} made) with a"
            f" PD above {report['cut_off_pd']:.4f}; PD of the reference {report['reference_pd']:.4f};"
            f" {report['reasons_per_row']:.2f} reasons a row"
        )
        for name, words in (
            ("lowers", "each reason alone lowers the PD"),
            ("stands_out", "each by more than the median unnamed variable"),
            ("closes_half", "together they close half of the gap"),
            ("all_three", "all three"),
        ):
            self.stdout.write(f"{report[name]:8.2%}  {words}")
        rules = report["rules"]
        self.stdout.write(
            f"{rules['share']:8.2%}  reasons of rules, {rules['reasons']} in {rules['rows']} applications"
        )
        if not report["has_reference_applicant"]:
            self.stdout.write("The model has no reference applicant: its reasons come from contributions alone.")


def _check(options: dict[str, Any]) -> None:
    if options["product"] and options["catalogue"]:
        raise UnfitDataError("--catalogue goes with --package: what is live has a catalogue of its own.")
    if options["rows"] < 1 or not (options["cut_off"] is None or 0 < options["cut_off"] < 1):
        raise UnfitDataError("--rows is at least 1, --cut-off a PD between 0 and 1.")


def _live(product: str) -> Tested:
    bundle = bundle_live(product, PRE_LOAN)
    if bundle.model is None or bundle.catalogue is None or bundle.program is None:
        raise UnfitDataError("The product has no model in use.", product=product)
    return Tested(bundle.model, bundle.catalogue, product, bundle.program.document)


def _packaged(model: ScoringModel, catalogue: Catalogue) -> Tested:
    product = str(model.card["product"])
    if product not in {code for variable in catalogue.variables for code in variable.products}:
        return Tested(model, catalogue, "", None)
    shipped = DATA / "rule_sets" / f"{product}-pre-loan.json"
    return Tested(model, catalogue, product, document_read(shipped.read_bytes()) if shipped.is_file() else None)


def _measure(tested: Tested, options: dict[str, Any]) -> dict[str, Any]:
    model, frame = tested.model, table_read(options["data"])
    variables = tested.catalogue.of_product(tested.product)
    codes = {name: variable.reason_code for name, variable in variables.items()}
    if tested.product:
        frame = frame.select(
            _column(variable, frame.schema[variable.column])
            for variable in variables.values()
            if variable.column in frame.columns
        )
    if absent := sorted(set(model.features) - set(frame.columns)):
        raise UnfitDataError(f"The file has no column for {', '.join(absent)}.")
    measured = {"cut_off": options["cut_off"], "rows": options["rows"], "seed": options["seed"]}
    try:
        told = truth_report(
            model,
            frame.select(model.features),
            reason_codes=codes or {name: name for name in model.features},
            **measured,
        )
    except ValueError as error:
        raise UnfitDataError(str(error)) from error
    return {
        **told,
        "product": tested.product,
        "content_hash": model.content_hash,
        "rules": _rules(tested, frame, options),
    }


def _column(variable: Variable, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(variable.column)
    is_scaled = variable.scale != 1 and dtype.is_numeric()
    return (column * variable.scale if is_scaled else column).alias(variable.name)


def _rules(tested: Tested, frame: pl.DataFrame, options: dict[str, Any]) -> dict[str, Any]:
    if tested.document is None:
        return {"share": 1.0, "rows": 0, "reasons": 0, "failures": []}
    checker = RuleChecker(tested.document, tested.catalogue, tested.product)
    few = frame.sample(min(frame.height, options["rows"]), seed=options["seed"])
    truths = checker.check(_applications(tested, few))
    return {
        "share": truths.share,
        "rows": truths.rows,
        "rows_moved": truths.rows_moved,
        "reasons": truths.reasons,
        "reasons_that_suffice": truths.suffice,
        "failures": truths.failures,
    }


def _applications(tested: Tested, frame: pl.DataFrame) -> Iterator[Application]:
    """Rows as applications, completed as a request is; those that a request would be refused for are left out."""
    schema = VariableSchema(tested.catalogue, tested.product)
    whole = {name for name, item in tested.catalogue.of_product(tested.product).items() if item.type == "integer"}
    for row in frame.iter_rows(named=True):
        given = {name: int(value) if name in whole else value for name, value in row.items() if value is not None}
        try:
            values = schema.read(given).values
        except InvalidInput:
            continue
        score = tested.model.score(values)
        yield values, ScoreInput(score.pd, score.points)
