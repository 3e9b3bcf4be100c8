"""What must be flagged and what must not, on public data."""

import polars as pl
import pytest
from django.conf import settings

from scoring.catalogue import catalogue_read
from scoring.fairness.measure import decisions_fairness, groupings_kept, groupings_of
from scoring.fairness.protected import attribute_read
from scoring.package import package_read
from scoring.services.fairness.tables import training_table
from scoring.training.booster import BoosterParameters
from scoring.training.fairness_run import FairnessRequest, fairness_run
from tests.fairness.worlds import SHIPPED_CATALOGUE

QUICK = BoosterParameters(rounds=120)
DATA = settings.BASE_DIR / "data"


def run(**fields):
    return fairness_run(FairnessRequest(parameters=QUICK, folds=3, **fields), progress=lambda _line: None)


def test_the_young_are_flagged_where_age_is_read():
    found = run(data=DATA / "german.parquet", target="bad", attributes=["age[<=25]"])
    result = found.results["predicted"].attributes[0]
    assert found.is_flagged
    assert result.is_read
    assert 0.6 < result.verdict.ratio.value < 0.8
    assert result.proxies[0].variable == "age"
    assert result.joint_auc > 0.95


def test_a_denial_is_measured_as_it_was_and_as_it_is_predicted(data_dir):
    found = run(data=data_dir / "hmda_boston.parquet", target="deny", attributes=["afam"], is_decision=True)
    assert {title: result.state for title, result in found.results.items()} == {"predicted": "flag", "recorded": "flag"}
    recorded = found.results["recorded"].attributes[0].verdict
    assert recorded.ratio.value == pytest.approx(0.78997, abs=1e-5)
    assert all(group.gap is None for group in recorded.groups)


def test_sex_is_not_flagged_on_card_accounts():
    model, catalogue = (
        package_read((DATA / "models" / "card.package").read_bytes()),
        catalogue_read(SHIPPED_CATALOGUE.read_bytes()),
    )
    frame, good = training_table(model.card, catalogue)
    sexes = groupings_of([attribute_read("sex")], frame)
    result = decisions_fairness(model.predict_pd(frame) <= 0.25, sexes, source="", basis="scored", good=good)
    verdict = result.attributes[0].verdict
    assert (result.state, verdict.reference) == ("pass", "2")
    assert 0.9 < verdict.ratio.value < 1.0


def test_everything_the_catalogue_keeps_is_tested():
    catalogue = catalogue_read(SHIPPED_CATALOGUE.read_bytes())
    source = pl.read_parquet(DATA / "german.parquet")
    kept = [one.attribute.text for one in groupings_kept(source, catalogue, "instalment")]
    assert kept == ["status_sex", "age_years[<=25]", "age_years[>=60]", "foreign_worker"]
