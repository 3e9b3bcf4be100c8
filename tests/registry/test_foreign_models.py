"""An XGBoost model made elsewhere is taken only if it says here what it said there, and can do no harm on the way."""

import hashlib

import msgspec
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from scoring.foreign.build import foreign_build
from scoring.foreign.errors import (
    ForeignBoosterError,
    ForeignMappingError,
    ForeignModelError,
    ForeignObjectiveError,
    ForeignParityError,
    ForeignRowsError,
)
from scoring.foreign.mapping import Asked, MappedFeature, Mapping, mapping_read, mapping_text, suggestions
from scoring.models import ModelPackage
from scoring.package import BrokenPackageError, package_read
from scoring.services.catalogues.life import catalogue_live
from scoring.services.models.foreign import foreign_import
from scoring.services.models.life import model_load
from tests.factories.scoring import AT
from tests.registry.foreign_files import MAPPING, STATEMENT, booster, csv, rows
from tests.registry.test_training_pages import FORM

pytestmark = pytest.mark.django_db


def asked(**changes):
    """What an import needs."""
    given = {"booster": booster(), "mapping": MAPPING, "rows": csv(rows()), "rows_name": "rows.csv"}
    given |= {"product": "instalment", "name": "theirs", "statement": STATEMENT}
    return Asked(**(given | changes))


def built(**changes):
    """The model, made in this process: only boosters of our own come here."""
    return package_read(foreign_build(asked(**changes)))


def taken(lent, **changes):
    given = {"name": "theirs", "mapping": MAPPING, "rows_name": "rows.csv", "statement": STATEMENT, "at": AT}
    given |= {"booster": changes.pop("booster", None) or booster(), "rows": changes.pop("rows", None) or csv(rows())}
    return foreign_import(product=lent, **(given | changes))


def test_it_becomes_a_candidate_that_says_where_it_comes_from_and_scores_as_it_did(lent):
    model = taken(lent, booster=booster("ubj"))
    assert model.state == "CANDIDATE"
    foreign = model.card["foreign"]
    assert (foreign["objective"], foreign["trees"]) == ("binary:logistic", 20)
    assert foreign["parity"]["rows"] == 400
    assert foreign["parity"]["largest_difference"] <= 1e-6
    assert model.card["owner"] == "A partner"
    assert 0.5 < model.card["metrics"]["auc"] < 1.0
    frame = rows()
    assert model_load(model).predict_pd(frame) == pytest.approx(frame["expected_pd"].to_numpy(), abs=1e-6)


def test_without_outcomes_it_has_no_figures_and_its_page_says_so(lent, as_role):
    package = foreign_build(asked(rows=csv(rows(outcome=False))))
    card, content_hash = package_read(package).card, hashlib.sha256(package).hexdigest()
    kept = {"name": "theirs", "kind": "xgboost", "content_hash": content_hash, "package": package, "card": card}
    model = ModelPackage.objects.create(product=lent, **kept)
    assert model.card["metrics"] == {}
    assert model.card["sample_odds"] == 9.0
    client, _person = as_role("auditor")
    page = client.get(f"/admin/scoring/modelpackage/{model.pk}/change/").content.decode()
    assert "Made elsewhere" in page
    for name in ("", f"{model.pk}/approval/", f"{model.pk}/compare/"):
        assert client.get(f"/admin/scoring/modelpackage/{name}").status_code == 200


def test_one_row_predicted_otherwise_refuses_it_and_is_named():
    frame = rows()
    moved = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 6).then(pl.col("expected_pd") + 2e-6).otherwise("expected_pd")
        .alias("expected_pd")
    )  # fmt: skip
    with pytest.raises(ForeignParityError) as caught:
        built(rows=csv(moved))
    assert caught.value.facts["count"] == 1
    assert caught.value.lines()[0].startswith("row 7: expected")


def test_a_wrong_encoding_is_caught_by_the_rows():
    features = [
        msgspec.structs.replace(one, codes={"car": 1.0, "repairs": 0.0, "travel": 2.0}) if one.codes else one
        for one in MAPPING.features
    ]
    with pytest.raises(ForeignParityError):
        built(mapping=Mapping(features))


def test_other_objectives_and_kinds_are_refused_by_name():
    with pytest.raises(ForeignObjectiveError, match="reg:squarederror"):
        built(booster=booster(objective="reg:squarederror"))
    with pytest.raises(ForeignObjectiveError, match="multi:softprob"):
        built(booster=booster(objective="multi:softprob", num_class=3, base_score=None))
    with pytest.raises(ForeignObjectiveError, match="dart"):
        built(booster=booster(booster="dart"))


def test_the_mapping_is_held_against_the_booster_and_the_catalogue(lent):
    features = list(MAPPING.features)
    for wrong, words in (
        ([*features[:-1], MappedFeature("Savings", "shoe_size")], "not a catalogued variable"),
        ([*features[:-1], MappedFeature("Savings", "late")], "mapped twice"),
        ([features[0], features[1], MappedFeature("Purpose", "purpose"), features[3]], "not as a number"),
        ([*features[:2], MappedFeature("Purpose", "purpose", "category", {"car": 0.0}), features[3]], "travel"),
    ):  # fmt: skip
        with pytest.raises(ForeignMappingError, match=words):
            taken(lent, mapping=Mapping(wrong))
    with pytest.raises(ForeignMappingError, match="other features"):
        built(mapping=Mapping(features[:-1]))


def test_rows_that_prove_nothing_are_refused():
    frame = rows()
    for wrong, words in ((frame.head(49), "At least 50"), (frame.drop("income"), "lack income")):
        with pytest.raises(ForeignRowsError, match=words):
            built(rows=csv(wrong))
    statement = msgspec.structs.replace(STATEMENT, population_odds=None, population_source=None)
    for odds in (None, 0.0, -3.0, float("nan"), float("inf")):
        with pytest.raises(ForeignRowsError, match="population_odds"):
            built(rows=csv(rows(outcome=False)), statement=statement, population_odds=odds)


def test_a_damaged_booster_is_refused_and_this_process_lives(lent):
    data = bytearray(booster("ubj"))
    data[1500:1560] = b"\xff" * 60
    with pytest.raises((ForeignModelError, BrokenPackageError)):
        taken(lent, booster=bytes(data))
    assert not ModelPackage.objects.exists()


def test_bytes_that_are_no_booster_are_refused(lent):
    with pytest.raises((ForeignBoosterError, BrokenPackageError)):
        taken(lent, booster=b'{"learner": 1}')


def test_names_that_are_near_are_suggested_each_once(lent):
    variables = catalogue_live().of_product("instalment")
    found = suggestions(["Late", "income_", "Purpose", "zzz", "late2"], variables)
    assert found == {"Late": "late", "income_": "income", "Purpose": "purpose", "zzz": "", "late2": ""}


def test_the_command_registers_and_names_what_differs(lent, tmp_path, capsys):
    files = {"booster": booster(), "mapping": msgspec.json.encode(MAPPING), "statement": msgspec.json.encode(STATEMENT)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    frame = rows()
    options = [f"--{name}={tmp_path / name}" for name in files] + ["--product=instalment", "--name=theirs"]
    (tmp_path / "bad.csv").write_bytes(csv(frame.with_columns(pl.lit(0.5).alias("expected_pd"))))
    with pytest.raises(SystemExit) as ended:
        call_command("import_model", *options, f"--rows={tmp_path / 'bad.csv'}")
    assert ended.value.code == 1
    assert "row 1: expected 0.5" in capsys.readouterr().err
    frame.write_parquet(tmp_path / "rows.parquet")
    call_command("import_model", *options, f"--rows={tmp_path / 'rows.parquet'}")
    assert "registered as candidate" in capsys.readouterr().out
    assert ModelPackage.objects.get().name == "theirs"


def test_a_mapping_reads_as_it_is_written():
    assert mapping_read(mapping_text(MAPPING)) == MAPPING
    for wrong, line in (("a = late\nb", 2), ("a = late : car=x", 1), ("= late", 1)):
        with pytest.raises(ValueError, match=str(line)):
            mapping_read(wrong)


def test_a_modeller_imports_it_on_a_page_that_suggests_the_mapping(lent, as_role):
    client, _modeller = as_role("modeller")
    address = "/admin/scoring/modelpackage/import/"
    assert "instalment" in client.get(address).content.decode()
    read = {"step": "suggest", "booster": SimpleUploadedFile("theirs.json", booster())}
    page = client.post(f"{address}?product=instalment", read).content.decode()
    assert "Purpose = purpose : car=0, repairs=1, travel=2, other=-1" in page
    mapping = mapping_text(MAPPING)
    sent = {**FORM, "step": "import", "name": "theirs", "mapping": mapping}
    files = {"booster": SimpleUploadedFile("t.ubj", booster("ubj")), "rows": SimpleUploadedFile("r.csv", csv(rows()))}
    page = client.post(f"{address}?product=instalment", {**sent, **files})
    model = ModelPackage.objects.get()
    assert page["Location"] == f"/admin/scoring/modelpackage/{model.pk}/change/"
    shown = client.get(page["Location"]).content.decode()
    assert "400 rows agree within 1e-06" in shown
    assert "Retail risk" in shown


@pytest.mark.parametrize("role", ["maker", "checker", "auditor"])
def test_others_import_nothing(lent, as_role, role):
    client, _person = as_role(role)
    assert client.get("/admin/scoring/modelpackage/import/").status_code == 403
