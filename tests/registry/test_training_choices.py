"""What is chosen on the page is what the worker trains: rows, dates, directions, purpose, comparison."""

from datetime import date, timedelta

import polars as pl
import pytest

from scoring.models import ModelPackage, TrainingJob
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from scoring.services.training.jobs import Choices, TrainingAskedWronglyError
from scoring.tasks import training_job_task
from tests.factories.audit import user
from tests.factories.scoring import AT, catalogue_document, loan_table, product
from tests.registry.test_training_jobs import asked, data_folder, now

__all__ = ["data_folder"]
pytestmark = pytest.mark.django_db
COLUMNS = {name: {"column": name} for name in ("late", "income", "purpose", "savings", "noise", "amount_minor")}
DIMENSIONS = {"late": "credit_history", "savings": "behaviour"}


@pytest.fixture(autouse=True)
def few_trials(monkeypatch):
    monkeypatch.setattr("scoring.training.tuning._FEWEST_TRIALS", 1)
    monkeypatch.setattr("scoring.training.tuning._MOST_TRIALS", 1)
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 2)


@pytest.fixture
def dated(tmp_path):
    """600 applications over 600 days, with the amount asked."""
    days = [date(2024, 1, 1) + timedelta(days=place) for place in range(600)]
    frame = loan_table(600).with_columns(applied=pl.Series(days), amount_minor=pl.int_range(100, 700))
    frame.write_csv(tmp_path / "dated.csv")
    return frame


def trained(lent, **choices):
    job = asked(lent, file_name="dated.csv", choices=Choices(**choices))
    training_job_task(job.pk)
    job = now(job)
    assert (job.state, job.error_text) == ("DONE", "")
    return job, ModelPackage.objects.get(pk=job.package_id)


def test_rows_dates_directions_and_purpose_are_those_chosen(lent, dated):
    job, model = trained(
        lent, where="purpose = car|travel", date_column="applied", monotone="none", purpose="THIN_FILE"
    )
    rows = dated.filter(pl.col("purpose") != "repairs").height
    assert model.card["training_data"]["rows"] == rows
    assert model.card["training_data"]["where"] == "purpose = car|travel"
    assert (model.purpose, model.card["monotone_source"]) == ("THIN_FILE", "none")
    assert job.figures["out_of_time"]["periods"][0]["test_from"] > "2024-12-01"
    assert model.card["out_of_time"]["calibration_tests"]["on"] == "out_of_time"
    assert any(line.startswith("few cases: ") for line in job.progress)


def test_all_kinds_are_compared_on_the_same_folds(lent, dated):
    job, model = trained(lent, is_compared=True, date_column="applied")
    assert set(job.figures["compare"]["models"]) == {"xgboost", "scorecard", "svm", "mlp"}
    assert len(job.figures["compare"]["pairs"]) == 6
    assert model.kind == "scorecard"


@pytest.fixture
def with_amount(db):
    """The catalogue of a product whose amount control has its three inputs."""
    document = catalogue_document(**COLUMNS)
    extra = {**document["variables"][0], "name": "amount_minor", "column": "amount_minor", "type": "integer"}
    variables = [*document["variables"], extra]
    document["variables"] = [
        {**one, **({"dimension": DIMENSIONS[one["name"]]} if one["name"] in DIMENSIONS else {})} for one in variables
    ]
    version = catalogue_register(document=document, at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)
    return product()


def test_the_amount_control_is_trained_as_its_own_network(with_amount, dated):
    job, model = trained(with_amount, purpose="AMOUNT_CONTROL")
    assert (model.kind, model.purpose, job.figures["model"]) == ("amount_control", "AMOUNT_CONTROL", "amount_control")
    assert model.card["features"][-1]["name"] == "amount_minor"


@pytest.mark.parametrize("choices", [{"monotone": "/etc/passwd"}, {"purpose": "FUN"}])
def test_a_file_of_directions_or_an_unknown_purpose_is_refused(lent, dated, choices):
    with pytest.raises(TrainingAskedWronglyError):
        asked(lent, file_name="dated.csv", choices=Choices(**choices))
    assert not TrainingJob.objects.exists()
