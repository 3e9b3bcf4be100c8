"""A document too large to be compiled at once is refused before anything of it is looked at."""

import copy
import json

import pytest

from rules.models import RuleSetVersion
from rules.services.versions.life import version_submit
from tests.editor.conftest import call
from tests.factories.decisions import now

pytestmark = pytest.mark.django_db
TOO_LARGE = ["document_too_large"]
ROUTES = {
    "check": {},
    "try": {"source": {"kind": "example", "id": ""}, "changes": {}},
    "cases/run": {},
    "cases/make": {"goal": "boundary"},
    "condition": {"text": "amount_minor > 3"},
}


def large(version, rows=2_000, columns=30):
    """The version's document with a table of so many different cells."""
    document = copy.deepcopy(version.document)
    column = {"expression": "amount_minor", "en": "Amount", "zh": "金额"}
    document["tables"] = [
        {
            "name": "wide", "en": "Wide", "zh": "宽表", "hit_policy": "F", "inputs": [column] * columns,
            "outputs": [{"name": "value", "type": "number", "en": "Value", "zh": "值"}],
            "rows": [{"when": [f"< {row}{at}" for at in range(columns)], "then": [str(row)]} for row in range(rows)],
        }
    ]  # fmt: skip
    return document


@pytest.mark.parametrize("route", ROUTES)
def test_no_endpoint_looks_at_a_document_beyond_the_limit(draft, route):
    client, version = draft
    document = large(version)
    status, answer = call(client, version, route, {"document": document, **ROUTES[route]})
    assert status in (200, 422)
    if route.startswith("cases"):
        assert (status, [found["code"] for found in answer["problems"]]) == (422, TOO_LARGE)
    if route in ("check", "try"):
        assert [found["code"] for found in answer["problems"]] == TOO_LARGE
    if route == "try":
        assert (answer["draft"], answer["live"]["outcome"]) == (None, "APPROVE")


def test_it_is_not_saved(draft):
    client, version = draft
    body = {"expected_hash": version.content_hash, "document": large(version)}
    status, answer = call(client, version, "document", body)
    assert (status, [found["code"] for found in answer["problems"]]) == (422, TOO_LARGE)
    assert RuleSetVersion.objects.get(pk=version.pk).content_hash == version.content_hash


def test_a_large_table_within_the_limit_is_checked(draft):
    client, version = draft
    document = large(version, rows=400, columns=2)
    assert len(json.dumps(document)) < 200_000
    status, answer = call(client, version, "check", {"document": document})
    assert status == 200
    assert "document_too_large" not in [found["code"] for found in answer["problems"]]


def test_one_that_was_stored_around_the_service_is_not_submitted(draft):
    _client, version = draft
    RuleSetVersion.objects.filter(pk=version.pk).update(document=large(version))
    with pytest.raises(Exception, match="problems") as refused:
        version_submit(version=version, maker=version.author, at=now())
    assert [found["code"] for found in refused.value.facts["problems"]] == TOO_LARGE
