"""`manage.py fairness_report`: do groups fare equally under a model? Exit 0 no flag, 1 a flag, 2 wrong use."""

import sys
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from riskengine.errors import RiskEngineError
from scoring.catalogue import Catalogue
from scoring.fairness.ratios import METHODS
from scoring.fairness.result import OUTCOME_NOTE, FairnessResult
from scoring.services.catalogues.reading import HELP, catalogue_at_hand
from scoring.training.errors import TrainingInputError
from scoring.training.fairness_run import FairnessRequest, FairnessRun, fairness_run


class Command(BaseCommand):
    """Parses and prints; the work is in `scoring.training.fairness_run`."""

    help = "Measure approvals by groups: approval ratio, equal opportunity, proxies, less discriminatory alternatives."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", required=True, type=Path, help="parquet or CSV file")
        parser.add_argument("--target", required=True, help="column with the outcome: two values, bad and good")
        parser.add_argument(
            "--attribute",
            action="append",
            default=[],
            help="column, or column[<=25] for a band against the rest; may be repeated; default with --product:"
            " everything the catalogue keeps for testing only",
        )
        parser.add_argument("--product", help="read the columns through the catalogue, as this product's models do")
        parser.add_argument("--catalogue", type=Path, metavar="FILE", help=HELP)
        parser.add_argument("--kind", default="xgboost", help="kind of model to train out of fold (default xgboost)")
        parser.add_argument("--model", type=Path, help="score with this package instead of training")
        parser.add_argument("--cut-off", type=float, help="PD up to which is approved; default: the live rule set's")
        parser.add_argument("--approve-share", type=float, help="share approved instead; default: the share of good")
        parser.add_argument("--target-is-decision", action="store_true", help="the target is a denial, not a default")
        parser.add_argument("--drop", default="", help="columns that the model shall not read, separated by commas")
        parser.add_argument("--cv", type=int, default=5, help="stratified folds (default 5)")
        parser.add_argument("--seed", type=int, default=42, help="the same seed gives the same figures (default 42)")
        parser.add_argument(
            "--alternatives", action="store_true", help="search for less discriminatory alternatives for each flag"
        )
        parser.add_argument("--picture", type=Path, help="write the first search as SVG (needs --alternatives)")
        parser.add_argument("--report", type=Path, help="write the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = fairness_run(self._request(options), progress=self.stdout.write)
        except (RiskEngineError, OSError) as error:
            raise CommandError(getattr(error, "message", str(error)), returncode=2) from error
        for title, result in run.results.items():
            self._print(title, result)
        self.stdout.write(OUTCOME_NOTE["en"])
        if options["report"]:
            options["report"].write_bytes(msgspec.json.format(msgspec.json.encode(_report(run)), indent=2))
        if options["picture"] and run.pictures:
            options["picture"].write_text(run.pictures[0])
        if run.is_flagged:
            self.stderr.write("Flagged: groups fare unequally.")
            sys.exit(1)

    def _request(self, options: dict[str, Any]) -> FairnessRequest:
        _check(options)
        if not options["product"]:
            return _asked(options, None)
        reading = catalogue_at_hand(options["catalogue"])
        self.stdout.write(reading.source)
        return _asked(options, reading.catalogue)

    def _print(self, title: str, result: FairnessResult) -> None:
        cut_off = "" if result.cut_off is None else f" up to PD {result.cut_off:.4f} ({result.cut_off_source})"
        self.stdout.write(f"\n{title}: {result.rows} rows, {result.approve_share:.1%} approved{cut_off}")
        for one in result.attributes:
            verdict = one.verdict
            self.stdout.write(f"  {verdict.attribute}: {verdict.state} ({verdict.cause}), {verdict.unknown} unknown")
            for group in verdict.groups:
                rate = f"{group.rate.value:6.1%}" if group.rate else "      "
                ratio = (
                    f"ratio {group.ratio.value:.3f} [{group.ratio.low:.3f}, {group.ratio.high:.3f}]"
                    if group.ratio
                    else "compared with"
                )
                gap = (
                    f", good {group.gap.value:+.3f} [{group.gap.low:+.3f}, {group.gap.high:+.3f}]" if group.gap else ""
                )
                self.stdout.write(f"    {group.label:16} {group.count:6} people, {rate} approved, {ratio}{gap}")
            strongest = ", ".join(f"{proxy.variable} {proxy.auc:.3f}" for proxy in one.proxies[:5])
            if one.joint_auc is not None:
                self.stdout.write(f"    all inputs together predict it with AUC {one.joint_auc:.3f}; {strongest}")


def _check(options: dict[str, Any]) -> None:
    if options["cut_off"] is not None and options["approve_share"] is not None:
        raise TrainingInputError("--cut-off and --approve-share exclude each other.")
    if options["picture"] and not options["alternatives"]:
        raise TrainingInputError("--picture shows what --alternatives finds: give both.")
    for option in ("report", "picture"):
        if options[option] and not options[option].parent.is_dir():
            raise TrainingInputError(f"--{option}: there is no folder {options[option].parent}.")
    for name in ("cut_off", "approve_share"):
        if options[name] is not None and not 0 < options[name] < 1:
            raise TrainingInputError(f"--{name.replace('_', '-')} lies between 0 and 1.")
    if options["model"] and options["drop"]:
        raise TrainingInputError("--drop trains without columns; a package reads what it reads.")
    if not options["attribute"] and not options["product"]:
        raise TrainingInputError("Give --attribute, or --product for everything its catalogue keeps for testing.")


def _asked(options: dict[str, Any], catalogue: Catalogue | None) -> FairnessRequest:
    return FairnessRequest(
        data=options["data"],
        target=options["target"],
        attributes=options["attribute"],
        product=options["product"] or "",
        catalogue=catalogue,
        kind=options["kind"],
        package=options["model"],
        cut_off=options["cut_off"],
        approve_share=options["approve_share"],
        live_cut_off=_live_cut_off(options),
        is_decision=options["target_is_decision"],
        drop=[name.strip() for name in options["drop"].split(",") if name.strip()],
        folds=options["cv"],
        seed=options["seed"],
        searches=options["alternatives"],
    )


def _live_cut_off(options: dict[str, Any]) -> float | None:
    """What the live rule set approves up to; asked only where nothing else says it, and a database answers."""
    if not options["product"] or options["cut_off"] is not None or options["approve_share"] is not None:
        return None
    from django.db import OperationalError  # the command runs without a database too

    from rules.services.fairness.cut_offs import cut_off_live

    try:
        return cut_off_live(options["product"])
    except OperationalError:
        return None


def _report(run: FairnessRun) -> dict[str, Any]:
    return {
        "is_flagged": run.is_flagged,
        "results": run.results,
        "searches": run.searches,
        "auc": run.auc,
        "methods": METHODS,
        "note": OUTCOME_NOTE,
    }
