"""Reasons, fairness flags, what a graph adds, and diversion: the shipped checks against what they must tell."""

import json
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from django.core.management import call_command

from benchmarks.diversion_injections import injected
from benchmarks.diversion_streams import berka_streams, generated_streams
from benchmarks.quality.measure import Asked, NotMeasured, data_file
from benchmarks.quality.models import GERMAN
from monitoring.diversion.measuring import measured
from monitoring.diversion.pools import Method
from riskengine.demo.frames import SHIPPED
from riskengine.demo.loan_use import POLICY
from riskengine.demo.places import CATALOGUE, DATA_DIR, model_file
from scoring.alternative.report import Asked as ValueAsked
from scoring.alternative.report import report_make
from scoring.catalogue import catalogue_read
from scoring.fairness.measure import decisions_fairness, groupings_of
from scoring.fairness.protected import attribute_read
from scoring.fairness.result import FairnessResult
from scoring.package import package_read
from scoring.package.errors import BrokenPackageError
from scoring.package.probe import package_probe
from scoring.training.booster import BoosterParameters
from scoring.training.fairness_run import FairnessRequest, fairness_run

DECLINED, STREAMS, BERKA = 10_000, 2_000, 400
DIVERSION_SEED = 20261123
TRIES = 5
CARD_CUT_OFF = 0.25


def reasons(product: str, asked: Asked) -> Mapping[str, float]:
    """Shares of declined rows whose reasons are true in all three senses, and of rules' reasons that are."""
    for _ in range(TRIES):  # what has loaded once is not tried again, and a busy machine is slow at it
        with suppress(BrokenPackageError):
            package_probe(model_file(product).read_bytes())
    with TemporaryDirectory() as folder:
        path = Path(folder, "reasons.json")
        with suppress(SystemExit):  # a finding: the report says which
            call_command(
                *("reasons_report", "--package", str(model_file(product)), "--report", str(path)),
                *("--data", str(DATA_DIR / SHIPPED[product].file)),
                *("--rows", str(DECLINED // 20 if asked.is_quick else DECLINED)),
                stdout=StringIO(),
            )
        found = json.loads(path.read_text())
    return {"true_share": found["all_three"], "rules_share": found["rules"]["share"], "rows": found["rows"],
            "rows_of_data": found["rows_of_data"]}  # fmt: skip


def fairness(asked: Asked) -> Mapping[str, float]:
    """1 where flagged: race at mortgage denials, the young where age is read, sex on card accounts; with ratios."""
    fixed = BoosterParameters(rounds=120) if asked.is_quick else None
    quiet = {"parameters": fixed, "folds": 3 if asked.is_quick else 5}
    young = fairness_run(
        FairnessRequest(data=GERMAN, target="bad", attributes=["age[<=25]"], **quiet), progress=lambda line: None
    )
    hmda = data_file("hmda_boston.parquet")
    race = fairness_run(
        FairnessRequest(data=hmda, target="deny", attributes=["afam"], is_decision=True, **quiet),
        progress=lambda line: None,
    )
    found = {"young": young.results["predicted"], "race": race.results["predicted"],
             "race_recorded": race.results["recorded"], "sex": _sex()}  # fmt: skip
    flags = {f"{name}_flagged": float(result.state == "flag") for name, result in found.items()}
    return flags | {f"{name}_ratio": result.attributes[0].verdict.ratio.value for name, result in found.items()}


def _sex() -> FairnessResult:
    from scoring.services.fairness.tables import training_table

    model = package_read(model_file("card").read_bytes())
    frame, good = training_table(model.card, catalogue_read(CATALOGUE.read_bytes()))
    groups = groupings_of([attribute_read("sex")], frame)
    return decisions_fairness(model.predict_pd(frame) <= CARD_CUT_OFF, groups, source="", basis="scored", good=good)


def graph(asked: Asked) -> Mapping[str, float]:
    """What features of the transfer graph add to the AUC, neighbours' labels from training folds only."""
    folder = data_file("transfer_graph")
    value = ValueAsked(
        data=folder / "nodes.parquet",
        target="isFraud",
        source=["graph"],
        without=["init_balance"],
        graph=folder,
        folds=2 if asked.is_quick else 5,
    )
    found = report_make(value, progress=lambda line: None)
    return {"auc_added": found["auc_difference"], "auc_added_low": found["interval"][0]}


def diversion(source: str, asked: Asked) -> Mapping[str, float]:
    """Recall by pattern and false positives of both methods on seeded injections under the demo's policy."""
    number = BERKA if source == "berka" else STREAMS
    streams = {"berka": berka_streams, "generated": generated_streams}[source](
        number // 10 if asked.is_quick else number, DIVERSION_SEED
    )
    if not streams:
        raise NotMeasured("no data: berka is not in RISKENGINE_DATA_DIR")
    cases = injected(streams, DIVERSION_SEED)
    found: dict[str, float] = {}
    for method in Method:
        row = measured(cases, msgspec.structs.replace(POLICY, method=method))
        mark = "" if method is POLICY.method else f"_{method.value.lower()}"
        found |= {f"{pattern}{mark}": rate["share"] for pattern, rate in row["recall"].items()}
        found[f"false_positives{mark}"] = row["false_positives"]["share"]
    return found
