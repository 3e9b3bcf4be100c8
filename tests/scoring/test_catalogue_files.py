"""A whole catalogue goes out to a file and comes in as a version, under four eyes; what is live is not broken."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.models import Approval
from riskengine.demo.policies import catalogue_ensure
from scoring.models import CatalogueVersion
from scoring.services.catalogues import files
from scoring.services.catalogues.files import EDIT
from scoring.services.catalogues.life import catalogue_approve, catalogue_live, catalogue_reject
from tests.factories import decisions as make
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def live() -> CatalogueVersion:
    return make.catalogue_goes_live()


@pytest.fixture
def document(live: CatalogueVersion, tmp_path: Path) -> Any:
    call_command("export_catalogue", tmp_path / "live.json", verbosity=0)
    return json.loads((tmp_path / "live.json").read_bytes())


def came_in(document: Any, tmp_path: Path, **options: Any) -> None:
    path = tmp_path / "in.json"
    path.write_text(json.dumps(document))
    call_command("import_catalogue", path, **options)


def test_what_went_out_comes_in_as_what_is_live(document: Any, tmp_path: Path, capsys: Any) -> None:
    came_in(document, tmp_path)
    assert "live already" in capsys.readouterr().out
    assert CatalogueVersion.objects.count() == 1


def test_a_change_is_told_in_words_submitted_and_goes_live_by_a_second_person(
    document: Any, tmp_path: Path, capsys: Any
) -> None:
    document["variables"][0]["en"] = "Another label"
    maker, checker = user(permissions=(EDIT,)), user(is_checker=True, permissions=(EDIT,))
    came_in(document, tmp_path, submit_as=maker.username, comment="A clearer label")
    told = capsys.readouterr().out
    assert f"changed variable {document['variables'][0]['name']}" in told and "-> Another label" in told
    assert "1 differences" in told and "waits for approval" in told
    version = CatalogueVersion.objects.get(is_live=False)
    approval = Approval.objects.get(object_type="catalogue_version", object_id=str(version.pk))
    assert (approval.maker, approval.request_comment) == (maker, "A clearer label")
    catalogue_approve(version=version, checker=checker, content_hash=version.content_hash, at=make.now())
    assert catalogue_live().variables[0].en == "Another label"


def test_without_a_submitter_it_is_kept_and_waits_for_nobody(document: Any, tmp_path: Path, capsys: Any) -> None:
    document["variables"][0]["en"] = "Another label"
    came_in(document, tmp_path)
    assert "kept and not submitted" in capsys.readouterr().out
    assert CatalogueVersion.objects.filter(is_live=False).count() == 1
    assert not Approval.objects.filter(object_id=str(CatalogueVersion.objects.get(is_live=False).pk)).exists()


def without_amount(document: Any) -> Any:
    """A catalogue without the amount, which the small policy reads."""
    return {**document, "variables": [one for one in document["variables"] if one["name"] != "amount_minor"]}


def test_what_a_live_rule_set_reads_is_not_taken_away(document: Any, tmp_path: Path, capsys: Any) -> None:
    make.policy_goes_live()
    with pytest.raises(SystemExit) as refused:
        came_in(without_amount(document), tmp_path)
    told = capsys.readouterr()
    assert refused.value.code == 1 and "catalogue_breaks_models" in told.err
    assert "instalment-pre-loan v1" in told.err and "removed variable amount_minor" in told.out
    assert CatalogueVersion.objects.count() == 1


def test_without_the_look_at_what_is_live_it_would_be_kept(
    document: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.policy_goes_live()
    monkeypatch.setattr(files, "catalogue_require_fit", lambda _version: None)
    came_in(without_amount(document), tmp_path)
    assert CatalogueVersion.objects.count() == 2
    with pytest.raises(SystemExit):  # and the service still does not let it be submitted
        came_in(without_amount(document), tmp_path, submit_as=user(permissions=(EDIT,)).username)


def test_every_problem_of_a_wrong_catalogue_is_named(document: Any, tmp_path: Path, capsys: Any) -> None:
    document["variables"][0]["en"] = ""
    document["variables"][1]["products"] = []
    with pytest.raises(SystemExit):
        came_in(document, tmp_path)
    told = capsys.readouterr().err
    assert "no label in both languages" in told and "names no product" in told
    (tmp_path / "in.json").write_bytes(b'{"variables": [')
    with pytest.raises(SystemExit):
        call_command("import_catalogue", tmp_path / "in.json")
    assert "invalid_catalogue" in capsys.readouterr().err
    assert CatalogueVersion.objects.count() == 1


def test_only_who_may_put_catalogues_forward_does(document: Any, tmp_path: Path, capsys: Any) -> None:
    document["variables"][0]["en"] = "Another label"
    gone = user(permissions=(EDIT,), is_active=False)
    for name in (user().username, gone.username):
        with pytest.raises(SystemExit):
            came_in(document, tmp_path, submit_as=name)
        assert "may_not_submit_catalogue" in capsys.readouterr().err
    assert CatalogueVersion.objects.count() == 1
    with pytest.raises(CommandError, match="no user nobody"):
        came_in(document, tmp_path, submit_as="nobody")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_catalogue", tmp_path / "absent.json")


def test_without_a_live_catalogue_nothing_goes_out_and_the_first_comes_in(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(CommandError, match="No variable catalogue is live"):
        call_command("export_catalogue", tmp_path / "live.json")
    came_in(json.loads(make.shipped("catalogue.json")), tmp_path)
    assert "No catalogue is live" in capsys.readouterr().out
    assert not CatalogueVersion.objects.get().is_live


def without_facts(document: Any) -> Any:
    """An earlier release: some facts were not in it, and a label was another."""
    kept = [one for one in document["variables"] if one["source"] != "fact"]
    kept[0] = {**kept[0], "en": "Our own label"}
    return {**document, "variables": kept}


def test_the_variables_of_a_new_release_are_added_and_what_is_live_stays(tmp_path: Path, capsys: Any) -> None:
    shipped = json.loads(make.shipped("catalogue.json"))
    make.catalogue_goes_live(without_facts(shipped))
    came_in(shipped, tmp_path, new_only=True)
    told = capsys.readouterr().out
    new = CatalogueVersion.objects.get(is_live=False)
    facts = [one["name"] for one in shipped["variables"] if one["source"] == "fact"]
    assert f"{len(facts)} differences" in told and "changed" not in told
    assert new.document["variables"][0]["en"] == "Our own label"
    assert [one["name"] for one in new.document["variables"]][-len(facts) :] == facts
    came_in(shipped, tmp_path, new_only=True)
    assert CatalogueVersion.objects.count() == 2


def test_a_running_demo_asks_once_for_what_a_release_adds_and_a_checker_decides() -> None:
    make.catalogue_goes_live(without_facts(json.loads(make.shipped("catalogue.json"))))
    maker, checker = user(permissions=(EDIT,)), user(is_checker=True, permissions=(EDIT,))
    asked = {"maker": maker, "checker": checker, "at": make.now()}
    assert [catalogue_ensure(**asked) for _ in range(2)] == [True, False]
    version = CatalogueVersion.objects.get(is_live=False)
    catalogue_reject(
        version=version, checker=checker, content_hash=version.content_hash, at=make.now(), comment="Not now"
    )
    assert not catalogue_ensure(**asked)
    assert not any(one.source == "fact" for one in catalogue_live().variables)
