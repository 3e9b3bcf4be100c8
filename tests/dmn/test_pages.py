"""DMN in the admin: a file of any version, and a table of a model into a draft."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rules.dmn import read_dmn
from tests.admin.conftest import BASE, as_role, draft_of, live, member  # noqa: F401 - fixtures
from tests.dmn.models import data, decision, definitions, table

ROWS = [([">= 18"], ['"grown"']), (["< 18"], ['"minor"'])]
MODEL = definitions(
    data("Applicant Age", "number"),
    decision("Life Stage", table(["Applicant Age"], ["stage : string"], ROWS), "string", ["Applicant Age"]),
)


@pytest.fixture
def draft(live):  # noqa: F811
    return draft_of(live, member("maker"))


def posted(client, version, **fields):
    return client.post(f"{BASE}/{version.pk}/dmn/import/", fields)


def test_any_version_is_a_file_that_reads_back(live, as_role):  # noqa: F811
    client, _ = as_role("auditor")
    answer = client.get(f"{BASE}/{live.pk}/dmn/")
    assert answer["Content-Disposition"].endswith('.dmn"')
    assert read_dmn(answer.content).decisions


def test_a_table_goes_from_a_file_into_the_draft(draft, as_role):  # noqa: F811
    client, _ = as_role("maker")
    seen = posted(client, draft, file=SimpleUploadedFile("life.dmn", MODEL))
    assert "Life Stage" in seen.content.decode()
    kept = seen.context["model"]
    unmatched = posted(client, draft, model=kept, table="Life Stage", shown="Life Stage", name_0="", step="add")
    assert "is not matched" in unmatched.content.decode()
    shown = {"model": kept, "table": "Life Stage", "shown": "Life Stage", "name_0": "age_years"}
    assert posted(client, draft, **shown, step="show").context["imported"].table.name == "life_stage"
    stale = posted(client, draft, **shown, step="add", expected_hash="x")
    assert stale.status_code == 200
    added = posted(client, draft, **shown, step="add", expected_hash=draft.content_hash)
    assert added.status_code == 302
    draft.refresh_from_db()
    assert draft.document["tables"][-1]["inputs"][0]["expression"] == "age_years"


@pytest.mark.parametrize("content", [b"no xml", b"", b"<a/>"])
def test_a_file_that_is_no_model_is_refused_in_words(draft, as_role, content):  # noqa: F811
    client, _ = as_role("maker")
    answer = posted(client, draft, file=SimpleUploadedFile("x.dmn", content))
    assert answer.status_code == 200
    assert list(answer.context["messages"])


def test_a_checker_does_not_import(draft, as_role):  # noqa: F811
    client, _ = as_role("checker")
    assert client.get(f"{BASE}/{draft.pk}/dmn/import/").status_code == 403
